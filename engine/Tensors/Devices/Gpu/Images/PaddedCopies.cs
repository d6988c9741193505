namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>
/// The positions in a padded line that hold a copy of an element: its own position, then those before the line, then those after it. They
/// are indexed as one run: with three loops, a warp whose threads lie at different borders would pay for the longest of each.
/// </summary>
internal readonly struct PaddedCopies
{
    private readonly int _copyEnd;
    private readonly int _beforeEnd;
    private readonly int _copy;
    private readonly int _before;
    private readonly int _after;

    /// <param name="line">the padded line</param>
    /// <param name="element">index in the line without padding</param>
    /// <param name="place">its position in the padded line, unless it is cropped away</param>
    public PaddedCopies(PaddedAxis line, int element, int place)
    {
        var before = line.RepeatsBefore(element);
        var after = line.RepeatsAfter(element);
        _copyEnd = place >= line.CopyFirst && place < line.CopyEnd ? 1 : 0;
        _beforeEnd = _copyEnd + before.End - before.First;
        Count = _beforeEnd + after.End - after.First;
        _copy = place;
        _before = before.First - _copyEnd;
        _after = after.First - _beforeEnd;
    }

    public int Count { get; }

    /// <summary>The position of a copy, for an index below <see cref="Count"/>.</summary>
    public int this[int index] => index + (index < _copyEnd ? _copy : index < _beforeEnd ? _before : _after);
}
