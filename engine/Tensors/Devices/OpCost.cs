namespace IlgpuGan.Tensors.Devices;

/// <summary>What an op or a kernel costs on any device.</summary>
/// <param name="Flops">floating-point operations, two a multiply-add</param>
/// <param name="Bytes">least memory traffic</param>
public readonly record struct OpCost(long Flops, long Bytes);
