namespace IlgpuGan.Tensors.Devices.Gpu.Optimizers;

/// <summary>The constants of <see cref="SgdCall"/>, as a kernel argument.</summary>
/// <param name="IsNesterov">1 for Nesterov's momentum</param>
internal readonly record struct SgdFactors(float Momentum, float WeightDecay, byte IsNesterov);
