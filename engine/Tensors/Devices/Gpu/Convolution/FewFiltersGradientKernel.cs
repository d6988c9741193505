using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Weight gradient of few filters, like <see cref="FewFiltersKernel"/>: a group computes one channel for a band of pixels, and each of its
/// warps one row of taps. A thread multiplies a run of gradient pixels, for all filters, with the corresponding run of the image: 84
/// multiply-adds for 22 numbers. Lanes are added at the end, and bands by <see cref="MatMul.SplitSumKernel"/>, each in a fixed order.
/// </summary>
internal static class FewFiltersGradientKernel
{
    /// <summary>Pixels that a group loads at once.</summary>
    public const int Rows = 8, Columns = WarpSize * PixelsPerThread;

    /// <summary>Neighbouring pixels that a thread processes.</summary>
    private const int PixelsPerThread = 4;

    private const int WarpSize = 32;

    /// <summary>The warp size plus one, so that neighbouring results are in different memory banks.</summary>
    private const int LaneStride = WarpSize + 1;

    public static int Threads<TShape>()
        where TShape : struct, IFewFilters => TShape.Side * WarpSize;

    public static int SharedBytes<TShape>()
        where TShape : struct, IFewFilters => 2 * Tile<TShape>.Size * sizeof(float);

    /// <summary>Whether it is compiled for a convolution.</summary>
    public static bool Takes(in ConvGeometry g) =>
        IFewFilters.Has<Filters3Taps7>(g, g.K, stride: 1) || IFewFilters.Has<Filters1Taps7>(g, g.K, stride: 1);

