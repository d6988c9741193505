using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>Loads the right factor into shared memory, a tile at a time along the depth.</summary>
internal interface IRightLoader<TSelf>
    where TSelf : struct, IRightLoader<TSelf>
{
    /// <summary>Elements of a tile that each thread loads.</summary>
    static abstract int Slots { get; }

    /// <summary>Whether it is for weight gradients, whose launches may also compute row sums (<see cref="RowSums"/>).</summary>
    static abstract bool IsAlongDepth { get; }

    static abstract TSelf Start(in Product product, int thread, int firstColumn, int begin, int end);

    /// <summary>Reads this thread's share of the next tile into registers: <see cref="Slots"/> numbers.</summary>
    TSlots Fetch<TSlots>(in Product product)
        where TSlots : struct, IFloatVector<TSlots>;

    /// <summary>Writes the result of <see cref="Fetch"/> into a tile.</summary>
    void Put<TSlots>(TSlots values, ArrayView<float> tile)
        where TSlots : struct, IFloatVector<TSlots>;

    /// <summary>Whether <see cref="Copy"/> reads a <see cref="DepthTable{TMask}"/>.</summary>
    static abstract bool ReadsTable { get; }

    /// <summary>Starts asynchronous copies of this thread's share of the next tile.</summary>
    /// <param name="entries">entries of that tile's depths</param>
    void Copy(in Product product, ArrayView<float> tile, ArrayView<DepthEntry> entries);
}

/// <summary>
/// Neighbouring threads load neighbouring columns: for right factors that are contiguous along columns, such as the pixels of a
/// convolution. Each thread loads one column, whose address it computes once.
/// </summary>
internal struct AlongColumns<TTile> : IRightLoader<AlongColumns<TTile>>
    where TTile : struct, ITile
{
    private RightColumn _column;

    private TapMask _mask;

    /// <summary>
    /// The column's offset in the image, which may be negative (nothing is read there). Add the depth's offset first: ILGPU zero-extends an
    /// index.
    /// </summary>
    private int _origin;

    private int _firstEntry;

    private Digits _depth;

    private Digits _step;

    private int _remaining;

    private int _lane;

    public static int Slots => TTile.Depth / DepthStep;

    public static bool IsAlongDepth => false;

    /// <summary>Where a thread loads few elements of a tile, the table saves less than its registers cost.</summary>
    public static bool ReadsTable => Slots > 4;

    private static int DepthStep => TileLayout<TTile>.Threads / TTile.Columns;

    public static AlongColumns<TTile> Start(in Product product, int thread, int firstColumn, int begin, int end)
    {
        AlongColumns<TTile> loader = default;
        int inTile = thread / TTile.Columns, index = firstColumn + (thread % TTile.Columns);
        loader._column = product.Right.Column(product.ColumnRadix.Of(index), index < product.Columns);
        loader._depth = product.DepthRadix.Of(begin + inTile);
        loader._step = product.DepthRadix.Of(DepthStep);
        loader._remaining = end - begin - inTile;
        loader._lane = (inTile * TileLayout<TTile>.RightStride) + (thread % TTile.Columns);
        if (CudaAsyncCopy.IsSupported && ReadsTable)
        {
            loader._firstEntry = inTile;
            loader._mask = TapMask.Of(product, loader._column);
            loader._origin = loader._column.Plane + (loader._column.Y * product.Right.Width) + loader._column.X;
        }

        return loader;
    }

    public TSlots Fetch<TSlots>(in Product product)
        where TSlots : struct, IFloatVector<TSlots>
    {
        Share share = default;
        share.Product = product;
        share.Loader = this;
        TSlots values = TSlots.Make(ref share, 0);
        this = share.Loader;
        return values;
    }

    public readonly void Put<TSlots>(TSlots values, ArrayView<float> tile)
        where TSlots : struct, IFloatVector<TSlots>
    {
        TileSlots slots = default;
        slots.Tile = tile.SubView(_lane, tile.IntLength - _lane);
        slots.Step = DepthStep * TileLayout<TTile>.RightStride;
        TSlots.Each(values, ref slots, 0);
    }

    public void Copy(in Product product, ArrayView<float> tile, ArrayView<DepthEntry> entries)
    {
        for (int slot = 0; slot < Slots; slot++)
        {
            int target = _lane + (slot * DepthStep * TileLayout<TTile>.RightStride);
            if (ReadsTable)
            {
                DepthEntry entry = entries[_firstEntry + (slot * DepthStep)];
                CudaAsyncCopy.Start(
                    ref tile[target], ref product.Right.Image[_origin + entry.Distance], _mask.Has(product, entry) ? sizeof(float) : 0);
            }
            else
            {
                int offset = Next(product);
                CudaAsyncCopy.Start(ref tile[target], ref product.Right.Image[offset < 0 ? 0 : offset], offset < 0 ? 0 : sizeof(float));
            }
        }
    }

    /// <summary>The offset of the element at the current depth, or -1; advances to the next depth.</summary>
    private int Next(in Product product)
    {
        int offset = product.Right.Offset(_column, _depth);
        offset = _remaining > 0 ? offset : -1;
        product.DepthRadix.Advance(ref _depth, _step);
        _remaining -= DepthStep;
        return offset;
    }

    /// <summary>A thread's elements of the right factor, in order of depth.</summary>
    private struct Share : ISource<float>
    {
        public Product Product;

        public AlongColumns<TTile> Loader;

        public float Get(int index)
        {
            int offset = Loader.Next(Product);
            float value = Product.Right.Image[offset < 0 ? 0 : offset];
            return offset < 0 ? 0 : value;
        }
    }
}

