namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// A compensated sum of float32 numbers (Knuth's two-sum, TAOCP 4.2.2): almost twice the digits, on devices where float64 is slow or
/// missing. It uses additions alone, so no compiler may fuse them.
/// </summary>
/// <param name="High">the float32 sum</param>
/// <param name="Low">its accumulated rounding error</param>
internal readonly record struct Compensated(float High, float Low)
{
    /// <summary>The rounded sum; infinity and NaN are returned without the correction.</summary>
    public float Value => float.IsFinite(High) ? High + Low : High;

    public Compensated Add(float x) => Join(x, 0);

    public Compensated Add(Compensated other) => Join(other.High, other.Low);

    private Compensated Join(float high, float low)
    {
        var sum = High + high;
        var shown = sum - High;
        var lost = (High - (sum - shown)) + (high - shown);
        return new Compensated(sum, Low + low + lost);
    }
}
