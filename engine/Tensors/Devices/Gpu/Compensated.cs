namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// A running sum of float32 numbers that also carries what their additions rounded away (Knuth's two-sum, TAOCP 4.2.2): almost twice the
/// digits, on devices where float64 is slow or missing. Additions alone, so no compiler may fuse them.
/// </summary>
/// <param name="High">the sum as float32 gives it</param>
/// <param name="Low">what is missing from it</param>
internal readonly record struct Compensated(float High, float Low)
{
    /// <summary>The rounded sum; an infinite one has no remainder.</summary>
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
