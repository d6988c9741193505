namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>
/// The places of a padded line that show an element of the line: its copy, then those before the line, then those after it. They are
/// counted as one run, since three loops cost what their longest turn costs in each: threads beside each other lie at different borders.
/// </summary>
internal readonly struct PaddedCopies
{
    private readonly int _copyEnd;
    private readonly int _beforeEnd;
    private readonly int _copy;
    private readonly int _before;
    private readonly int _after;

    /// <param name="line">the padded line</param>
    /// <param name="element">of the line without its padding</param>
    /// <param name="place">where the padded line copies it to, unless it is cropped away there</param>
    public PaddedCopies(PaddedLine line, int element, int place)
    {
        var before = line.ShownBefore(element);
        var after = line.ShownAfter(element);
        _copyEnd = place >= line.CopyFirst && place < line.CopyEnd ? 1 : 0;
        _beforeEnd = _copyEnd + before.End - before.First;
        Count = _beforeEnd + after.End - after.First;
        _copy = place;
        _before = before.First - _copyEnd;
        _after = after.First - _beforeEnd;
    }

    public int Count { get; }

    /// <summary>The place of an index below <see cref="Count"/>.</summary>
    public int this[int index] => index + (index < _copyEnd ? _copy : index < _beforeEnd ? _before : _after);
}
