namespace IlgpuGan.Tensors.Devices;

/// <summary>Cost of an op or a kernel, the same on every device.</summary>
/// <param name="Flops">floating-point operations, two per multiply-add</param>
/// <param name="Bytes">least memory traffic</param>
internal readonly record struct OpCost(long Flops, long Bytes);
