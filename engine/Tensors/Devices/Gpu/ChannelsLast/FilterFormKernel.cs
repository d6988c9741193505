using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// A weight in float32 to blocks of [filters, channels], one for each tap and block of channels (<see cref="FilterForm"/>), rounded. A
/// thread has a chunk of a filter's channels.
/// </summary>
internal static class FilterFormKernel
{
    /// <summary>Grid Y counts blocks, X the chunks of a block.</summary>
    public static void ToFilterBlocks<TPrecision>(ArrayView<float> w, ArrayView<float> y, FilterFormArgs g)
        where TPrecision : struct, ITensorPrecision
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        Write<TPrecision>(DeviceAddress.Of(ref w[0]), DeviceAddress.Of(ref y[0]), g, Grid.IdxY, index);
    }

    /// <summary>Several weights in one launch: a group of threads finds its weight in the table, and its part of a block there.</summary>
    public static void ToFilterBlocksOfAll<TPrecision>(ArrayView<long> table, int slots)
        where TPrecision : struct, ITensorPrecision
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        var (row, firstGroup) = SlotTable.Find(table, slots, FilterTable.Columns, Grid.IdxX);
        FilterFormArgs g = FilterTable.ArgsOf(table, row);
        int group = Grid.IdxX - firstGroup, ofBlock = (int)table[row + FilterTable.GroupsOfBlock], block = group / ofBlock;
        int index = ((group - (block * ofBlock)) * Group.DimX) + Group.IdxX;
        Write<TPrecision>(table[row + FilterTable.From], table[row + FilterTable.To], g, block, index);
    }

    /// <summary>Writes a chunk of a block.</summary>
    /// <param name="w">the address of the weight's numbers</param>
    /// <param name="y">that of the blocks</param>
    private static void Write<TPrecision>(long w, long y, in FilterFormArgs g, int block, int index)
        where TPrecision : struct, ITensorPrecision
    {
        int filter = index / TurnsTile.Chunks, chunk = index % TurnsTile.Chunks;
        if (filter >= g.FilterRows)
        {
            return;
        }

        int phase = 0;
        phase = block >= g.Second ? 1 : phase;
        phase = block >= g.Third ? 2 : phase;
        phase = block >= g.Fourth ? 3 : phase;
        int before = phase == 0 ? 0 : phase == 1 ? g.Second : phase == 2 ? g.Third : g.Fourth;
        int phaseY = phase / g.Columns.Phases, phaseX = phase - (phaseY * g.Columns.Phases);
        int tap = (block - before) / g.BlocksOfTap, inTap = block - before - (tap * g.BlocksOfTap);
        int channel = ((inTap * TurnsTile.Chunks) + chunk) * TPrecision.ChunkDepth;
        int tapsX = g.Columns.Taps(phaseX), tapY = tap / tapsX, tapX = tap - (tapY * tapsX);
        int inKernel = (g.Rows.Tap(phaseY, tapY) * g.Columns.Kernel) + g.Columns.Tap(phaseX, tapX);
        int from = (filter * g.FilterStep) + (channel * g.ChannelStep) + inKernel, left = filter < g.Filters ? g.Channels - channel : 0;
        long to = y + ((((long)block * g.FilterRows * TurnsTile.Chunks) + index) * TurnsTile.ChunkBytes);
        DeviceAddress.StoreChunk(to, FormChunk.Of<TPrecision>(w, from, g.ChannelStep, left));
    }
}

/// <summary>The arguments of <see cref="FilterFormKernel"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FilterFormArgs
{
    public TapAxis Rows, Columns;

    public int Filters, Channels, FilterRows, BlocksOfTap;

    /// <summary>From a filter or channel to the next in the weight.</summary>
    public int FilterStep, ChannelStep;

    /// <summary>The first blocks of the phases behind the first; behind the last block where there is no such phase.</summary>
    public int Second, Third, Fourth;

    public FilterFormArgs(FilterForm form)
    {
        var taps = form.Rows.Kernel * form.Columns.Kernel;
        (Rows, Columns, Filters, Channels) = (form.Rows, form.Columns, form.Filters, form.Channels);
        (FilterRows, BlocksOfTap) = (form.FilterRows, form.BlocksOfTap);
        (FilterStep, ChannelStep) = form.Rows.Order == TapOrder.Reverse ? (taps, form.Filters * taps) : (form.Channels * taps, taps);
        (Second, Third, Fourth) = (FirstBlock(form, 1), FirstBlock(form, 2), FirstBlock(form, 3));
    }

    private static int FirstBlock(FilterForm form, int phase) => phase < form.Phases ? form.BlocksBefore(phase) : form.AllBlocks;
}
