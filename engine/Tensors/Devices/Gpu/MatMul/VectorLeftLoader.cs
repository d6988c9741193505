using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

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

    /// <summary>Rows from the first to the last one, and from one row to the next in fours.</summary>
    private int _rowsLeft, _rowStride;

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
        loader._rowsLeft = product.Rows - 1 - first;
        loader._rowStride = product.Left.RowStride / Width;
        loader._inTile = thread % (TTile.Depth / Width) * Width;
        loader._lane = (loader._inTile * TileLayout<TTile>.LeftStride) + row;
        return loader;
    }

    /// <summary>Reads this thread's share of the next tile into registers: <see cref="Slots"/> fours.</summary>
    /// <param name="entries">of that tile's depths</param>
    public readonly TFours Fetch<TFours>(ArrayView<DepthEntry> entries)
        where TFours : struct, IRegisterArray<TFours, Float4>
    {
        Share share = default;
        share.Data = _origin;
        share.First = entries[_inTile].LeftDistance >> 2;
        share.RowsLeft = _rowsLeft;
        share.RowStride = _rowStride;
        return TFours.Make(ref share, 0);
    }

    /// <summary>Writes what <see cref="Fetch"/> read into a tile, turned: neighbours in memory become rows of the tile.</summary>
    public readonly void Put<TFours>(TFours values, ArrayView<float> tile)
        where TFours : struct, IRegisterArray<TFours, Float4>
    {
        Turned turned = default;
        turned.Tile = tile;
        turned.First = _lane;
        TFours.Each(values, ref turned, 0);
    }

    /// <summary>A thread's fours of the left factor.</summary>
    private struct Share : ISource<Float4>
    {
        public ArrayView<Float4> Data;

        public int First, RowsLeft, RowStride;

        public readonly Float4 Get(int index) => Data[First + (IntrinsicMath.Min(index * RowStep, RowsLeft) * RowStride)];
    }

    private struct Turned : ITarget<Float4>
    {
        public ArrayView<float> Tile;

        public int First;

        public readonly void Put(int index, Float4 value)
        {
            int first = First + (index * RowStep);
            Tile[first] = value.X;
            Tile[first + TileLayout<TTile>.LeftStride] = value.Y;
            Tile[first + (2 * TileLayout<TTile>.LeftStride)] = value.Z;
            Tile[first + (3 * TileLayout<TTile>.LeftStride)] = value.W;
        }
    }
}
