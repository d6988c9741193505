namespace IlgpuGan.Tensors.Devices;

/// <summary>One dimension of a padding: a line of <paramref name="extent"/> elements seen in one of <paramref name="padded"/>.</summary>
/// <param name="mode">what is seen outside the line; reflection reaches less far than the line is long</param>
/// <param name="extent">elements of the line</param>
/// <param name="before">elements put before it, negative if some are cropped away</param>
/// <param name="padded">elements with the padding</param>
internal readonly struct PaddedLine(PadMode mode, int extent, int before, int padded)
{
    /// <summary>First element of the padded line that is a plain copy.</summary>
    public int CopyFirst { get; } = Math.Clamp(before, 0, padded);

    /// <summary>One past the last.</summary>
    public int CopyEnd { get; } = Math.Clamp(before + extent, Math.Clamp(before, 0, padded), padded);

    /// <summary>
    /// First of a run of elements that are seen once, where they are copied to, in every mode; those at the ends may be missing.
    /// </summary>
    public int OnceFirst { get; } = Math.Max(before + 1, -before);

    /// <summary>One past the last.</summary>
    public int OnceEnd { get; } = extent - Math.Max(padded - before - extent + 1, extent + before - padded);

    /// <summary>The element of the line that is seen at an index of the padded line, or −1 for the constant.</summary>
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

    /// <summary>The elements of the padding before the line that show one of its elements.</summary>
    public (int First, int End) ShownBefore(int element) => mode switch
    {
        PadMode.Reflect => Within(before - element, 0, CopyFirst),
        PadMode.Replicate when element == 0 => (0, CopyFirst),
        _ => default,
    };

    /// <summary>The same for the padding after the line.</summary>
    public (int First, int End) ShownAfter(int element) => mode switch
    {
        PadMode.Reflect => Within(before + (2 * (extent - 1)) - element, CopyEnd, padded),
        PadMode.Replicate when element == extent - 1 => (CopyEnd, padded),
        _ => default,
    };

    private static (int First, int End) Within(int index, int first, int end) =>
        index >= first && index < end ? (index, index + 1) : default;
}
