namespace IlgpuGan.TestsCommon.Kernels;

/// <summary>Makes the arrays of a call, the same numbers on every device: by the order in which they are asked for.</summary>
internal abstract class CallArrays
{
    private readonly List<(DeviceSpan Span, float[] Values)> _all = [];

    /// <summary>All arrays in order, with the numbers that were put into them.</summary>
    public IReadOnlyList<(DeviceSpan Span, float[] Values)> All => _all;

    /// <summary>Where kernels look up what changes from step to step.</summary>
    public abstract StepNumbers Numbers { get; }

    /// <summary>An array of random numbers.</summary>
    public DeviceSpan In(long count, double low = -2, double high = 2) =>
        Of(TestsCommon.Numbers.Some(count, seed: _all.Count + 1, low, high));

    /// <summary>The same if it is given.</summary>
    public DeviceSpan? InIf(bool given, long count) => given ? In(count) : null;

    /// <summary>An array that a kernel fills; NaN until then.</summary>
    public DeviceSpan Out(long count) => Of([.. Enumerable.Repeat(float.NaN, checked((int)count))]);

    /// <summary>The same if it is given.</summary>
    public DeviceSpan? OutIf(bool given, long count) => given ? Out(count) : null;

    /// <summary>An array of these numbers.</summary>
    public DeviceSpan Of(params float[] values)
    {
        var span = Upload(values);
        _all.Add((span, values));
        return span;
    }

    /// <summary>An array of random numbers that is a weight and stays as it is, for devices that keep other forms of it.</summary>
    public DeviceSpan Held(long count)
    {
        var span = In(count);
        Hold(span);
        return span;
    }

    protected abstract DeviceSpan Upload(float[] values);

    protected virtual void Hold(DeviceSpan weight)
    {
    }
}

/// <summary>Arrays without memory, for calls that are looked at and not made.</summary>
internal sealed class NoArrays : CallArrays
{
    public override StepNumbers Numbers { get; } = new();

    protected override DeviceSpan Upload(float[] values) => default(DeviceSpan) with { Length = values.Length };
}

/// <summary>
/// Arrays on a device, each in memory of its own, between guards of one number, another for each; from the fifth on four begin at odd
/// addresses, and so on.
/// </summary>
internal sealed class DeviceArrays(Device device) : CallArrays
{
    private const int Guard = 64;

    public override StepNumbers Numbers => device.Numbers;

    /// <summary>What is in an array now.</summary>
    public float[] Read(DeviceSpan span)
    {
        var all = new float[span.Length + (2 * Guard)];
        device.Download(span with { Offset = span.Offset - Guard, Length = all.Length }, all);
        Assert.That(all[..Guard], Is.All.EqualTo(all[0]), "written before the beginning");
        Assert.That(all[^Guard..], Is.All.EqualTo(all[0]), "written past the end");
        return all[Guard..^Guard];
    }

    public IEnumerable<DeviceSpan> Spans => All.Select(array => array.Span);

    /// <summary>What is in an array now, as bits.</summary>
    public int[] Bits(DeviceSpan span) => Array.ConvertAll(Read(span), BitConverter.SingleToInt32Bits);

    /// <summary>What was put into an array, as bits.</summary>
    public int[] FirstBits(DeviceSpan span) => Array.ConvertAll(All.Single(a => a.Span == span).Values, BitConverter.SingleToInt32Bits);

    /// <summary>Begins again: with the first values in all arrays, but no numbers in those that are to be spoilt.</summary>
    public void Rewind(Func<DeviceSpan, bool>? spoilt = null)
    {
        foreach (var (span, values) in All)
        {
            device.Upload(spoilt?.Invoke(span) == true ? Array.ConvertAll(values, _ => float.NaN) : values, span);
        }
    }

    protected override DeviceSpan Upload(float[] values)
    {
        float[] guard = [.. Enumerable.Repeat(-12345.625f - All.Count, Guard)];
        var odd = All.Count / 4 % 2;
        float[] all = [.. guard[..odd], .. guard, .. values, .. guard];
        var whole = new DeviceSpan(device.Allocate(all.Length), 0, all.Length);
        device.Upload(all, whole);
        return whole with { Offset = Guard + odd, Length = values.Length };
    }
}
