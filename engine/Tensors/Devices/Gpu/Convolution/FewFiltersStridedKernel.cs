using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Data gradient of few channels with 4 x 4 taps and stride 2, like <see cref="FewFiltersKernel"/>: the transposed convolution at the end
/// of a U-Net. Each pixel of dy corresponds to a cell of 2 x 2 pixels of dx. A thread computes two cells from the 3 x 4 numbers of dy
/// around them and all 16 taps of all channels: 96 multiply-adds for three channels.
/// </summary>
internal static class FewFiltersStridedKernel
{
    /// <summary>Cells that a group computes.</summary>
    public const int Rows = 8, Columns = 16;

    public const int Threads = Slices * SliceThreads;

    /// <summary>Neighbouring cells that a thread computes.</summary>
    private const int CellsPerThread = 2;

    private const int ThreadsAcross = Columns / CellsPerThread;

    private const int SliceThreads = Rows * ThreadsAcross;

    /// <summary>Channels of dy that a group processes at once.</summary>
    private const int Slices = 4;

    /// <summary>A cell and its neighbours on both sides.</summary>
    private const int Neighbourhood = 3;

    private const int PatchRows = Rows + Neighbourhood - 1, PatchStride = Columns + 4, PatchSize = PatchRows * PatchStride;

    /// <summary>Elements of a patch that each thread of a slice loads.</summary>
    private const int Slots = (PatchSize + SliceThreads - 1) / SliceThreads;

    /// <summary>Pixels of a cell in each direction.</summary>
    private const int Side = 2;

    private const int TapsOfAFilter = 16;

    /// <summary>Whether it is compiled for a convolution: with padding 1, and x with twice as many rows and columns as dy.</summary>
    public static bool Takes(in ConvGeometry g) =>
        (IFewFilters.Has<Filters3Taps4>(g, g.C, stride: Side) || IFewFilters.Has<Filters6Taps4>(g, g.C, stride: Side))
        && (g.PadTop, g.PadLeft, g.H, g.W) == (1, 1, Side * g.OutH, Side * g.OutW);

    /// <summary>Grid X and Y count patches across and down, Z images.</summary>
    /// <typeparam name="TShape">the convolution</typeparam>
    /// <typeparam name="TSums">for each filter two rows of four pixels: two cells</typeparam>
    /// <param name="g">a geometry that it <see cref="Takes"/></param>
    public static void FewFiltersStrided<TShape, TSums>(
        ArrayView<float> dy, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> dx, ConvGeometry g)
        where TShape : struct, IFewFilters
        where TSums : struct, IRegisterArray<TSums, Twice<Float4>>
    {
        int weightSize = TShape.Filters * TShape.Side * TShape.Side;
        ArrayView<float> patches = SharedMemory.Allocate<float>(2 * Slices * PatchSize),
            weights = SharedMemory.Allocate<float>(2 * Slices * TShape.Filters * TShape.Side * TShape.Side);
        ArrayView<float> joined = SharedMemory.Allocate<float>(SliceThreads * CellsPerThread * Side * Side * TShape.Filters);
        int slice = Group.IdxX / SliceThreads, thread = Group.IdxX % SliceThreads;
        TSums sums = default;
        StartLoad<TShape>(
            dy, w, g, slice, patches.SubView(slice * PatchSize, PatchSize), weights.SubView(slice * weightSize, weightSize));
        int part = slice;
        for (int channel = slice; channel - slice < g.K; channel += Slices)
        {
            // After the barrier all threads see these channels, and none reads the other half any more.
            SharedCopy.WaitForAll();
            Group.Barrier();
            int next = (2 * slice) + Slices - part; // the same slice of the other half
            StartLoad<TShape>(
                dy, w, g, channel + Slices, patches.SubView(next * PatchSize, PatchSize),
                weights.SubView(next * weightSize, weightSize));
            sums = Accumulate<TShape, TSums>(
                sums, patches.SubView(part * PatchSize, PatchSize), weights.SubView(part * weightSize, weightSize), thread);
            part = next;
        }

        SharedCopy.WaitForAll();
        SliceSums sliceSums = default;
        sliceSums.Shared = joined;
        sliceSums.Thread = thread;
        for (int source = 1; source < Slices; source++)
        {
            // One slice after the other passes its sums to the first slice.
            if (slice == source)
            {
                TSums.Each(sums, ref sliceSums, 0);
            }

            Group.Barrier();
            if (slice == 0)
            {
                sums = TSums.Map(sums, ref sliceSums, 0);
            }

            Group.Barrier();
        }

        if (slice == 0)
        {
            Cells<TShape> cells = default;
            (cells.Dx, cells.Bias, cells.Geometry) = (dx, bias, g);
            cells.Row = ((Grid.IdxY * Rows) + (thread / ThreadsAcross)) * Side;
            cells.Column = ((Grid.IdxX * Columns) + (thread % ThreadsAcross * CellsPerThread)) * Side;
            TSums.Each(sums, ref cells, 0);
        }
    }

