using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>Writes a thread's results four columns at a time; <see cref="TargetOperand.HasVectorColumns"/> says when that may be.</summary>
internal static class VectorStore<TTile>
    where TTile : struct, ITile
{
    private const int Width = 4;

    public static void Run(in Product product, in GroupPlace place, ArrayView<float> sums, ArrayView<Float4> target)
    {
        int firstRow = place.FirstRow + TileLayout<TTile>.Row(Group.IdxX / TileLayout<TTile>.ThreadColumns, 0);
        for (int j = 0; j < TTile.OwnColumns; j += Width)
        {
            int column = place.FirstColumn + TileLayout<TTile>.Column(Group.IdxX % TileLayout<TTile>.ThreadColumns, j);
            if (column >= product.Columns)
            {
                continue;
            }

            Digits digits = product.ColumnRadix.Of(column);
            for (int i = 0; i < TTile.OwnRows; i++)
            {
                int row = firstRow + TileLayout<TTile>.Row(0, i);
                if (row >= product.Rows)
                {
                    continue;
                }

                float bias = product.Splits == 1 && product.Target.HasBias != 0 ? product.Target.Bias[row] : 0;
                int offset = product.Splits > 1
                    ? product.PartialOffset(place.PartialNumber, row, column)
                    : product.Target.Offset(row, digits);
                Float4 four = default;
                four.X = sums[(i * TTile.OwnColumns) + j] + bias;
                four.Y = sums[(i * TTile.OwnColumns) + j + 1] + bias;
                four.Z = sums[(i * TTile.OwnColumns) + j + 2] + bias;
                four.W = sums[(i * TTile.OwnColumns) + j + 3] + bias;
                target[offset / Width] = four;
            }
        }
    }
}
