using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Loads the left factor into shared memory, a tile at a time along the depth. Neighbouring threads load neighbouring depths, which are
/// contiguous in memory; each thread loads one depth of the tile, of every RowStep-th row.
/// </summary>
internal struct LeftLoader<TTile>
    where TTile : struct, ITile
{
    private Digits _depth;

    private Digits _step;

    /// <summary>Depths from this thread's to the end; zero or negative at the end.</summary>
    private int _remaining;

    private int _row;

    private int _rowsLeft;

    private int _lane;

    public static int Slots => TTile.Rows / RowStep;

    private static int RowStep => TileLayout<TTile>.Threads / TTile.Depth;

    public static LeftLoader<TTile> Start(in Product product, int thread, int firstRow, int begin, int end)
    {
        LeftLoader<TTile> loader = default;
        int inTile = thread % TTile.Depth;
        loader._row = firstRow + (thread / TTile.Depth);
        loader._rowsLeft = product.Rows - loader._row;
        loader._depth = product.DepthRadix.Of(begin + inTile);
        loader._step = product.DepthRadix.Of(TTile.Depth);
        loader._remaining = end - begin - inTile;
        loader._lane = (inTile * TileLayout<TTile>.LeftStride) + (thread / TTile.Depth);
        return loader;
    }

    /// <summary>Reads this thread's share of the next tile into registers: <see cref="Slots"/> numbers.</summary>
    public TSlots Fetch<TSlots>(in Product product)
        where TSlots : struct, IFloatVector<TSlots>
    {
        Share share = default;
        share.Data = product.Left.Data;
        share.First = product.Left.Offset(_depth) + (_row * product.Left.RowStride);
        share.Step = RowStep * product.Left.RowStride;
        share.RowsLeft = _remaining > 0 ? _rowsLeft : 0;
        TSlots values = TSlots.Make(ref share, 0);
        Advance(product);
        return values;
    }

    /// <summary>Writes the result of <see cref="Fetch"/> into a tile.</summary>
    public readonly void Put<TSlots>(TSlots values, ArrayView<float> tile)
        where TSlots : struct, IFloatVector<TSlots>
    {
        TileSlots slots = default;
        slots.Tile = tile.SubView(_lane, tile.IntLength - _lane);
        slots.Step = RowStep;
        TSlots.Each(values, ref slots, 0);
    }

    /// <summary>Starts asynchronous copies of this thread's share of the next tile (<see cref="CudaAsyncCopy"/>).</summary>
    public void Copy(in Product product, ArrayView<float> tile)
    {
        int first = product.Left.Offset(_depth) + (_row * product.Left.RowStride);
        for (int slot = 0; slot < Slots; slot++)
        {
            bool exists = (_remaining > 0) & (slot * RowStep < _rowsLeft);
            CudaAsyncCopy.Start(
                ref tile[_lane + (slot * RowStep)],
                ref product.Left.Data[exists ? first + (slot * RowStep * product.Left.RowStride) : 0],
                exists ? sizeof(float) : 0);
        }

        Advance(product);
    }

    private void Advance(in Product product)
    {
        product.DepthRadix.Advance(ref _depth, _step);
        _remaining -= TTile.Depth;
    }

    /// <summary>A thread's elements of the left factor.</summary>
    private struct Share : ISource<float>
    {
        public ArrayView<float> Data;

        public int First, Step, RowsLeft;

        public readonly float Get(int index)
        {
            // Reading element 0 and discarding it costs less than a branch around the read.
            bool exists = index * RowStep < RowsLeft;
            float value = Data[exists ? First + (index * Step) : 0];
            return exists ? value : 0;
        }
    }
}

/// <summary>A thread's elements of a tile, at equal distances.</summary>
internal struct TileSlots : ITarget<float>
{
    /// <summary>The tile from the thread's first element on.</summary>
    public ArrayView<float> Tile;

    public int Step;

    public readonly void Put(int index, float value) => Tile[index * Step] = value;
}
