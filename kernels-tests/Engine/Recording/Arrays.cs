namespace IlgpuGan.EngineTests.Recording;

/// <summary>Arrays on a device, each in memory of its own, handed out in the same order again and again.</summary>
internal sealed class Arrays(Device device)
{
    private readonly List<(DeviceSpan Span, float[] Values)> _arrays = [];
    private int _next;

    public IReadOnlyList<DeviceSpan> All => [.. _arrays.Select(a => a.Span)];

    /// <summary>
    /// The next array; new the first time round, with positive numbers in it, or, for a negative count, with places: zeros and ones.
    /// </summary>
    public DeviceSpan Next(long count)
    {
        if (_next == _arrays.Count)
        {
            var values = Numbers.Some(checked((int)Math.Abs(count)), seed: _next, low: 0.1, high: 1);
            values = count < 0 ? Array.ConvertAll(values, MathF.Round) : values;
            count = values.Length;
            _arrays.Add((new DeviceSpan(device.Allocate(count), 0, count), values));
            device.Upload(values, _arrays[_next].Span);
        }

        return _arrays[_next++].Span;
    }

    /// <summary>Begins again: with the first values in all arrays, but no numbers in those that are to be spoilt.</summary>
    public void Rewind(Func<DeviceSpan, bool>? spoilt = null)
    {
        _next = 0;
        foreach (var (span, values) in _arrays)
        {
            device.Upload(spoilt?.Invoke(span) == true ? Array.ConvertAll(values, _ => float.NaN) : values, span);
        }
    }

    /// <summary>What is in an array now, as bits.</summary>
    public int[] Bits(DeviceSpan span)
    {
        var values = new float[span.Length];
        device.Download(span, values);
        return Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
    }

    /// <summary>What was put into an array, as bits.</summary>
    public int[] FirstBits(DeviceSpan span) => Array.ConvertAll(_arrays.Single(a => a.Span == span).Values, BitConverter.SingleToInt32Bits);
}