    /// <summary>Starts loading a channel's patch of dy and its taps, [filter, tap].</summary>
    private static void StartLoad<TShape>(
        ArrayView<float> dy, ArrayView<float> w, in ConvGeometry g, int channel, ArrayView<float> patch, ArrayView<float> weight)
        where TShape : struct, IFewFilters
    {
        int thread = Group.IdxX % SliceThreads, plane = ((Grid.IdxZ * g.K) + channel) * g.OutH * g.OutW;
        bool exists = channel < g.K;
        for (int slot = 0; slot < Slots; slot++)
        {
            int element = (slot * SliceThreads) + thread;
            if (((slot + 1) * SliceThreads <= PatchSize) || element < PatchSize)
            {
                int y = (Grid.IdxY * Rows) + (element / PatchStride) - 1, x = (Grid.IdxX * Columns) + (element % PatchStride) - 1;
                bool isInside = ((uint)y < (uint)g.OutH) & ((uint)x < (uint)g.OutW);
                SharedCopy.Start(dy, plane + (y * g.OutW) + x, exists & isInside, ref patch[element]);
            }
        }

        // In a weight [K, C, 4, 4] all taps of all filters of a channel of dy are contiguous.
        int all = TShape.Filters * TShape.Side * TShape.Side;
        for (int e = 0; e < all; e += SliceThreads)
        {
            if (e + SliceThreads <= all || e + thread < all)
            {
                SharedCopy.Start(w, (channel * all) + e + thread, exists, ref weight[e + thread]);
            }
        }

        SharedCopy.Commit();
    }

    private static TSums Accumulate<TShape, TSums>(TSums sums, ArrayView<float> patch, ArrayView<float> weight, int thread)
        where TShape : struct, IFewFilters
        where TSums : struct, IRegisterArray<TSums, Twice<Float4>>
    {
        int first = (thread / ThreadsAcross * PatchStride) + (thread % ThreadsAcross * CellsPerThread);
        Taps taps = default;
        taps.Weight = weight;
        taps.Above = Four(patch, first);
        taps.Here = Four(patch, first + PatchStride);
        taps.Below = Four(patch, first + (2 * PatchStride));
        return TSums.Map(sums, ref taps, 0);
    }

    private static Float4 Four(ArrayView<float> from, int first) =>
        new() { X = from[first], Y = from[first + 1], Z = from[first + 2], W = from[first + 3] };

    /// <summary>Multiplies all taps of each filter with three rows of dy.</summary>
    private struct Taps : IMap<Twice<Float4>>
    {
        public ArrayView<float> Weight;

        public Float4 Above, Here, Below;

        /// <summary>
        /// Row 2i + a of dx meets row i + a − u of dy by tap 1 − a + 2u, and columns likewise: taps 1 and 3 in even rows, 0 and 2 in odd
        /// ones.
        /// </summary>
        public readonly Twice<Float4> Of(int index, Twice<Float4> value)
        {
            int first = index * TapsOfAFilter;
            Float4 even = Row(value.Low, Four(Weight, first + 4), Here), odd = Row(value.High, Four(Weight, first), Below);
            return new() { Low = Row(even, Four(Weight, first + 12), Above), High = Row(odd, Four(Weight, first + 8), Here) };
        }

        /// <summary>Adds a row of taps times a row of dy to the four pixels of two cells.</summary>
        private static Float4 Row(Float4 sum, Float4 taps, Float4 dy) => new()
        {
            X = sum.X + (taps.Y * dy.Y) + (taps.W * dy.X),
            Y = sum.Y + (taps.X * dy.Z) + (taps.Z * dy.Y),
            Z = sum.Z + (taps.Y * dy.Z) + (taps.W * dy.Y),
            W = sum.W + (taps.X * dy.W) + (taps.Z * dy.Z),
        };
    }

    /// <summary>The sums of a slice in shared memory, [number, thread].</summary>
    private struct SliceSums : ITarget<Twice<Float4>>, IMap<Twice<Float4>>
    {
        public ArrayView<float> Shared;

        public int Thread;

        public readonly void Put(int index, Twice<Float4> value)
        {
            Number number = First(index);
            Twice<Float4>.Each(value, ref number, 0);
        }

        public readonly Twice<Float4> Of(int index, Twice<Float4> value)
        {
            Number number = First(index);
            return Twice<Float4>.Map(value, ref number, 0);
        }

        private readonly Number First(int filter)
        {
            Number number = default;
            number.Shared = Shared;
            number.First = (filter * CellsPerThread * Side * Side * SliceThreads) + Thread;
            return number;
        }
    }

    private struct Number : ITarget<float>, IMap<float>
    {
        public ArrayView<float> Shared;

        public int First;

        public readonly void Put(int index, float value) => Shared[First + (index * SliceThreads)] = value;

        public readonly float Of(int index, float value) => value + Shared[First + (index * SliceThreads)];
    }

    private struct Cells<TShape> : ITarget<Twice<Float4>>
        where TShape : struct, IFewFilters
    {
        public ArrayView<float> Dx, Bias;

        public ConvGeometry Geometry;

        public int Row, Column;

        public readonly void Put(int index, Twice<Float4> value)
        {
            float added = Bias.IntLength > 0 ? Bias[index] : 0;
            if (Row < Geometry.H)
            {
                int to = (((((Grid.IdxZ * TShape.Filters) + index) * Geometry.H) + Row) * Geometry.W) + Column;
                Put(to, value.Low, added);
                Put(to + Geometry.W, value.High, added);
            }
        }

        private readonly void Put(int to, Float4 row, float added)
        {
            Put(to, 0, row.X + added);
            Put(to, 1, row.Y + added);
            Put(to, 2, row.Z + added);
            Put(to, 3, row.W + added);
        }

        private readonly void Put(int to, int i, float value)
        {
            if (Column + i < Geometry.W)
            {
                Dx[to + i] = value;
            }
        }
    }
}
