using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Convolution with few filters. As a product, each element would be loaded once for each of 49 taps and used for three multiply-adds each
/// time. Here a group keeps a patch of the image in shared memory, and a thread multiplies a run of pixels, read once, with a row of taps
/// for all filters: 84 multiply-adds for 10 numbers of the image and 21 of the weight. There are too few pixels to fill a card, so each
/// quarter of a group (a slice) computes every fourth channel; the slices are added at the end, always in the same order.
/// </summary>
internal static class FewFiltersKernel
{
    /// <summary>Pixels of a group.</summary>
    public const int Rows = 8, Columns = 32;

    public const int Threads = Slices * SliceThreads;

    /// <summary>Neighbouring pixels that a thread computes.</summary>
    private const int PixelsPerThread = 4;

    private const int ThreadsAcross = Columns / PixelsPerThread;

    private const int SliceThreads = Rows * ThreadsAcross;

    /// <summary>Channels that a group processes at once.</summary>
    private const int Slices = 4;

    private const int WarpSize = 32;

    /// <summary>Whether it is compiled for a convolution's taps and so many filters, or channels of a data gradient.</summary>
    public static bool Takes(in ConvGeometry g, int filters) =>
        IFewFilters.Has<Filters3Taps7>(g, filters, stride: 1) || IFewFilters.Has<Filters1Taps7>(g, filters, stride: 1)
        || IFewFilters.Has<Filters1Taps4>(g, filters, stride: 1);

    /// <summary>Grid X and Y count patches across and down, Z images.</summary>
    /// <typeparam name="TShape">the convolution</typeparam>
    /// <typeparam name="TSums">a thread's pixels, for each filter</typeparam>
    public static void FewFilters<TShape, TSums>(
        ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y, FewFiltersPass pass)
        where TShape : struct, IFewFilters
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        ArrayView<float> patches = SharedMemory.Allocate<float>(2 * Slices * Tile<TShape>.PatchSize),
            weights = SharedMemory.Allocate<float>(2 * Slices * Tile<TShape>.WeightSize);
        int slice = Group.IdxX / SliceThreads, thread = Group.IdxX % SliceThreads;
        TSums sums = default;
        StartLoad<TShape>(
            x, w, pass, slice, patches.SubView(slice * Tile<TShape>.PatchSize, Tile<TShape>.PatchSize),
            weights.SubView(slice * Tile<TShape>.WeightSize, Tile<TShape>.WeightSize));
        int part = slice;
        for (int channel = slice; channel - slice < pass.Channels; channel += Slices)
        {
            // After the barrier all threads see these channels, and none reads the other half any more.
            SharedCopy.WaitForAll();
            Group.Barrier();
            int next = (2 * slice) + Slices - part; // the same slice of the other half
            StartLoad<TShape>(
                x, w, pass, channel + Slices, patches.SubView(next * Tile<TShape>.PatchSize, Tile<TShape>.PatchSize),
                weights.SubView(next * Tile<TShape>.WeightSize, Tile<TShape>.WeightSize));
            sums = Accumulate<TShape, TSums>(
                sums, patches.SubView(part * Tile<TShape>.PatchSize, Tile<TShape>.PatchSize),
                weights.SubView(part * Tile<TShape>.WeightSize, Tile<TShape>.WeightSize), thread);
            part = next;
        }

        SharedCopy.WaitForAll();
        Group.Barrier();
        SliceSums sliceSums = default;
        sliceSums.Shared = patches;
        sliceSums.First = ((slice - 1) * TShape.Filters * PixelsPerThread * SliceThreads) + thread;
        if (slice > 0)
        {
            TSums.Each(sums, ref sliceSums, 0);
        }

