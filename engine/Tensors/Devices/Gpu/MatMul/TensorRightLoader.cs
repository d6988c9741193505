#if !USE_ILGPU_PACKAGES
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>How a group's threads share the chunks of 32 columns of the right factor, and how they know which elements exist.</summary>
internal interface IRightReading<TInside>
    where TInside : unmanaged, IInside<TInside>
{
    static abstract int Chunk(int thread);

    static abstract int Column(int thread);

    /// <inheritdoc cref="IRightLoader{TSelf}.IsAlongDepth"/>
    static abstract bool IsAlongDepth { get; }
}

/// <summary>Where neighbouring columns are neighbours in memory: a warp reads 32 columns at one depth.</summary>
internal readonly struct ColumnsAcross : IRightReading<SmallTapMask>
{
    public static int Chunk(int thread) => thread / TensorLayout.WarpSize;

    public static int Column(int thread) => thread % TensorLayout.WarpSize;

    public static bool IsAlongDepth => false;
}

/// <summary>
/// Where neighbouring depths are: a warp reads 8 columns at all depths of a tile in as few instructions as a chunk has numbers.
/// </summary>
internal readonly struct DepthsAcross : IRightReading<PixelPlace>
{
    public static int Chunk(int thread) => thread % TensorLayout.Chunks;

    public static int Column(int thread) => thread / TensorLayout.Chunks;

    public static bool IsAlongDepth => true;
}

/// <summary>Brings the right factor's part of a tile into shared memory: each thread one chunk of every 32nd column.</summary>
internal struct TensorRightLoader<TTile, TReading, TInside, TPrecision>
    where TTile : struct, ITensorTile
    where TReading : struct, IRightReading<TInside>
    where TInside : unmanaged, IInside<TInside>
    where TPrecision : struct, ITensorPrecision
{
    /// <summary>
    /// The image from the place of this thread's first column on: anywhere, even outside the array, where nothing is read.
    /// </summary>
    private ArrayView<float> _origin;

    /// <summary>From there to the place of each column.</summary>
    private ArrayView<int> _distances;

    private ArrayView<TInside> _insides;

    private int _chunk;

    private int _place;

    /// <summary>Numbers that a thread brings of a tile.</summary>
    public static int Count => Slots * TPrecision.ChunkDepth;

    private static int Slots => TTile.Columns / TensorLayout.RowsAtOnce;

    public static TensorRightLoader<TTile, TReading, TInside, TPrecision> Start(in Product product, int firstColumn)
    {
        TensorRightLoader<TTile, TReading, TInside, TPrecision> loader = default;
        loader._distances = LocalMemory.Allocate<int>(Slots);
        loader._insides = LocalMemory.Allocate<TInside>(Slots);
        loader._chunk = TReading.Chunk(Group.IdxX);
        loader._place = TensorLayout.Place(TReading.Column(Group.IdxX), loader._chunk);
        int first = 0;
        for (int slot = 0; slot < Slots; slot++)
        {
            int index = firstColumn + TReading.Column(Group.IdxX) + (slot * TensorLayout.RowsAtOnce);
            RightColumn column = product.Right.Column(product.ColumnRadix.Of(index), index < product.Columns);
            int from = column.Plane + (column.Y * product.Right.Width) + column.X;
            first = slot == 0 ? from : first;
            loader._distances[slot] = from - first;
            loader._insides[slot] = TInside.Of(product, column);
        }

        loader._origin = product.Right.Image.SubView(first, 1);

        return loader;
    }

    /// <summary>Reads this thread's share of the next tile into registers.</summary>
    public readonly void Fetch(in Product product, ArrayView<DepthEntry> entries, ArrayView<float> values)
    {
        for (int e = 0; e < TPrecision.ChunkDepth; e++)
        {
            DepthEntry entry = entries[(_chunk * TPrecision.ChunkDepth) + e];
            for (int slot = 0; slot < Slots; slot++)
            {
                // The assembler makes one predicated instruction of it.
                float value = 0;
                if (_insides[slot].Has(product, entry))
                {
                    value = _origin[_distances[slot] + entry.Distance];
                }

                values[(slot * TPrecision.ChunkDepth) + e] = value;
            }
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
