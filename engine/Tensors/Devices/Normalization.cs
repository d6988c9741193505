namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// (x − mean) / √(variance + ε) · weight + bias, where x is [Outer, Channels, Inner] and statistics are taken over Inner, and over Outer
/// too for batch norm.
/// </summary>
/// <param name="X">what is normalised</param>
/// <param name="Mean">mean of each group</param>
/// <param name="Variance">biased variance of each group</param>
/// <param name="Weight">[Channels]; null for 1</param>
/// <param name="Bias">[Channels]; null for 0</param>
/// <param name="G">geometry</param>
/// <param name="Epsilon">ε</param>
public readonly record struct Normalization(
    DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias, NormGeometry G, float Epsilon)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal Normalization Map(Func<DeviceSpan, DeviceSpan> map) => this with
    {
        X = map(X), Mean = map(Mean), Variance = map(Variance), Weight = Weight is { } w ? map(w) : null,
        Bias = Bias is { } b ? map(b) : null,
    };
}