    /// <summary>Grid X counts strips and bands, Y channels, Z images.</summary>
    /// <typeparam name="TShape">the convolution</typeparam>
    /// <typeparam name="TSums">for each filter a row of taps, padded to eight numbers</typeparam>
    /// <param name="parts">[Z · X, filters, C · taps]: the sums of each band</param>
    /// <param name="stages">rows of a band, in units of <see cref="Rows"/></param>
    public static void FewFiltersWeightGradient<TShape, TSums>(
        ArrayView<float> x, ArrayView<float> dy, ArrayView<float> parts, ConvGeometry g, int stages)
        where TShape : struct, IFewFilters
        where TSums : struct, IRegisterArray<TSums, Twice<Float4>>
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * Tile<TShape>.Size);
        TSums sums = default;
        int strips = (g.OutW + Columns - 1) / Columns, band = Grid.IdxX / strips;
        int row = band * stages * Rows, column = (Grid.IdxX - (band * strips)) * Columns;
        int end = IntrinsicMath.Min(row + (stages * Rows), g.OutH);
        StartLoad<TShape>(x, dy, g, row, end, column, shared.SubView(0, Tile<TShape>.Size));
        int half = 0;
        for (; row < end; row += Rows)
        {
            SharedCopy.WaitForAll();
            Group.Barrier();
            StartLoad<TShape>(x, dy, g, row + Rows, end, column, shared.SubView((1 - half) * Tile<TShape>.Size, Tile<TShape>.Size));
            sums = Accumulate<TShape, TSums>(sums, shared.SubView(half * Tile<TShape>.Size, Tile<TShape>.Size));
            half = 1 - half;
        }

        SharedCopy.WaitForAll();
        Group.Barrier();
        Lanes<TShape> lanes = default;
        lanes.Shared = shared;
        TSums.Each(sums, ref lanes, 0);

        Group.Barrier();
        if (Group.IdxX < TShape.Filters * TShape.Side * TShape.Side)
        {
            int filter = Group.IdxX / (TShape.Side * TShape.Side), tap = Group.IdxX % (TShape.Side * TShape.Side);
            int first = ((((filter * TShape.Side) + (tap % TShape.Side)) * TShape.Side) + (tap / TShape.Side)) * LaneStride;
            float sum = 0;
            for (int lane = 0; lane < WarpSize; lane++)
            {
                sum += shared[first + lane];
            }

            int number = (Grid.IdxZ * Grid.DimX) + Grid.IdxX;
            parts[(((((number * TShape.Filters) + filter) * g.C) + Grid.IdxY) * TShape.Side * TShape.Side) + tap] = sum;
        }
    }

    /// <summary>
    /// Starts loading <see cref="Rows"/> rows of the gradient and the corresponding rows of the image; beyond a band's end the gradient is
    /// 0.
    /// </summary>
    private static void StartLoad<TShape>(
        ArrayView<float> x, ArrayView<float> dy, in ConvGeometry g, int row, int end, int column, ArrayView<float> tile)
        where TShape : struct, IFewFilters
    {
        int warp = Group.IdxX / WarpSize, lane = Group.IdxX % WarpSize;
        int firstY = row - g.PadTop, firstX = column - g.PadLeft, plane = ((Grid.IdxZ * g.C) + Grid.IdxY) * g.H;
        for (int r = 0; r < Tile<TShape>.ImageRows; r += TShape.Side)
        {
            int own = r + warp;
            bool isInside = (row < end) & ((uint)(firstY + own) < (uint)g.H);
            int from = ((plane + firstY + own) * g.W) + firstX;
            for (int c = 0; c < Tile<TShape>.ImageStride; c += WarpSize)
            {
                int at = c + lane;
                if ((Tile<TShape>.ImageRows % TShape.Side == 0 || own < Tile<TShape>.ImageRows)
                    && (c + WarpSize <= Tile<TShape>.ImageStride || at < Tile<TShape>.ImageStride))
                {
                    SharedCopy.Start(
                        x, from + at, isInside & ((uint)(firstX + at) < (uint)g.W), ref tile[(own * Tile<TShape>.ImageStride) + at]);
                }
            }
        }

        ArrayView<float> gradient = tile.SubView(Tile<TShape>.ImageSize, Tile<TShape>.GradientRows * Columns);
        for (int r = 0; r < Tile<TShape>.GradientRows; r += TShape.Side)
        {
            int own = r + warp, y = row + (own % Rows), filter = own / Rows;
            int from = ((((Grid.IdxZ * TShape.Filters) + filter) * g.OutH) + y) * g.OutW;
            if (r + TShape.Side <= Tile<TShape>.GradientRows || own < Tile<TShape>.GradientRows)
            {
                for (int c = 0; c < Columns; c += WarpSize)
                {
                    int at = column + c + lane;
                    SharedCopy.Start(dy, from + at, (y < end) & (at < g.OutW), ref gradient[(own * Columns) + c + lane]);
                }
            }
        }

        SharedCopy.Commit();
    }

    private static TSums Accumulate<TShape, TSums>(TSums sums, ArrayView<float> tile)
        where TShape : struct, IFewFilters
        where TSums : struct, IRegisterArray<TSums, Twice<Float4>>
    {
        int firstRow = Group.IdxX / WarpSize, first = Group.IdxX % WarpSize * PixelsPerThread;
        for (int r = 0; r < Rows; r++)
        {
            Filters<TShape> filters = default;
            filters.Tile = tile;
            filters.Image = ((r + firstRow) * Tile<TShape>.ImageStride) + first;
            filters.Gradient = Tile<TShape>.ImageSize + (r * Columns) + first;
            sums = TSums.Map(sums, ref filters, 0);
        }

        return sums;
    }

    /// <summary>Multiplies a run of gradient pixels, for each filter.</summary>
    private struct Filters<TShape> : IMap<Twice<Float4>>
        where TShape : struct, IFewFilters
    {
        public ArrayView<float> Tile;

        public int Image, Gradient;

        public readonly Twice<Float4> Of(int index, Twice<Float4> value)
        {
            int from = Gradient + (index * Rows * Columns);
            Taps<TShape> taps = default;
            taps.Tile = Tile;
            taps.Next = Image + PixelsPerThread;
            taps.Slopes = new() { X = Tile[from], Y = Tile[from + 1], Z = Tile[from + 2], W = Tile[from + 3] };
            taps.Pixels = new() { X = Tile[Image], Y = Tile[Image + 1], Z = Tile[Image + 2], W = Tile[Image + 3] };
            return Twice<Float4>.Map(value, ref taps, 0);
        }
    }

    /// <summary>Accumulates each tap of a row; a tap's run of pixels begins one pixel after that of the tap before.</summary>
    private struct Taps<TShape> : IMap<float>
        where TShape : struct, IFewFilters
    {
        public ArrayView<float> Tile;

        public int Next;

        public Float4 Slopes, Pixels;

        public float Of(int index, float value)
        {
            if (index >= TShape.Side)
            {
                return value;
            }

            value += Slopes.X * Pixels.X;
            value += Slopes.Y * Pixels.Y;
            value += Slopes.Z * Pixels.Z;
            value += Slopes.W * Pixels.W;
            if (index < TShape.Side - 1)
            {
                Pixels = new() { X = Pixels.Y, Y = Pixels.Z, Z = Pixels.W, W = Tile[Next + index] };
            }

            return value;
        }
    }

    /// <summary>Writes all threads' sums to shared memory, [filter, tap of a row, row of taps, lane].</summary>
    private struct Lanes<TShape> : ITarget<Twice<Float4>>
        where TShape : struct, IFewFilters
    {
        public ArrayView<float> Shared;

        public readonly void Put(int index, Twice<Float4> value)
        {
            Lane<TShape> lane = default;
            lane.Shared = Shared;
            lane.Filter = index;
            Twice<Float4>.Each(value, ref lane, 0);
        }
    }

    private struct Lane<TShape> : ITarget<float>
        where TShape : struct, IFewFilters
    {
        public ArrayView<float> Shared;

        public int Filter;

        public readonly void Put(int index, float value)
        {
            if (index < TShape.Side)
            {
                int row = (((Filter * TShape.Side) + index) * TShape.Side) + (Group.IdxX / WarpSize);
                Shared[(row * LaneStride) + (Group.IdxX % WarpSize)] = value;
            }
        }
    }

    /// <summary>
    /// The layout of shared memory: a part of the image, then of the gradient. Rows start at multiples of four, for 128-bit reads.
    /// </summary>
    private static class Tile<TShape>
        where TShape : struct, IFewFilters
    {
        public static int ImageRows => Rows + TShape.Side - 1;

        public static int ImageStride => (Columns + TShape.Side + 2) / 4 * 4;

        public static int ImageSize => ImageRows * ImageStride;

        /// <summary>Gradient rows of all filters.</summary>
        public static int GradientRows => TShape.Filters * Rows;

        public static int Size => ImageSize + (GradientRows * Columns);
    }
}
