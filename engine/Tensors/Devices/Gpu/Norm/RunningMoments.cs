namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Mean and Σ (x − mean)² of a set of numbers, and the formula that joins two sets (Chan, Golub and LeVeque 1979). It has no cancellation
/// of large terms, so one pass over the numbers is enough. Count and squares are both multiplied by <see cref="NormLayout.Unit"/>.
/// </summary>
internal readonly record struct RunningMoments(float Count, float Mean, float Squares)
{
    public RunningMoments Join(RunningMoments other)
    {
        if (other.Count == 0)
        {
            return this;
        }

        if (Count == 0)
        {
            return other;
        }

        var count = Count + other.Count;
        var difference = other.Mean - Mean;
        var share = other.Count / count;
        return new RunningMoments(
            count, Mean + (difference * share), Squares + other.Squares + (difference * difference * Count * share));
    }
}
