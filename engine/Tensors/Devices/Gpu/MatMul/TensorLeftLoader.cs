using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>How four depths of the left factor are read, for tensor cores.</summary>
internal interface ILeftChunk
{
    /// <summary>The left factor from the start of a row on.</summary>
    static abstract ArrayView<float> From(ArrayView<float> left, int place);

    /// <summary>Reads the numbers of four depths.</summary>
    /// <param name="left">the result of <see cref="From"/></param>
    /// <param name="row">offset to the start of a row</param>
    /// <param name="first">index of the first of the four depths' entries</param>
    static abstract Float4 Read(ArrayView<float> left, int row, ArrayView<DepthEntry> entries, int first);
}

/// <summary>Reads single numbers, for any layout.</summary>
internal readonly struct ScalarChunk : ILeftChunk
{
    public static ArrayView<float> From(ArrayView<float> left, int place) => left.SubView(place, 1);

    public static Float4 Read(ArrayView<float> left, int row, ArrayView<DepthEntry> entries, int first)
    {
        Float4 four = default;
        four.X = left[row + entries[first].LeftDistance];
        four.Y = left[row + entries[first + 1].LeftDistance];
        four.Z = left[row + entries[first + 2].LeftDistance];
        four.W = left[row + entries[first + 3].LeftDistance];
        return four;
    }
}

/// <summary>Reads four numbers in one access, where rows allow it (<see cref="LeftOperand.HasVectorRows"/>).</summary>
internal readonly struct VectorChunk : ILeftChunk
{
    private const int Width = 4;

    public static ArrayView<float> From(ArrayView<float> left, int place) => left.Cast<Float4>().SubView(place / Width, 1).Cast<float>();

    // Both terms are multiples of four.
    public static Float4 Read(ArrayView<float> left, int row, ArrayView<DepthEntry> entries, int first) =>
        left.Cast<Float4>()[(row + entries[first].LeftDistance) >> 2];
}

/// <summary>
/// Loads the left factor's part of a tile: each thread one chunk of two rows. Rows beyond the last one repeat it, and depths beyond the end
/// repeat the row's first number, where the right factor is zero: neither needs a comparison.
/// </summary>
internal struct TensorLeftLoader<TTile, TChunk, TPrecision>
    where TTile : struct, ITensorTile
    where TChunk : struct, ILeftChunk
    where TPrecision : struct, ITensorPrecision
{
    /// <summary>The left factor from this thread's first row on.</summary>
    private ArrayView<float> _origin;

    /// <summary>Offset from there to the second row.</summary>
    private int _second;

    private int _chunk;

    public static TensorLeftLoader<TTile, TChunk, TPrecision> Start(in Product product, int firstRow)
    {
        TensorLeftLoader<TTile, TChunk, TPrecision> loader = default;
        int row = firstRow + (Group.IdxX / TensorLayout.Chunks), first = IntrinsicMath.Min(row, product.Rows - 1);
        loader._chunk = Group.IdxX % TensorLayout.Chunks;
        loader._origin = TChunk.From(product.Left.Data, product.Left.Origin + (first * product.Left.RowStride));
        int second = IntrinsicMath.Min(row + (TTile.Rows / 2), product.Rows - 1);
        loader._second = (second - first) * product.Left.RowStride;
        return loader;
    }

    /// <summary>Reads this thread's share of the next tile into registers.</summary>
    public readonly TensorValues Fetch(ArrayView<DepthEntry> entries)
    {
        int first = _chunk * (TPrecision.ChunkDepth + 1);
        TensorValues values = default;
        values.Low = Read(entries, first);
        if (TPrecision.ChunkDepth > 4)
        {
            values.High = Read(entries, first + 4);
        }

        return values;
    }

    private readonly Two<Float4> Read(ArrayView<DepthEntry> entries, int first)
    {
        Two<Float4> values = default;
        values.A = TChunk.Read(_origin, 0, entries, first);
        values.B = TChunk.Read(_origin, _second, entries, first);
        return values;
    }

    /// <summary>The index of this thread's first chunk in a tile.</summary>
    public readonly int Place => TensorLayout.Place(Group.IdxX / TensorLayout.Chunks, _chunk);
}
