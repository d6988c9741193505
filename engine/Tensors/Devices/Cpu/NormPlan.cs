namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// How normalisation is split: a group's elements are cut into parts of a block each, whose results are joined in order;
/// a task takes one part of one group, or whole groups if they are small.
/// </summary>
internal readonly struct NormPlan(in NormGeometry g)
{
    /// <summary>Sixteen channels of this many elements each, of x, dy and dx, are three quarters of a core's L2 cache.</summary>
    private const int MostRows = 4096;

    private readonly NormGeometry _g = g;

    public int Groups => _g.Groups;

    public int Channels => _g.Channels;

    /// <summary>Elements behind each mean.</summary>
    public long GroupSize => _g.GroupSize;

    public int Parts { get; } = Math.Max(Blocks.Count(g.GroupSize), 1);

    /// <summary>
    /// True if a task takes all parts of its groups: a second pass then finds them in the core's cache.
    /// False if groups are too large for that or too few to occupy all threads.
    /// </summary>
    public bool WholeGroups => Parts == 1 || (Parts <= 2 && Groups >= 32);

    public int Tasks => WholeGroups ? Blocks.RowTasks(Groups, GroupSize) : Groups * Parts;

    /// <summary>The groups and the parts of them that a task covers.</summary>
    public (int FirstGroup, int EndGroup, int FirstPart, int EndPart) Share(int task)
    {
        if (WholeGroups)
        {
            var (first, end) = Blocks.Rows(task, Groups, GroupSize);
            return ((int)first, (int)end, 0, Parts);
        }

        var (group, part) = Math.DivRem(task, Parts);
        return (group, group + 1, part, part + 1);
    }

    public long PartSize(int part) => Blocks.Range(part, GroupSize).Count;

    /// <summary>The contiguous runs of one part of a group; see <see cref="Start"/>.</summary>
    public RowPieces Runs(int part)
    {
        var (start, count) = Blocks.Range(part, GroupSize);
        return new RowPieces(start, count, _g.Inner);
    }

    /// <summary>Where a run begins in x.</summary>
    public long Start(int group, in RowPieces run) =>
        ((_g.PerInstance ? group : (run.Row * _g.Channels) + group) * _g.Inner) + run.Column;

    /// <summary>
    /// Whether planes are so small that vectors hold neighbouring channels instead of neighbouring pixels, and a block of channels so small
    /// that it stays in the core's cache.
    /// </summary>
    public bool ByChannels => !_g.PerInstance && _g.Inner < Lanes.Count && GroupSize is > 0 and <= MostRows;

    /// <summary>Blocks of sixteen channels.</summary>
    public int ChannelBlocks => (Channels + Lanes.Count - 1) / Lanes.Count;

    public int Channel(int group) => group % _g.Channels;

    /// <summary>Pixels of a plane.</summary>
    public int Inner => _g.Inner;

    /// <summary>Planes of a group: one of each image, or one.</summary>
    public int Planes => _g.PerInstance ? 1 : _g.Outer;

    /// <summary>Where a plane of a group lies among all planes of x.</summary>
    public long Plane(int group, int plane) => ((long)plane * _g.Channels) + group;
}
