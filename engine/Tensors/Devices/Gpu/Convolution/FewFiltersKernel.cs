using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Convolution with few filters, without patches: as a product, each element would be brought once for each of 49 taps and multiplied three
/// times there. Here a group keeps a piece of the image, and a thread multiplies a run of pixels, read once, with a row of taps for all
/// filters: 84 multiply-adds for 10 numbers of the image and 21 of the weight. Pixels are too few to fill a card, so quarters of a group
/// take a channel each; their sums are added at the end, always in the same order.
/// </summary>
internal static class FewFiltersKernel
{
    /// <summary>Pixels of a group.</summary>
    public const int Rows = 8, Columns = 32;

    public const int Threads = Slices * SliceThreads;

    /// <summary>Neighbouring pixels of a thread.</summary>
    private const int Own = 4;

    private const int ThreadsAcross = Columns / Own;

    private const int SliceThreads = Rows * ThreadsAcross;

    /// <summary>Channels at once.</summary>
    private const int Slices = 4;

    private const int WarpSize = 32;

    /// <summary>Grid X counts pieces across, Y pieces down, Z images.</summary>
    public static void FewFilters<TShape>(
        ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y, FewFiltersPass pass)
        where TShape : struct, IFewFilters
    {
        ArrayView<float> patches = SharedMemory.Allocate<float>(2 * Slices * Tile<TShape>.PatchSize),
            weights = SharedMemory.Allocate<float>(2 * Slices * Tile<TShape>.WeightSize);
        int slice = Group.IdxX / SliceThreads, thread = Group.IdxX % SliceThreads;
        ArrayView<float> sums = LocalMemory.Allocate<float>(TShape.Filters * Own);
        for (int i = 0; i < TShape.Filters * Own; i++)
        {
            sums[i] = 0;
        }

        Bring<TShape>(
            x, w, pass, slice, patches.SubView(slice * Tile<TShape>.PatchSize, Tile<TShape>.PatchSize),
            weights.SubView(slice * Tile<TShape>.WeightSize, Tile<TShape>.WeightSize));
        int part = slice;
        for (int channel = slice; channel - slice < pass.Channels; channel += Slices)
        {
            // After the barrier these channels are there for all, and nobody reads the other half any more.
            SharedCopy.WaitForAll();
            Group.Barrier();
            int next = (2 * slice) + Slices - part; // the same slice of the other half
            Bring<TShape>(
                x, w, pass, channel + Slices, patches.SubView(next * Tile<TShape>.PatchSize, Tile<TShape>.PatchSize),
                weights.SubView(next * Tile<TShape>.WeightSize, Tile<TShape>.WeightSize));
            Accumulate<TShape>(
                patches.SubView(part * Tile<TShape>.PatchSize, Tile<TShape>.PatchSize),
                weights.SubView(part * Tile<TShape>.WeightSize, Tile<TShape>.WeightSize), thread, sums);
            part = next;
        }

        SharedCopy.WaitForAll();
        Group.Barrier();
        if (slice > 0)
        {
            for (int i = 0; i < TShape.Filters * Own; i++)
            {
                patches[((((slice - 1) * TShape.Filters * Own) + i) * SliceThreads) + thread] = sums[i];
            }
        }

        Group.Barrier();
        if (slice == 0)
        {
            for (int i = 0; i < TShape.Filters * Own; i++)
            {
                for (int other = 0; other < Slices - 1; other++)
                {
                    sums[i] += patches[(((other * TShape.Filters * Own) + i) * SliceThreads) + thread];
                }
            }

            Store<TShape>(y, bias, pass, thread, sums);
        }
    }

