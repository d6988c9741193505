using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Weight gradient of few filters, without patches, as <see cref="FewFiltersKernel"/>: a group takes one channel and a band of pixels, a
/// warp of it one row of taps. A thread multiplies a run of pixels of the gradient, for all filters, with the run of the image that they
/// met: 84 multiply-adds for 22 numbers. Lanes are added at the end and bands by <see cref="MatMul.SplitSumKernel"/>, each in a fixed
/// order.
/// </summary>
internal static class FewFiltersGradientKernel
{
    /// <summary>Pixels that a group brings at once.</summary>
    public const int Rows = 8, Columns = WarpSize * Own;

    /// <summary>Neighbouring pixels of a thread.</summary>
    private const int Own = 4;

    private const int WarpSize = 32;

    /// <summary>One more than a warp has threads, so that the lanes of neighbouring results lie in different memory banks.</summary>
    private const int LaneStride = WarpSize + 1;

    public static int Threads<TShape>()
        where TShape : struct, IFewFilters => TShape.Side * WarpSize;

    public static int SharedBytes<TShape>()
        where TShape : struct, IFewFilters => 2 * Tile<TShape>.Size * sizeof(float);

    /// <summary>Grid X counts bands, strips of a band together, Y channels, Z images.</summary>
    /// <param name="parts">[Z · X, filters, C · taps]: the sums of each band</param>
    /// <param name="stages">times <see cref="Rows"/>: rows of a band</param>
    public static void FewFiltersWeightGradient<TShape>(
        ArrayView<float> x, ArrayView<float> dy, ArrayView<float> parts, ConvGeometry g, int stages)
        where TShape : struct, IFewFilters
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(2 * Tile<TShape>.Size);
        ArrayView<float> sums = LocalMemory.Allocate<float>(TShape.Filters * TShape.Side);
        for (int i = 0; i < TShape.Filters * TShape.Side; i++)
        {
            sums[i] = 0;
        }

        int strips = (g.OutW + Columns - 1) / Columns, band = Grid.IdxX / strips;
        int row = band * stages * Rows, column = (Grid.IdxX - (band * strips)) * Columns;
        int end = IntrinsicMath.Min(row + (stages * Rows), g.OutH);
        Bring<TShape>(x, dy, g, row, end, column, shared.SubView(0, Tile<TShape>.Size));
        int half = 0;
        for (; row < end; row += Rows)
        {
            SharedCopy.WaitForAll();
            Group.Barrier();
            Bring<TShape>(x, dy, g, row + Rows, end, column, shared.SubView((1 - half) * Tile<TShape>.Size, Tile<TShape>.Size));
            Accumulate<TShape>(shared.SubView(half * Tile<TShape>.Size, Tile<TShape>.Size), sums);
            half = 1 - half;
        }

        SharedCopy.WaitForAll();
        Group.Barrier();
        for (int i = 0; i < TShape.Filters * TShape.Side; i++)
        {
            shared[(((i * TShape.Side) + (Group.IdxX / WarpSize)) * LaneStride) + (Group.IdxX % WarpSize)] = sums[i];
        }

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
    /// Starts bringing some rows of the gradient and those of the image that they meet; beyond a band's end the gradient is 0.
    /// </summary>
    private static void Bring<TShape>(
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

    private static void Accumulate<TShape>(ArrayView<float> tile, ArrayView<float> sums)
        where TShape : struct, IFewFilters
    {
        int firstRow = Group.IdxX / WarpSize, first = Group.IdxX % WarpSize * Own;
        ArrayView<float> pixels = LocalMemory.Allocate<float>(Own + TShape.Side - 1), slopes = LocalMemory.Allocate<float>(Own);
        for (int r = 0; r < Rows; r++)
        {
            for (int i = 0; i < Own + TShape.Side - 1; i++)
            {
                pixels[i] = tile[((r + firstRow) * Tile<TShape>.ImageStride) + first + i];
            }

            for (int filter = 0; filter < TShape.Filters; filter++)
            {
                for (int i = 0; i < Own; i++)
                {
                    slopes[i] = tile[Tile<TShape>.ImageSize + (((filter * Rows) + r) * Columns) + first + i];
                }

                for (int v = 0; v < TShape.Side; v++)
                {
                    for (int i = 0; i < Own; i++)
                    {
                        sums[(filter * TShape.Side) + v] += slopes[i] * pixels[v + i];
                    }
                }
            }
        }
    }

    /// <summary>
    /// How a part of the image, then of the gradient, lie in shared memory; rows start at multiples of four, for 128-bit reads.
    /// </summary>
    private static class Tile<TShape>
        where TShape : struct, IFewFilters
    {
        public static int ImageRows => Rows + TShape.Side - 1;

        public static int ImageStride => (Columns + TShape.Side + 2) / 4 * 4;

        public static int ImageSize => ImageRows * ImageStride;

        /// <summary>Of all filters.</summary>
        public static int GradientRows => TShape.Filters * Rows;

        public static int Size => ImageSize + (GradientRows * Columns);
    }
}
