namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Mean and Σ (x − mean)² of some numbers, and how two such sets become one (Chan, Golub and LeVeque 1979). Nothing large is ever
/// subtracted from anything large, so one reading of the numbers is enough.
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
