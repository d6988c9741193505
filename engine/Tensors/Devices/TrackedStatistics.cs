namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Statistics of past batches that move towards the present one's; see <see cref="IKernels.TrackStatistics"/>, whose arguments these are.
/// </summary>
/// <param name="Mean">running mean, [Channels]</param>
/// <param name="Variance">running variance, [Channels]</param>
/// <param name="Batches">number of batches, [1]; null if nobody counts</param>
/// <param name="Momentum">weight of the present batch</param>
/// <param name="Correction">what the present variance is multiplied by</param>
public readonly record struct TrackedStatistics(
    DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Batches, float Momentum, float Correction)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal TrackedStatistics Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Mean = map(Mean), Variance = map(Variance), Batches = Batches is { } b ? map(b) : null };
}
