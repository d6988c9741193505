namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>A value in the memory of a plan.</summary>
/// <param name="Storage">the value's</param>
/// <param name="First">index of the first call that touches it</param>
/// <param name="Last">index of the last one</param>
/// <param name="Offset">in elements, from the start of the first block</param>
internal readonly record struct PlacedValue(Storage Storage, int First, int Last, long Offset);
