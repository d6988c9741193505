using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// As <see cref="LeftLoader{TTile}"/>, four depths at a time in one 128-bit read. For left factors whose rows lie in one piece and start at
/// multiples of four (<see cref="LeftOperand.HasVectorRows"/>). Rows beyond the last one are copies of it, and depths beyond the end of the
/// first, where the right factor has zeros: neither costs a comparison.
/// </summary>
internal struct VectorLeftLoader<TTile>
    where TTile : struct, ITile
{
    private const int Width = 4;

    /// <summary>The left factor from this thread's first row on.</summary>
    private ArrayView<Float4> _origin;

    /// <summary>From there to each of its rows, in fours.</summary>
    private ArrayView<int> _rows;

    private int _inTile;

    private int _lane;

    /// <summary>Vectors that each thread brings of each tile.</summary>
    public static int Slots => TTile.Rows / RowStep;

    private static int RowStep => TileLayout<TTile>.Threads / (TTile.Depth / Width);

    /// <param name="left">the left factor in fours</param>
    public static VectorLeftLoader<TTile> Start(in Product product, ArrayView<Float4> left, int thread, int firstRow)
    {
        VectorLeftLoader<TTile> loader = default;
        int row = thread / (TTile.Depth / Width), first = IntrinsicMath.Min(firstRow + row, product.Rows - 1);
        int place = (product.Left.Origin + (first * product.Left.RowStride)) / Width;
        loader._origin = left.SubView(place, left.IntLength - place);
        loader._rows = LocalMemory.Allocate<int>(Slots);
        for (int slot = 0; slot < Slots; slot++)
        {
            loader._rows[slot] =
                (IntrinsicMath.Min(firstRow + row + (slot * RowStep), product.Rows - 1) - first) * product.Left.RowStride / Width;
        }

        loader._inTile = thread % (TTile.Depth / Width) * Width;
        loader._lane = (loader._inTile * TileLayout<TTile>.LeftStride) + row;
        return loader;
    }

    /// <summary>Reads this thread's share of the next tile into registers.</summary>
    /// <param name="entries">of that tile's depths</param>
    public readonly void Fetch(ArrayView<DepthEntry> entries, ArrayView<float> values)
    {
        int distance = entries[_inTile].LeftDistance >> 2;
        for (int slot = 0; slot < Slots; slot++)
        {
            Float4 four = _origin[_rows[slot] + distance];
            values[slot * Width] = four.X;
            values[(slot * Width) + 1] = four.Y;
            values[(slot * Width) + 2] = four.Z;
            values[(slot * Width) + 3] = four.W;
        }
    }

    /// <summary>Writes what <see cref="Fetch"/> read into a tile, turned: neighbours in memory become rows of the tile.</summary>
    public readonly void Put(ArrayView<float> values, ArrayView<float> tile)
    {
        for (int slot = 0; slot < Slots; slot++)
        {
            for (int part = 0; part < Width; part++)
            {
                tile[_lane + (part * TileLayout<TTile>.LeftStride) + (slot * RowStep)] = values[(slot * Width) + part];
            }
        }
    }
}
