namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Splits normalisation into tasks: a group's elements are cut into parts of one block each, whose results are joined in order. A task
/// takes one part of one group, or whole groups if they are small.
/// </summary>
internal readonly struct NormPlan(in NormGeometry g)
{
    /// <summary>Planes of up to this many pixels are summed by columns if there are enough of them; larger ones by runs.</summary>
    private const int MaxColumnPlane = 256;

    private readonly NormGeometry _g = g;

    public int Groups => _g.Groups;

    public int Channels => _g.Channels;

    /// <summary>Elements of a group.</summary>
    public long GroupSize => _g.GroupSize;

    public int Parts { get; } = Math.Max(Blocks.Count(g.GroupSize), 1);

    /// <summary>
    /// True if a task takes all parts of its groups, so that a second pass finds them in the core's cache.
    /// False if groups are too large for that, or too few to occupy all threads.
    /// </summary>
    public bool WholeGroups => Parts == 1 || (Parts <= 2 && Groups >= 32);

    public int Tasks => WholeGroups ? Blocks.RowTasks(Groups, GroupSize) : Groups * Parts;

    /// <summary>The groups, and the parts of each, that a task covers.</summary>
    public NormRange TaskRange(int task)
    {
        if (WholeGroups)
        {
            var (first, end) = Blocks.Rows(task, Groups, GroupSize);
            return new NormRange((int)first, (int)end, 0, Parts);
        }

        var (group, part) = Math.DivRem(task, Parts);
        return new NormRange(group, group + 1, part, part + 1);
    }

    public long PartSize(int part) => Blocks.Range(part, GroupSize).Count;

    /// <summary>The contiguous runs of one part of a group; see <see cref="Start"/>.</summary>
    public RowPieces Runs(int part)
    {
        var (start, count) = Blocks.Range(part, GroupSize);
        return new RowPieces(start, count, _g.Inner);
    }

    /// <summary>Offset of a run in x.</summary>
    public long Start(int group, in RowPieces run) =>
        ((_g.PerInstance ? group : (run.Row * _g.Channels) + group) * _g.Inner) + run.Column;

    /// <summary>
    /// Whether sums run down columns (<see cref="ColumnBlock"/>) rather than along planes: batch norm of planes that are smaller than a
    /// vector, or of a batch that fills the sums of eight.
    /// </summary>
    public bool UsesColumns => !_g.PerInstance && Parts == 1 && GroupSize > 0 &&
        (_g.Inner < Lanes.Count || (_g.Inner <= MaxColumnPlane && _g.Outer >= 8));

    public int ColumnBlocks => (Channels + ColumnBlock.Channels(this) - 1) / ColumnBlock.Channels(this);

    /// <summary>Elements of a block of columns.</summary>
    public long ColumnBlockSize => GroupSize * ColumnBlock.Channels(this);

    public int Channel(int group) => group % _g.Channels;

    /// <summary>Pixels of a plane.</summary>
    public int Inner => _g.Inner;

    /// <summary>Planes of a group: one in instance norm, one per image in batch norm.</summary>
    public int Planes => _g.PerInstance ? 1 : _g.Outer;

    /// <summary>Index of a group's plane among all planes of x.</summary>
    public long Plane(int group, int plane) => ((long)plane * _g.Channels) + group;
}

/// <summary>Groups, and parts of each; the ends are not included.</summary>
internal readonly record struct NormRange(int FirstGroup, int EndGroup, int FirstPart, int EndPart);
