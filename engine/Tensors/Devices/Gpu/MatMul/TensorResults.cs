#if !USE_ILGPU_PACKAGES
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The results of one warp, a quarter of a tile's: fragments of 16 x 8, of which each lane has four numbers.</summary>
internal static class TensorResults<TTile>
    where TTile : struct, ITensorTile
{
    private const int FragmentRows = 16;

    private const int FragmentColumns = 8;

    /// <summary>Warps beside each other.</summary>
    private const int Across = 2;

    private static int RowFragments => TTile.Rows / Across / FragmentRows;

    private static int ColumnFragments => TTile.Columns / Across / FragmentColumns;

    /// <summary>Rows that a lane has results of: two of each fragment.</summary>
    private static int OwnRows => 2 * RowFragments;

    /// <summary>From one of these rows to the next.</summary>
    private static int RowStep => FragmentRows / 2;

    /// <summary>Of this warp, within the tile.</summary>
    private static int FirstRow => Group.IdxX / TensorLayout.WarpSize / Across * (TTile.Rows / Across);

    private static int FirstColumn => Group.IdxX / TensorLayout.WarpSize % Across * (TTile.Columns / Across);

    public static ArrayView<AccumulatorFragment> Zeros()
    {
        ArrayView<AccumulatorFragment> sums = LocalMemory.Allocate<AccumulatorFragment>(RowFragments * ColumnFragments);
        for (int i = 0; i < RowFragments * ColumnFragments; i++)
        {
            sums[i] = default;
        }

        return sums;
    }

    /// <summary>
    /// sums += left · right over one half of a tile's depth, which is two chunks. The fence of a large tile orders nothing that would need
    /// it: without one the assembler puts what follows, stores of numbers that are still on their way, before the multiplications that they
    /// were to arrive behind.
    /// </summary>
    public static void Accumulate<TPrecision>(ArrayView<Chunk> left, ArrayView<Chunk> right, int half, ArrayView<AccumulatorFragment> sums)
        where TPrecision : struct, ITensorPrecision
    {
        int lane = Group.IdxX % TensorLayout.WarpSize;

        // ldmatrix wants from lane l the place of a row: of the left factor row l % 16, first or second chunk; of the right one columns 0
        // to 7 with both chunks, then columns 8 to 15.
        int leftPlace = TensorLayout.Place(FirstRow + (lane % 16), (2 * half) + (lane / 16));
        int rightPlace = TensorLayout.Place(FirstColumn + (lane / 16 * 8) + (lane % 8), (2 * half) + (lane / 8 % 2));
        ArrayView<LeftFragment> a = LocalMemory.Allocate<LeftFragment>(RowFragments);
        for (int i = 0; i < RowFragments; i++)
        {
            a[i] = TensorCores.LoadLeft(ref left[leftPlace + (i * FragmentRows * TensorLayout.Chunks)]);
        }

        for (int j = 0; j < ColumnFragments; j += 2)
        {
            RightFragmentPair b = TensorCores.LoadRightPair(ref right[rightPlace + (j * FragmentColumns * TensorLayout.Chunks)]);
            for (int i = 0; i < RowFragments; i++)
            {
                TPrecision.Multiply(ref sums[(i * ColumnFragments) + j], a[i], b.First);
                TPrecision.Multiply(ref sums[(i * ColumnFragments) + j + 1], a[i], b.Second);
            }
        }

        if (TTile.HidesLoads)
        {
            MemoryFence.GroupLevel();
        }
    }

    /// <inheritdoc cref="Results{TTile}.Join"/>
    public static bool Join(in Product product, ArrayView<AccumulatorFragment> sums)
    {
        int own = RowFragments * ColumnFragments;
        ArrayView<Float4> parts = product.Partial.Cast<Float4>();
        int place = LastGroup.PlaceOfPart(product, TensorLayout.Threads, 4 * own);
        for (int i = 0; i < own; i++)
        {
            Float4 four = default;
            four.X = sums[i].C0;
            four.Y = sums[i].C1;
            four.Z = sums[i].C2;
            four.W = sums[i].C3;
            parts[place + (i * TensorLayout.Threads)] = four;
        }

        if (!LastGroup.IsLast(product))
        {
            return false;
        }

        for (int i = 0; i < own; i++)
        {
            sums[i] = default;
        }

        // As in the results of other rungs, but that a part has no fewer fours than are under way.
        int underWay = LastGroup.UnderWay(4 * own), last = product.Splits.Value - 1;
        ArrayView<Float4> arriving = LocalMemory.Allocate<Float4>(underWay);
        place = LastGroup.PlaceOfTile(product, TensorLayout.Threads, 4 * own);
        for (int i = 0; i < underWay; i++)
        {
            arriving[i] = parts[place + (i * TensorLayout.Threads)];
        }

        for (int part = 0; part <= last; part++)
        {
            for (int i = 0; i < own; i++)
            {
                int slot = i % underWay, next = i + underWay;
                sums[i].C0 += arriving[slot].X;
                sums[i].C1 += arriving[slot].Y;
                sums[i].C2 += arriving[slot].Z;
                sums[i].C3 += arriving[slot].W;
                arriving[slot] = parts[place + (((Math.Min(part + (next / own), last) * own) + (next % own)) * TensorLayout.Threads)];
            }
        }

        return true;
    }

    /// <summary>
    /// Writes the sums to the target, row by row. What is the same for all rows of a column, or all columns of a row, is worked out once;
    /// whether pairs of columns can be written as one is asked once.
    /// </summary>
    public static void Store(in Product product, in GroupPlace place, ArrayView<AccumulatorFragment> sums)
    {
        int lane = Group.IdxX % TensorLayout.WarpSize;
        int firstRow = place.FirstRow + FirstRow + (lane / 4), firstColumn = place.FirstColumn + FirstColumn + (lane % 4 * 2);
        ArrayView<float> biases = LocalMemory.Allocate<float>(OwnRows);
        for (int i = 0; i < OwnRows; i++)
        {
            biases[i] = product.BiasOf(firstRow + (i * RowStep));
        }

        if (product.HasPairs != 0)
        {
            StorePairs(product, firstRow, firstColumn, biases, sums);
        }
        else
        {
            StoreSingles(product, firstRow, firstColumn, biases, sums);
        }
    }

    private static void StorePairs(
        in Product product, int firstRow, int firstColumn, ArrayView<float> biases, ArrayView<AccumulatorFragment> sums)
    {
        // All of these places and distances are even.
        ArrayView<int> places = LocalMemory.Allocate<int>(ColumnFragments);
        for (int j = 0; j < ColumnFragments; j++)
        {
            places[j] = PlaceOf(product, firstColumn + (j * FragmentColumns)) >> 1;
        }

        ArrayView<Float2> target = product.Target.Data.Cast<Float2>();
        for (int i = 0; i < OwnRows; i++)
        {
            int row = firstRow + (i * RowStep);
            if (row >= product.Rows)
            {
                continue;
            }

            int start = (row * product.Target.RowStride) >> 1;
            ArrayView<Float2> own = target.SubView(start, target.IntLength - start);
            for (int j = 0; j < ColumnFragments; j++)
            {
                if (places[j] >= 0)
                {
                    AccumulatorFragment sum = sums[(i / 2 * ColumnFragments) + j];
                    Float2 pair = default;
                    pair.X = (i % 2 == 0 ? sum.C0 : sum.C2) + biases[i];
                    pair.Y = (i % 2 == 0 ? sum.C1 : sum.C3) + biases[i];
                    own[places[j]] = pair;
                }
            }
        }
    }

    private static void StoreSingles(
        in Product product, int firstRow, int firstColumn, ArrayView<float> biases, ArrayView<AccumulatorFragment> sums)
    {
        ArrayView<int> places = LocalMemory.Allocate<int>(2 * ColumnFragments);
        for (int j = 0; j < 2 * ColumnFragments; j++)
        {
            places[j] = PlaceOf(product, firstColumn + (j / 2 * FragmentColumns) + (j % 2));
        }

        for (int i = 0; i < OwnRows; i++)
        {
            int row = firstRow + (i * RowStep);
            if (row >= product.Rows)
            {
                continue;
            }

            int start = row * product.Target.RowStride;
            ArrayView<float> own = product.Target.Data.SubView(start, product.Target.Data.IntLength - start);
            for (int j = 0; j < 2 * ColumnFragments; j++)
            {
                if (places[j] >= 0)
                {
                    AccumulatorFragment sum = sums[(i / 2 * ColumnFragments) + (j / 2)];
                    float first = i % 2 == 0 ? sum.C0 : sum.C2, second = i % 2 == 0 ? sum.C1 : sum.C3;
                    own[places[j]] = (j % 2 == 0 ? first : second) + biases[i];
                }
            }
        }
    }

    /// <summary>Where a column's result of row 0 goes, or -1 if there is no such column.</summary>
    private static int PlaceOf(in Product product, int column)
    {
        int place = product.Target.Offset(0, product.ColumnRadix.Of(column));
        return column < product.Columns ? place : -1;
    }
}
#endif
