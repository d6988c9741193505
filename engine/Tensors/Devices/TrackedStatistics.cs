namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Running statistics of batch normalisation: arguments of <see cref="TrackStatisticsCall"/>.
/// </summary>
/// <param name="Mean">running mean, [Channels]</param>
/// <param name="Variance">running variance, [Channels]</param>
/// <param name="Batches">number of batches so far, [1]; null if it is not counted</param>
/// <param name="Momentum">weight of the present batch</param>
/// <param name="Correction">factor of the present variance</param>
public readonly record struct TrackedStatistics(
    DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Batches, float Momentum, float Correction)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal TrackedStatistics Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Mean = map(Mean), Variance = map(Variance), Batches = Batches is { } b ? map(b) : null };
}