    /// <summary>Starts bringing a channel's piece of the image and its taps: those of a row and all filters side by side.</summary>
    private static void Bring<TShape>(
        ArrayView<float> x, ArrayView<float> w, in FewFiltersPass pass, int channel, ArrayView<float> patch, ArrayView<float> weight)
        where TShape : struct, IFewFilters
    {
        const int Warps = SliceThreads / WarpSize;
        int thread = Group.IdxX % SliceThreads, lane = thread % WarpSize;
        bool exists = channel < pass.Channels;
        int firstY = (Grid.IdxY * Rows) + pass.OriginY, firstX = (Grid.IdxX * Columns) + pass.OriginX;
        int plane = ((Grid.IdxZ * pass.Channels) + channel) * pass.Height;
        for (int r = 0; r < Tile<TShape>.PatchRows; r += Warps)
        {
            int row = r + (thread / WarpSize);
            bool isInside = exists & ((uint)(firstY + row) < (uint)pass.Height);
            int from = ((plane + firstY + row) * pass.Width) + firstX;
            for (int c = 0; c < Tile<TShape>.PatchStride; c += WarpSize)
            {
                int column = c + lane;
                if ((Tile<TShape>.PatchRows % Warps == 0 || row < Tile<TShape>.PatchRows)
                    && (c + WarpSize <= Tile<TShape>.PatchStride || column < Tile<TShape>.PatchStride))
                {
                    SharedCopy.Start(
                        x, from + column, isInside & ((uint)(firstX + column) < (uint)pass.Width),
                        ref patch[(row * Tile<TShape>.PatchStride) + column]);
                }
            }
        }

        for (int e = 0; e < Tile<TShape>.Taps * TShape.Filters; e += SliceThreads)
        {
            int element = e + thread, filter = element / Tile<TShape>.Taps, tap = element % Tile<TShape>.Taps;
            if (element < Tile<TShape>.Taps * TShape.Filters)
            {
                int place = (tap / TShape.Side * Tile<TShape>.WeightStride) + (tap % TShape.Side * TShape.Filters) + filter;
                int from = (filter * pass.FilterStride) + (channel * pass.ChannelStride) + pass.FirstTap + (tap * pass.TapStride);
                SharedCopy.Start(w, from, exists, ref weight[place]);
            }
        }

        SharedCopy.Commit();
    }

    private static void Accumulate<TShape>(ArrayView<float> patch, ArrayView<float> weight, int thread, ArrayView<float> sums)
        where TShape : struct, IFewFilters
    {
        int first = (thread / ThreadsAcross * Tile<TShape>.PatchStride) + (thread % ThreadsAcross * Own);
        ArrayView<float> pixels = LocalMemory.Allocate<float>(Own + TShape.Side - 1),
            taps = LocalMemory.Allocate<float>(TShape.Side * TShape.Filters);
        for (int u = 0; u < TShape.Side; u++)
        {
            for (int i = 0; i < Own + TShape.Side - 1; i++)
            {
                pixels[i] = patch[first + (u * Tile<TShape>.PatchStride) + i];
            }

            for (int i = 0; i < TShape.Side * TShape.Filters; i++)
            {
                taps[i] = weight[(u * Tile<TShape>.WeightStride) + i];
            }

            for (int v = 0; v < TShape.Side; v++)
            {
                for (int filter = 0; filter < TShape.Filters; filter++)
                {
                    for (int i = 0; i < Own; i++)
                    {
                        sums[(filter * Own) + i] += taps[(v * TShape.Filters) + filter] * pixels[v + i];
                    }
                }
            }
        }
    }

    private static void Store<TShape>(ArrayView<float> y, ArrayView<float> bias, in FewFiltersPass pass, int thread, ArrayView<float> sums)
        where TShape : struct, IFewFilters
    {
        int row = (Grid.IdxY * Rows) + (thread / ThreadsAcross), column = (Grid.IdxX * Columns) + (thread % ThreadsAcross * Own);
        for (int filter = 0; filter < TShape.Filters; filter++)
        {
            float added = bias.IntLength > 0 ? bias[filter] : 0;
            int to = ((((Grid.IdxZ * TShape.Filters) + filter) * pass.OutHeight) + row) * pass.OutWidth;
            for (int i = 0; i < Own; i++)
            {
                if (row < pass.OutHeight && column + i < pass.OutWidth)
                {
                    y[to + column + i] = sums[(filter * Own) + i] + added;
                }
            }
        }
    }

    /// <summary>How a channel lies in shared memory; rows start at multiples of four, for 128-bit reads.</summary>
    private static class Tile<TShape>
        where TShape : struct, IFewFilters
    {
        public static int Taps => TShape.Side * TShape.Side;

        public static int PatchRows => Rows + TShape.Side - 1;

        public static int PatchStride => (Columns + TShape.Side + 2) / 4 * 4;

        public static int PatchSize => PatchRows * PatchStride;

        public static int WeightStride => ((TShape.Side * TShape.Filters) + 3) / 4 * 4;

        public static int WeightSize => TShape.Side * WeightStride;
    }
}
