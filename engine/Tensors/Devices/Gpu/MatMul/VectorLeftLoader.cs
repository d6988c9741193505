using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// As <see cref="LeftLoader{TTile}"/>, four depths at a time in one 128-bit read. For left factors whose rows lie in one piece and start at
/// multiples of four (<see cref="LeftOperand.HasVectorRows"/>).
/// </summary>
internal struct VectorLeftLoader<TTile>
    where TTile : struct, ITile
{
    private const int Width = 4;

    private Digits depth;

    private Digits step;

    private int remaining;

    private int row;

    private int rowsLeft;

    private int lane;

    /// <summary>Vectors that each thread brings of each tile.</summary>
    public static int Slots => TTile.Rows / RowStep;

    private static int RowStep => TileLayout<TTile>.Threads / (TTile.Depth / Width);

    public static VectorLeftLoader<TTile> Start(in Product product, int thread, int firstRow, int begin, int end)
    {
        VectorLeftLoader<TTile> loader = default;
        int inTile = thread % (TTile.Depth / Width) * Width, inRows = thread / (TTile.Depth / Width);
        loader.row = firstRow + inRows;
        loader.rowsLeft = product.Rows - loader.row;
        loader.depth = product.DepthRadix.Of(begin + inTile);
        loader.step = product.DepthRadix.Of(TTile.Depth);
        loader.remaining = end - begin - inTile;
        loader.lane = (inTile * TileLayout<TTile>.LeftStride) + inRows;
        return loader;
    }

    public void Fetch(in Product product, ArrayView<Float4> left, ArrayView<float> values)
    {
        int first = product.Left.Offset(depth) + (row * product.Left.RowStride);
        for (int slot = 0; slot < Slots; slot++)
        {
            bool exists = (remaining > 0) & (slot * RowStep < rowsLeft);
            Float4 four = left[exists ? (first + (slot * RowStep * product.Left.RowStride)) / Width : 0];
            values[slot * Width] = exists ? four.X : 0;
            values[(slot * Width) + 1] = exists ? four.Y : 0;
            values[(slot * Width) + 2] = exists ? four.Z : 0;
            values[(slot * Width) + 3] = exists ? four.W : 0;
        }

        product.DepthRadix.Advance(ref depth, step);
        remaining -= TTile.Depth;
    }

    /// <summary>Writes what <see cref="Fetch"/> read into a tile, turned: neighbours in memory become rows of the tile.</summary>
    public readonly void Put(ArrayView<float> values, ArrayView<float> tile)
    {
        for (int slot = 0; slot < Slots; slot++)
        {
            for (int part = 0; part < Width; part++)
            {
                tile[lane + (part * TileLayout<TTile>.LeftStride) + (slot * RowStep)] = values[(slot * Width) + part];
            }
        }
    }
}
