#if !USE_ILGPU_PACKAGES
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>Reads a chunk of the left factor, for tensor cores.</summary>
internal interface ILeftChunk
{
    /// <summary>The left factor from a place where a row starts.</summary>
    static abstract ArrayView<float> From(ArrayView<float> left, int place);

    /// <summary>Reads as many numbers as a chunk holds.</summary>
    /// <param name="left">what <see cref="From"/> gave</param>
    /// <param name="row">the distance to the start of a row</param>
    /// <param name="entries">of the chunk's depths</param>
    static abstract void Read<TPrecision>(ArrayView<float> left, int row, ArrayView<DepthEntry> entries, ArrayView<float> values)
        where TPrecision : struct, ITensorPrecision;
}

/// <summary>Number by number, wherever they lie.</summary>
internal readonly struct ScalarChunk : ILeftChunk
{
    public static ArrayView<float> From(ArrayView<float> left, int place) => left.SubView(place, 1);

    public static void Read<TPrecision>(ArrayView<float> left, int row, ArrayView<DepthEntry> entries, ArrayView<float> values)
        where TPrecision : struct, ITensorPrecision
    {
        for (int e = 0; e < TPrecision.ChunkDepth; e++)
        {
            values[e] = left[row + entries[e].LeftDistance];
        }
    }
}

/// <summary>Four numbers at a time, where rows allow it (<see cref="LeftOperand.HasVectorRows"/>).</summary>
internal readonly struct VectorChunk : ILeftChunk
{
    private const int Width = 4;

    public static ArrayView<float> From(ArrayView<float> left, int place) => left.Cast<Float4>().SubView(place / Width, 1).Cast<float>();

    public static void Read<TPrecision>(ArrayView<float> left, int row, ArrayView<DepthEntry> entries, ArrayView<float> values)
        where TPrecision : struct, ITensorPrecision
    {
        ArrayView<Float4> fours = left.Cast<Float4>();
        for (int e = 0; e < TPrecision.ChunkDepth; e += Width)
        {
            // Both are multiples of four.
            Float4 four = fours[(row + entries[e].LeftDistance) >> 2];
            values[e] = four.X;
            values[e + 1] = four.Y;
            values[e + 2] = four.Z;
            values[e + 3] = four.W;
        }
    }
}

/// <summary>
/// Brings the left factor's part of a tile into shared memory: each thread one chunk of every 32nd row. Rows beyond the last one are copies
/// of it, and depths beyond the end of the first, where the right factor has zeros: neither costs a comparison.
/// </summary>
internal struct TensorLeftLoader<TTile, TChunk, TPrecision>
    where TTile : struct, ITensorTile
    where TChunk : struct, ILeftChunk
    where TPrecision : struct, ITensorPrecision
{
    /// <summary>The left factor from this thread's first row on.</summary>
    private ArrayView<float> _origin;

    /// <summary>From there to each row.</summary>
    private ArrayView<int> _rows;

    private int _chunk;

    private int _place;

    /// <summary>Numbers that a thread brings of a tile.</summary>
    public static int Count => Slots * TPrecision.ChunkDepth;

    private static int Slots => TTile.Rows / TensorLayout.RowsAtOnce;

    public static TensorLeftLoader<TTile, TChunk, TPrecision> Start(in Product product, int firstRow)
    {
        TensorLeftLoader<TTile, TChunk, TPrecision> loader = default;
        loader._rows = LocalMemory.Allocate<int>(Slots);
        int row = Group.IdxX / TensorLayout.Chunks;
        loader._chunk = Group.IdxX % TensorLayout.Chunks;
        loader._place = TensorLayout.Place(row, loader._chunk);
        int first = IntrinsicMath.Min(firstRow + row, product.Rows - 1);
        loader._origin = TChunk.From(product.Left.Data, product.Left.Origin + (first * product.Left.RowStride));
        for (int slot = 0; slot < Slots; slot++)
        {
            int existing = IntrinsicMath.Min(firstRow + row + (slot * TensorLayout.RowsAtOnce), product.Rows - 1);
            loader._rows[slot] = (existing - first) * product.Left.RowStride;
        }

        return loader;
    }

    /// <summary>Reads this thread's share of the next tile into registers.</summary>
    public readonly void Fetch(ArrayView<DepthEntry> entries, ArrayView<float> values)
    {
        ArrayView<DepthEntry> own = entries.SubView(_chunk * TPrecision.ChunkDepth, TPrecision.ChunkDepth);
        for (int slot = 0; slot < Slots; slot++)
        {
            TChunk.Read<TPrecision>(_origin, _rows[slot], own, values.SubView(slot * TPrecision.ChunkDepth, TPrecision.ChunkDepth));
        }
    }

    /// <summary>Rounds what <see cref="Fetch"/> read and writes it into a tile.</summary>
    public readonly void Put(ArrayView<float> values, ArrayView<Chunk> tile)
    {
        for (int slot = 0; slot < Slots; slot++)
        {
            tile[_place + (slot * TensorLayout.RowsAtOnce * TensorLayout.Chunks)] =
                TPrecision.Round(values.SubView(slot * TPrecision.ChunkDepth, TPrecision.ChunkDepth));
        }
    }
}
#endif
