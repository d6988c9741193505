namespace IlgpuGan.Tensors.Devices;

/// <summary>One axis of a padding, from <paramref name="extent"/> to <paramref name="padded"/> elements.</summary>
/// <param name="mode">content of the padding; reflection is narrower than the axis is long</param>
/// <param name="extent">elements of the axis</param>
/// <param name="before">elements added before it; negative to crop</param>
/// <param name="padded">elements with the padding</param>
internal readonly struct PaddedAxis(PadMode mode, int extent, int before, int padded)
{
    /// <summary>First index of the padded axis that is a plain copy.</summary>
    public int CopyFirst { get; } = Math.Clamp(before, 0, padded);

    /// <summary>One past the last.</summary>
    public int CopyEnd { get; } = Math.Clamp(before + extent, Math.Clamp(before, 0, padded), padded);

    /// <summary>
    /// First of a run of source elements that appear only once in the padded axis, in every mode: as their own copy. The run may omit
    /// elements at the ends.
    /// </summary>
    public int SingleFirst { get; } = Math.Max(before + 1, -before);

    /// <summary>One past the last.</summary>
    public int SingleEnd { get; } = extent - Math.Max(padded - before - extent + 1, extent + before - padded);

    /// <summary>The source element at an index of the padded axis, or −1 for the constant.</summary>
    public int Source(int index)
    {
        var place = index - before;
        if ((uint)place < (uint)extent)
        {
            return place;
        }

        return mode switch
        {
            PadMode.Reflect => place < 0 ? -place : (2 * (extent - 1)) - place,
            PadMode.Replicate => place < 0 ? 0 : extent - 1,
            _ => -1,
        };
    }

    /// <summary>Indices [First, End) of the leading padding that repeat a source element.</summary>
    public (int First, int End) RepeatsBefore(int element) => mode switch
    {
        PadMode.Reflect => Within(before - element, 0, CopyFirst),
        PadMode.Replicate when element == 0 => (0, CopyFirst),
        _ => default,
    };

    /// <summary>Indices [First, End) of the trailing padding that repeat a source element.</summary>
    public (int First, int End) RepeatsAfter(int element) => mode switch
    {
        PadMode.Reflect => Within(before + (2 * (extent - 1)) - element, CopyEnd, padded),
        PadMode.Replicate when element == extent - 1 => (CopyEnd, padded),
        _ => default,
    };

    private static (int First, int End) Within(int index, int first, int end) =>
        index >= first && index < end ? (index, index + 1) : default;
}
