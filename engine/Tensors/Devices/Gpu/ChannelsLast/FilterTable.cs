using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>The weights of <see cref="FilterFormKernel.ToFilterBlocksOfAll"/>, rows of a <see cref="SlotTable"/>.</summary>
internal static class FilterTable
{
    // Columns of a row: two addresses, groups of threads for each block, what FilterFormArgs has, and one past the last group.
    public const int From = 0;
    public const int To = 1;
    public const int GroupsOfBlock = 2;
    private const int Rows = 3, Taps = 4, Filters = Rows + (2 * Taps), Channels = Filters + 1, FilterRows = Filters + 2,
        BlocksOfTap = Filters + 3, FilterStep = Filters + 4, ChannelStep = Filters + 5, Second = Filters + 6, Third = Filters + 7,
        Fourth = Filters + 8;

    public const int Columns = Fourth + 2;

    /// <param name="slots">weights and their blocks</param>
    /// <param name="threads">threads of a group</param>
    public static long[] RowsOf(IReadOnlyList<ToFilterBlocksCall> slots, int threads)
    {
        var (rows, end) = (new List<long>(), 0L);
        foreach (var (x, y, form) in slots)
        {
            var g = new FilterFormArgs(form);
            var ofBlock = ((form.FilterRows * TurnsTile.Chunks) + threads - 1) / threads;
            end += (long)ofBlock * form.AllBlocks;
            rows.AddRange(
            [
                SlotTable.AddressOf(x), SlotTable.AddressOf(y), ofBlock, .. Of(g.Rows), .. Of(g.Columns), g.Filters, g.Channels,
                g.FilterRows, g.BlocksOfTap, g.FilterStep, g.ChannelStep, g.Second, g.Third, g.Fourth, end,
            ]);
        }

        return [.. rows];

        static long[] Of(TapAxis axis) => [axis.Kernel, axis.Phases, axis.Pad, (long)axis.Order];
    }

    /// <summary>What a row says, in a kernel.</summary>
    /// <param name="row">the row's first element</param>
    public static FilterFormArgs ArgsOf(ArrayView<long> table, int row)
    {
        FilterFormArgs g = default;
        g.Rows = AxisOf(table, row + Rows);
        g.Columns = AxisOf(table, row + Rows + Taps);
        g.Filters = (int)table[row + Filters];
        g.Channels = (int)table[row + Channels];
        g.FilterRows = (int)table[row + FilterRows];
        g.BlocksOfTap = (int)table[row + BlocksOfTap];
        g.FilterStep = (int)table[row + FilterStep];
        g.ChannelStep = (int)table[row + ChannelStep];
        g.Second = (int)table[row + Second];
        g.Third = (int)table[row + Third];
        g.Fourth = (int)table[row + Fourth];
        return g;
    }

    private static TapAxis AxisOf(ArrayView<long> table, int at) =>
        new((int)table[at], (int)table[at + 1], (int)table[at + 2], (TapOrder)(int)table[at + 3]);
}
