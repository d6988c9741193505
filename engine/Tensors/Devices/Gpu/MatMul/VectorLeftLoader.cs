using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// As <see cref="LeftLoader{TTile}"/>, with 128-bit reads of four depths. For left factors whose rows are contiguous and start at multiples
/// of four (<see cref="LeftOperand.HasVectorRows"/>). Rows beyond the last one repeat it, and depths beyond the end repeat the row's first
/// number, where the right factor is zero: neither needs a comparison.
/// </summary>
internal struct VectorLeftLoader<TTile>
    where TTile : struct, ITile
{
    private const int Width = 4;

    /// <summary>The left factor from this thread's first row on.</summary>
    private ArrayView<Float4> _origin;

    /// <summary>Rows after this thread's first one, and the row stride in units of four floats.</summary>
    private int _rowsLeft, _rowStride;

    private int _inTile;

    private int _lane;

    /// <summary>Vectors of a tile that each thread loads.</summary>
    public static int Slots => TTile.Rows / RowStep;

    private static int RowStep => TileLayout<TTile>.Threads / (TTile.Depth / Width);

    /// <param name="left">the left factor as vectors of four</param>
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

    /// <summary>Reads this thread's share of the next tile into registers: <see cref="Slots"/> vectors.</summary>
    /// <param name="entries">entries of that tile's depths</param>
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

    /// <summary>Writes the result of <see cref="Fetch"/> into a tile, transposed: neighbours in memory go to different rows.</summary>
    public readonly void Put<TFours>(TFours values, ArrayView<float> tile)
        where TFours : struct, IRegisterArray<TFours, Float4>
    {
        Transposed transposed = default;
        transposed.Tile = tile;
        transposed.First = _lane;
        TFours.Each(values, ref transposed, 0);
    }

    /// <summary>A thread's vectors of the left factor.</summary>
    private struct Share : ISource<Float4>
    {
        public ArrayView<Float4> Data;

        public int First, RowsLeft, RowStride;

        public readonly Float4 Get(int index) => Data[First + (IntrinsicMath.Min(index * RowStep, RowsLeft) * RowStride)];
    }

    private struct Transposed : ITarget<Float4>
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