/// <summary>
/// Neighbouring threads load neighbouring depths: for right factors that are contiguous along the depth, such as the pixels of a weight
/// gradient. Each thread loads one depth of the tile, of every ColumnStep-th column.
/// </summary>
internal struct AlongDepth<TTile> : IRightLoader<AlongDepth<TTile>>
    where TTile : struct, ITile
{
    /// <summary>The addresses of the tile's columns, in shared memory: each is computed once and read by many threads.</summary>
    private ArrayView<RightColumn> _columns;

    /// <summary>This thread's first column of the tile.</summary>
    private int _column;

    private Digits _depth;

    private Digits _step;

    private int _remaining;

    private int _lane;

    public static int Slots => TTile.Columns / ColumnStep;

    public static bool IsAlongDepth => true;

    public static bool ReadsTable => false;

    private static int ColumnStep => TileLayout<TTile>.Threads / TTile.Depth;

    public static AlongDepth<TTile> Start(in Product product, int thread, int firstColumn, int begin, int end)
    {
        AlongDepth<TTile> loader = default;
        loader._columns = SharedMemory.Allocate<RightColumn>(TTile.Columns);
        loader._column = thread / TTile.Depth;
        if (thread < TTile.Columns)
        {
            int index = firstColumn + thread;
            loader._columns[thread] = product.Right.Column(product.ColumnRadix.Of(index), index < product.Columns);
        }

        Group.Barrier();
        int inTile = thread % TTile.Depth;
        loader._depth = product.DepthRadix.Of(begin + inTile);
        loader._step = product.DepthRadix.Of(TTile.Depth);
        loader._remaining = end - begin - inTile;
        loader._lane = (inTile * TileLayout<TTile>.RightStride) + (thread / TTile.Depth);
        return loader;
    }

    public TSlots Fetch<TSlots>(in Product product)
        where TSlots : struct, IFloatVector<TSlots>
    {
        Share share = default;
        share.Product = product;
        share.Loader = this;
        TSlots values = TSlots.Make(ref share, 0);
        Advance(product);
        return values;
    }

    public readonly void Put<TSlots>(TSlots values, ArrayView<float> tile)
        where TSlots : struct, IFloatVector<TSlots>
    {
        TileSlots slots = default;
        slots.Tile = tile.SubView(_lane, tile.IntLength - _lane);
        slots.Step = ColumnStep;
        TSlots.Each(values, ref slots, 0);
    }

    public void Copy(in Product product, ArrayView<float> tile, ArrayView<DepthEntry> entries)
    {
        for (int slot = 0; slot < Slots; slot++)
        {
            int offset = Offset(product, slot);
            CudaAsyncCopy.Start(
                ref tile[_lane + (slot * ColumnStep)], ref product.Right.Image[offset < 0 ? 0 : offset], offset < 0 ? 0 : sizeof(float));
        }

        Advance(product);
    }

    private readonly int Offset(in Product product, int slot)
    {
        RightColumn column = _columns[_column + (slot * ColumnStep)];
        int offset = product.Right.Offset(column, _depth);
        return _remaining > 0 ? offset : -1;
    }

    private void Advance(in Product product)
    {
        product.DepthRadix.Advance(ref _depth, _step);
        _remaining -= TTile.Depth;
    }

    private struct Share : ISource<float>
    {
        public Product Product;

        public AlongDepth<TTile> Loader;

        public readonly float Get(int index)
        {
            int offset = Loader.Offset(Product, index);
            float value = Product.Right.Image[offset < 0 ? 0 : offset];
            return offset < 0 ? 0 : value;
        }
    }
}
