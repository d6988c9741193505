#if !USE_ILGPU_PACKAGES
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 6: warps multiply 16 x 8 fragments on tensor cores (<c>mma.sync</c>, sm_80 and later). Tiles stay float32 in shared memory and are
/// rounded to TF32 or bfloat16 on the way into registers; sums are float32.
/// </summary>
internal static class TensorCoreKernel
{
    private const int WarpSize = 32;
    private const int FragmentRows = 16;
    private const int FragmentColumns = 8;

    /// <summary>Results of one lane in a fragment.</summary>
    private const int LaneResults = 4;

    public static void TensorCoreProduct<TTile, TRight, TPrecision>(Product product)
        where TTile : struct, ITile
        where TRight : struct, IRightLoader<TRight>
        where TPrecision : struct, ITensorPrecision
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        ArrayView<float> left = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.LeftSize), right = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.RightSize);
        GroupPlace place = GroupPlace.Enter(ref product, TTile.Rows, TTile.Columns);
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        LeftLoader<TTile> leftLoader = LeftLoader<TTile>.Start(product, Group.IdxX, place.FirstRow, place.Begin, place.End);
        TRight rightLoader = TRight.Start(product, Group.IdxX, place.FirstColumn, place.Begin, place.End);
        ArrayView<float> sums = LocalMemory.Allocate<float>(Warps<TTile>.Fragments * LaneResults);
        for (int i = 0; i < Warps<TTile>.Fragments * LaneResults; i++)
        {
            sums[i] = 0;
        }

        leftLoader.Copy(product, left.SubView(0, TileLayout<TTile>.LeftSize));
        rightLoader.Copy(product, right.SubView(0, TileLayout<TTile>.RightSize));
        CudaAsyncCopy.Commit();
        int current = 0;
        for (int depth = place.Begin; depth < place.End; depth += TTile.Depth)
        {
            CudaAsyncCopy.WaitForAll();
            Group.Barrier();
            int next = 1 - current;
            leftLoader.Copy(product, left.SubView(next * TileLayout<TTile>.LeftSize, TileLayout<TTile>.LeftSize));
            rightLoader.Copy(product, right.SubView(next * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize));
            CudaAsyncCopy.Commit();
            Accumulate<TTile, TPrecision>(
                left.SubView(current * TileLayout<TTile>.LeftSize, TileLayout<TTile>.LeftSize),
                right.SubView(current * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize),
                sums);
            current = next;
        }

        CudaAsyncCopy.WaitForAll();
        Store<TTile>(product, place, sums);
    }

    private static void Accumulate<TTile, TPrecision>(ArrayView<float> left, ArrayView<float> right, ArrayView<float> sums)
        where TTile : struct, ITile
        where TPrecision : struct, ITensorPrecision
    {
        int firstRow = Warps<TTile>.FirstRow, firstColumn = Warps<TTile>.FirstColumn;
        for (int q = 0; q < TTile.Depth; q += TPrecision.Depth)
        {
            for (int i = 0; i < Warps<TTile>.RowFragments; i++)
            {
                LeftFragment a = TPrecision.Left(left, TileLayout<TTile>.LeftStride, q, firstRow + (i * FragmentRows));
                for (int j = 0; j < Warps<TTile>.ColumnFragments; j++)
                {
                    RightFragment b = TPrecision.Right(right, TileLayout<TTile>.RightStride, q, firstColumn + (j * FragmentColumns));
                    int own = ((i * Warps<TTile>.ColumnFragments) + j) * LaneResults;
                    AccumulatorFragment c = default;
                    c.C0 = sums[own];
                    c.C1 = sums[own + 1];
                    c.C2 = sums[own + 2];
                    c.C3 = sums[own + 3];
                    TPrecision.Multiply(ref c, a, b);
                    sums[own] = c.C0;
                    sums[own + 1] = c.C1;
                    sums[own + 2] = c.C2;
                    sums[own + 3] = c.C3;
                }
            }
        }
    }

    private static void Store<TTile>(in Product product, in GroupPlace place, ArrayView<float> sums)
        where TTile : struct, ITile
    {
        int lane = Group.IdxX % WarpSize;
        int firstRow = place.FirstRow + Warps<TTile>.FirstRow + (lane / 4), firstColumn = place.FirstColumn + Warps<TTile>.FirstColumn + (lane % 4 * 2);
        for (int j = 0; j < Warps<TTile>.ColumnFragments; j++)
        {
            for (int side = 0; side < 2; side++)
            {
                int column = firstColumn + (j * FragmentColumns) + side;
                if (column >= product.Columns)
                {
                    continue;
                }

                Digits digits = product.ColumnRadix.Of(column);
                for (int i = 0; i < Warps<TTile>.RowFragments; i++)
                {
                    for (int half = 0; half < 2; half++)
                    {
                        int row = firstRow + (i * FragmentRows) + (half * FragmentRows / 2);
                        if (row < product.Rows)
                        {
                            product.Write(place, row, column, digits, sums[(((i * Warps<TTile>.ColumnFragments) + j) * LaneResults) + (half * 2) + side]);
                        }
                    }
                }
            }
        }
    }

    /// <summary>How warps share a tile: two beside each other, the others below.</summary>
    private static class Warps<TTile>
        where TTile : struct, ITile
    {
        private const int Across = 2;

        public static int RowFragments => Rows / FragmentRows;

        public static int ColumnFragments => Columns / FragmentColumns;

        public static int Fragments => RowFragments * ColumnFragments;

        public static int FirstRow => Group.IdxX / WarpSize / Across * Rows;

        public static int FirstColumn => Group.IdxX / WarpSize % Across * Columns;

        private static int Rows => TTile.Rows * WarpSize * Across / TileLayout<TTile>.Threads;

        private static int Columns => TTile.Columns / Across;
    }
}
#endif
