namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// How normalisation is split: a group's elements are cut into parts of a block each; a task takes one part of one group,
/// or several whole groups if they are small.
/// </summary>
internal readonly struct NormPlan(in NormGeometry g)
{
    private readonly NormGeometry _g = g;

    public int Groups => _g.Groups;

    public int Channels => _g.Channels;

    /// <summary>Elements behind each mean.</summary>
    public long GroupSize => _g.GroupSize;

    public int Parts { get; } = Math.Max(Blocks.Count(g.GroupSize), 1);

    public int Tasks => Parts > 1 ? Groups * Parts : Blocks.RowTasks(Groups, GroupSize);

    /// <summary>The groups and the part that a task covers.</summary>
    public (int FirstGroup, int EndGroup, int Part) Share(int task)
    {
        if (Parts > 1)
        {
            var (group, part) = Math.DivRem(task, Parts);
            return (group, group + 1, part);
        }

        var (first, end) = Blocks.Rows(task, Groups, GroupSize);
        return ((int)first, (int)end, 0);
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

    public int Channel(int group) => group % _g.Channels;
}
