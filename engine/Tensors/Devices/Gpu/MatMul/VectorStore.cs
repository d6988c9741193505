using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>Writes a thread's results four columns at a time; <see cref="Product.HasVectorTarget"/> says when that may be.</summary>
internal static class VectorStore<TTile>
    where TTile : struct, ITile
{
    private const int Width = 4;

    public static void Run(in Product product, in GroupPlace place, ArrayView<float> sums, ArrayView<Float4> target)
    {
        int firstRow = Results<TTile>.FirstRow(place);
        ArrayView<float> biases = Results<TTile>.Biases(product, firstRow);
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

                Float4 four = default;
                four.X = sums[(i * TTile.OwnColumns) + j] + biases[i];
                four.Y = sums[(i * TTile.OwnColumns) + j + 1] + biases[i];
                four.Z = sums[(i * TTile.OwnColumns) + j + 2] + biases[i];
                four.W = sums[(i * TTile.OwnColumns) + j + 3] + biases[i];

                // A multiple of four.
                target[product.Target.Offset(row, digits) >> 2] = four;
            }
        }
    }
}