        Group.Barrier();
        if (slice == 0)
        {
            for (int other = 0; other < Slices - 1; other++)
            {
                sliceSums.First = (other * TShape.Filters * PixelsPerThread * SliceThreads) + thread;
                sums = TSums.Map(sums, ref sliceSums, 0);
            }

            Pixels<TShape> pixels = default;
            (pixels.Y, pixels.Bias, pixels.Pass) = (y, bias, pass);
            pixels.Row = (Grid.IdxY * Rows) + (thread / ThreadsAcross);
            pixels.Column = (Grid.IdxX * Columns) + (thread % ThreadsAcross * PixelsPerThread);
            TSums.Each(sums, ref pixels, 0);
        }
    }

    /// <summary>Starts loading a channel's patch of the image and its taps; the taps of a row are contiguous for all filters.</summary>
    private static void StartLoad<TShape>(
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

    private static TSums Accumulate<TShape, TSums>(TSums sums, ArrayView<float> patch, ArrayView<float> weight, int thread)
        where TShape : struct, IFewFilters
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        int first = (thread / ThreadsAcross * Tile<TShape>.PatchStride) + (thread % ThreadsAcross * PixelsPerThread);
        for (int u = 0; u < TShape.Side; u++)
        {
            int next = first + (u * Tile<TShape>.PatchStride);
            Tap tap = default;
            tap.Weight = weight;
            tap.Pixels = new() { X = patch[next], Y = patch[next + 1], Z = patch[next + 2], W = patch[next + 3] };
            for (int v = 0; v < TShape.Side; v++)
            {
                // The window moves by a pixel; a row of the patch has one more after its last window.
                tap.First = (u * Tile<TShape>.WeightStride) + (v * TShape.Filters);
                sums = TSums.Map(sums, ref tap, 0);
                tap.Pixels = new() { X = tap.Pixels.Y, Y = tap.Pixels.Z, Z = tap.Pixels.W, W = patch[next + v + PixelsPerThread] };
            }
        }

        return sums;
    }

    /// <summary>Multiplies a tap of each filter with its pixels.</summary>
    private struct Tap : IMap<Float4>
    {
        public ArrayView<float> Weight;

        public int First;

        public Float4 Pixels;

        public readonly Float4 Of(int index, Float4 value) => Float4.AddProduct(value, Weight[First + index], Pixels);
    }

    /// <summary>The sums of a slice in shared memory, [number, thread].</summary>
    private struct SliceSums : ITarget<Float4>, IMap<Float4>
    {
        public ArrayView<float> Shared;

        public int First;

        public readonly void Put(int index, Float4 value)
        {
            int to = First + (index * PixelsPerThread * SliceThreads);
            Shared[to] = value.X;
            Shared[to + SliceThreads] = value.Y;
            Shared[to + (2 * SliceThreads)] = value.Z;
            Shared[to + (3 * SliceThreads)] = value.W;
        }

        public readonly Float4 Of(int index, Float4 value)
        {
            int from = First + (index * PixelsPerThread * SliceThreads);
            return new()
            {
                X = value.X + Shared[from],
                Y = value.Y + Shared[from + SliceThreads],
                Z = value.Z + Shared[from + (2 * SliceThreads)],
                W = value.W + Shared[from + (3 * SliceThreads)],
            };
        }
    }

    private struct Pixels<TShape> : ITarget<Float4>
        where TShape : struct, IFewFilters
    {
        public ArrayView<float> Y, Bias;

        public FewFiltersPass Pass;

        public int Row, Column;

        public readonly void Put(int index, Float4 value)
        {
            if (Row >= Pass.OutHeight)
            {
                return;
            }

            float added = Bias.IntLength > 0 ? Bias[index] : 0;
            int to = ((((((Grid.IdxZ * TShape.Filters) + index) * Pass.OutHeight) + Row) * Pass.OutWidth)) + Column;
            Put(to, 0, value.X + added);
            Put(to, 1, value.Y + added);
            Put(to, 2, value.Z + added);
            Put(to, 3, value.W + added);
        }

        private readonly void Put(int to, int i, float value)
        {
            if (Column + i < Pass.OutWidth)
            {
                Y[to + i] = value;
            }
        }
    }

    /// <summary>The layout of a channel in shared memory. Rows start at multiples of four, for 128-bit reads.</summary>
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
