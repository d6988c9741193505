using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The assignment of chunks and columns of the right factor to a group's threads.</summary>
internal interface IRightThreadMap<TMask>
    where TMask : unmanaged, IBoundsMask<TMask>
{
    static abstract int Chunk(int thread);

    static abstract int Column(int thread);

    /// <inheritdoc cref="IRightLoader{TSelf}.IsAlongDepth"/>
    static abstract bool IsAlongDepth { get; }
}

/// <summary>For right factors that are contiguous along columns: a warp reads 32 columns at one depth.</summary>
internal readonly struct ColumnsAcross : IRightThreadMap<SmallTapMask>
{
    public static int Chunk(int thread) => thread / TensorLayout.WarpSize % TensorLayout.Chunks;

    // Warps 4 to 7 have the next 32 columns.
    public static int Column(int thread) =>
        (thread % TensorLayout.WarpSize) + (thread / (TensorLayout.WarpSize * TensorLayout.Chunks) * TensorLayout.WarpSize);

    public static bool IsAlongDepth => false;
}

/// <summary>
/// For right factors that are contiguous along the depth: a warp reads 8 columns at all depths of a tile, with one instruction for each
/// number of a chunk.
/// </summary>
internal readonly struct DepthsAcross : IRightThreadMap<PixelBounds>
{
    public static int Chunk(int thread) => thread % TensorLayout.Chunks;

    public static int Column(int thread) => thread / TensorLayout.Chunks;

    public static bool IsAlongDepth => true;
}

/// <summary>Loads the right factor's part of a tile: each thread one chunk of two columns.</summary>
internal struct TensorRightLoader<TTile, TThreadMap, TMask, TPrecision>
    where TTile : struct, ITensorTile
    where TThreadMap : struct, IRightThreadMap<TMask>
    where TMask : unmanaged, IBoundsMask<TMask>
    where TPrecision : struct, ITensorPrecision
{
    /// <summary>
    /// The columns' offsets in the image, which may be negative (nothing is read there). Add the depth's offset first: ILGPU zero-extends
    /// an index.
    /// </summary>
    private Two<int> _places;

    private Two<TMask> _masks;

    private int _chunk;

    public static TensorRightLoader<TTile, TThreadMap, TMask, TPrecision> Start(in Product product, int firstColumn)
    {
        TensorRightLoader<TTile, TThreadMap, TMask, TPrecision> loader = default;
        loader._chunk = TThreadMap.Chunk(Group.IdxX);
        int column = firstColumn + TThreadMap.Column(Group.IdxX);
        RightColumn own = Column(product, column);
        loader._places.A = PlaceOf(product, own);
        loader._masks.A = TMask.Of(product, own);
        own = Column(product, column + (TTile.Columns / 2));
        loader._places.B = PlaceOf(product, own);
        loader._masks.B = TMask.Of(product, own);
        return loader;
    }

    /// <summary>Reads this thread's share of the next tile into registers.</summary>
    public readonly TensorValues Fetch(in Product product, ArrayView<DepthEntry> entries)
    {
        int first = _chunk * (TPrecision.ChunkDepth + 1);
        TensorValues values = default;
        values.Low = Read(product, entries, first);
        if (TPrecision.ChunkDepth > 4)
        {
            values.High = Read(product, entries, first + 4);
        }

        return values;
    }

    /// <summary>Four depths of each column.</summary>
    private readonly Two<Float4> Read(in Product product, ArrayView<DepthEntry> entries, int first)
    {
        Two<float> x = Read(product, entries[first]), y = Read(product, entries[first + 1]);
        Two<float> z = Read(product, entries[first + 2]), w = Read(product, entries[first + 3]);
        Two<Float4> values = default;
        values.A = Of(x.A, y.A, z.A, w.A);
        values.B = Of(x.B, y.B, z.B, w.B);
        return values;
    }

    /// <summary>One depth of each column.</summary>
    private readonly Two<float> Read(in Product product, DepthEntry entry)
    {
        Two<float> values = default;
        values.A = Read(product, entry, _masks.A, _places.A);
        values.B = Read(product, entry, _masks.B, _places.B);
        return values;
    }

    private readonly float Read(in Product product, DepthEntry entry, TMask inside, int place)
    {
        // The assembler compiles this to one predicated load.
        float value = 0;
        if (inside.Has(product, entry))
        {
            value = product.Right.Image[place + entry.Distance];
        }

        return value;
    }

    private static Float4 Of(float x, float y, float z, float w) => new() { X = x, Y = y, Z = z, W = w };

    private static RightColumn Column(in Product product, int column) =>
        product.Right.Column(product.ColumnRadix.Of(column), column < product.Columns);

    private static int PlaceOf(in Product product, RightColumn column) => column.Plane + (column.Y * product.Right.Width) + column.X;

    /// <summary>The index of this thread's first chunk in a tile.</summary>
    public readonly int Place => TensorLayout.Place(TThreadMap.Column(Group.IdxX), _chunk);
}
