#if !USE_ILGPU_PACKAGES
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 6: warps multiply 16 x 8 fragments on tensor cores (<c>mma.sync</c>, sm_80 and later). Tiles stay float32 in shared memory and are
/// rounded to TF32 or bfloat16 on the way into registers; sums are float32. Of three tiles one is multiplied while two are on their way, where
/// they fit into what a group may have of shared memory without asking.
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

        ArrayView<float> left = SharedMemory.Allocate<float>(Stages<TTile>.Count * TileLayout<TTile>.LeftSize);
        ArrayView<float> right = SharedMemory.Allocate<float>(Stages<TTile>.Count * TileLayout<TTile>.RightSize);
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

        ArrayView<DepthEntry> entries = SharedMemory.Allocate<DepthEntry>(DepthTable<TTile>.Size);
        DepthTable<TTile> table = DepthTable<TTile>.Start(Group.IdxX, place.Begin, place.End);
        if (TRight.ReadsTable)
        {
            table.Write(product, entries);
        }

        for (int stage = 0; stage < Stages<TTile>.Count - 1; stage++)
        {
            if (TRight.ReadsTable)
            {
                Group.Barrier();
            }

            Bring(product, ref leftLoader, ref rightLoader, ref table, Stages<TTile>.Left(left, stage), Stages<TTile>.Right(right, stage), entries);
        }

        int current = 0, free = Stages<TTile>.Count - 1;
        for (int depth = place.Begin; depth < place.End; depth += TTile.Depth)
        {
            // After the barrier the current tile is there for all, and nobody reads the free one any more.
            if (Stages<TTile>.Count == Stages<TTile>.Most)
            {
                CudaAsyncCopy.WaitForAllButOne();
            }
            else
            {
                CudaAsyncCopy.WaitForAll();
            }

            Group.Barrier();
            Bring(product, ref leftLoader, ref rightLoader, ref table, Stages<TTile>.Left(left, free), Stages<TTile>.Right(right, free), entries);
            Accumulate<TTile, TPrecision>(Stages<TTile>.Left(left, current), Stages<TTile>.Right(right, current), sums);
            free = current;
            current = current == Stages<TTile>.Count - 1 ? 0 : current + 1;
        }

        CudaAsyncCopy.WaitForAll();
        Store<TTile>(product, place, sums);
    }

    /// <summary>Starts copying a tile of both factors.</summary>
    private static void Bring<TTile, TRight>(
        in Product product, ref LeftLoader<TTile> leftLoader, ref TRight rightLoader, ref DepthTable<TTile> table,
        ArrayView<float> left, ArrayView<float> right, ArrayView<DepthEntry> entries)
        where TTile : struct, ITile
        where TRight : struct, IRightLoader<TRight>
    {
        leftLoader.Copy(product, left);
        rightLoader.Copy(product, right, table.Current(entries));
        CudaAsyncCopy.Commit();
        if (TRight.ReadsTable)
        {
            table.Write(product, entries);
        }
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

    /// <summary>Tiles of both factors in shared memory.</summary>
    private static class Stages<TTile>
        where TTile : struct, ITile
    {
        public const int Most = 3;

        private const int FloatsWithoutAsking = 48 * 1024 / sizeof(float);

        /// <summary>One being multiplied, the others on their way.</summary>
        public static int Count => Most * (TileLayout<TTile>.LeftSize + TileLayout<TTile>.RightSize) <= FloatsWithoutAsking ? Most : Most - 1;

        public static ArrayView<float> Left(ArrayView<float> all, int stage) => all.SubView(stage * TileLayout<TTile>.LeftSize, TileLayout<TTile>.LeftSize);

        public static ArrayView<float> Right(ArrayView<float> all, int stage) => all.SubView(stage * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize);
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
