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

    /// <summary>sums += left · right over one half of a tile's depth, which is two chunks.</summary>
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
    }

    public static void Store(in Product product, in GroupPlace place, ArrayView<AccumulatorFragment> sums)
    {
        int lane = Group.IdxX % TensorLayout.WarpSize;
        int firstRow = place.FirstRow + FirstRow + (lane / 4), firstColumn = place.FirstColumn + FirstColumn + (lane % 4 * 2);
        for (int j = 0; j < ColumnFragments; j++)
        {
            for (int side = 0; side < 2; side++)
            {
                int column = firstColumn + (j * FragmentColumns) + side;
                if (column >= product.Columns)
                {
                    continue;
                }

                Digits digits = product.ColumnRadix.Of(column);
                for (int i = 0; i < RowFragments; i++)
                {
                    AccumulatorFragment sum = sums[(i * ColumnFragments) + j];
                    int row = firstRow + (i * FragmentRows);
                    if (row < product.Rows)
                    {
                        product.Write(place, row, column, digits, side == 0 ? sum.C0 : sum.C1);
                    }

                    row += FragmentRows / 2;
                    if (row < product.Rows)
                    {
                        product.Write(place, row, column, digits, side == 0 ? sum.C2 : sum.C3);
                    }
                }
            }
        }
    }
}
#endif
