using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Brings the left factor into shared memory, a tile at a time along the depth. Neighbouring threads take neighbouring depths, which are
/// neighbours in memory; each thread keeps to one depth of the tile and takes every RowStep-th row.
/// </summary>
internal struct LeftLoader<TTile>
    where TTile : struct, ITile
{
    private Digits _depth;

    private Digits _step;

    /// <summary>Depths from this thread's to the end: none are left when it is not positive.</summary>
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

    /// <summary>Reads this thread's share of the next tile into registers.</summary>
    public void Fetch(in Product product, ArrayView<float> values)
    {
        int first = product.Left.Offset(_depth) + (_row * product.Left.RowStride);
        for (int slot = 0; slot < Slots; slot++)
        {
            // Reading some element and dropping it costs less than a branch around the read.
            bool exists = (_remaining > 0) & (slot * RowStep < _rowsLeft);
            float value = product.Left.Data[exists ? first + (slot * RowStep * product.Left.RowStride) : 0];
            values[slot] = exists ? value : 0;
        }

        Advance(product);
    }

    /// <summary>Writes what <see cref="Fetch"/> read into a tile.</summary>
    public readonly void Put(ArrayView<float> values, ArrayView<float> tile)
    {
        for (int slot = 0; slot < Slots; slot++)
        {
            tile[_lane + (slot * RowStep)] = values[slot];
        }
    }

    /// <summary>Starts copying this thread's share of the next tile without registers (<see cref="CudaAsyncCopy"/>).</summary>
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
}
