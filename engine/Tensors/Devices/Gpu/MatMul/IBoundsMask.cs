namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A mask of the elements of one column of the right factor that lie inside the image.</summary>
internal interface IBoundsMask<TSelf>
    where TSelf : struct, IBoundsMask<TSelf>
{
    static abstract TSelf Of(in Product product, RightColumn column);

    /// <summary>Writes a depth's data for <see cref="Has"/> into its entry.</summary>
    /// <param name="exists">whether the depth lies before the end; beyond it no element is inside</param>
    static abstract void Describe(in Product product, Digits depth, bool exists, ref DepthEntry entry);

    /// <summary>Whether the column's element at a depth lies inside the image.</summary>
    bool Has(in Product product, DepthEntry entry);
}

/// <summary>
/// For kernels of up to 4 x 8 taps: a bit for each tap whose element lies inside, computed once for each column. Depths are taps of all
/// channels, so an entry has the bit of its tap, or none.
/// </summary>
internal struct SmallTapMask : IBoundsMask<SmallTapMask>
{
    public const int MaxRows = 4, MaxColumns = 8;

    public const int Places = MaxRows * MaxColumns;

    private uint _bits;

    public static SmallTapMask Of(in Product product, RightColumn column)
    {
        uint row = 0;
        for (int tap = 0; tap < MaxColumns; tap++)
        {
            row |= (uint)(column.X + (tap * product.Right.DepthX)) < (uint)product.Right.Width ? 1u << tap : 0;
        }

        SmallTapMask mask = default;
        for (int tap = 0; tap < MaxRows; tap++)
        {
            mask._bits |= (uint)(column.Y + (tap * product.Right.DepthY)) < (uint)product.Right.Height ? row << (tap * MaxColumns) : 0;
        }

        return mask;
    }

    public static void Describe(in Product product, Digits depth, bool exists, ref DepthEntry entry) =>
        entry.First = exists ? 1 << Place(depth) : 0;

    public readonly bool Has(in Product product, DepthEntry entry) => Among(entry.First) != 0;

    /// <summary>The bits of some taps that are inside.</summary>
    public readonly uint Among(int places) => _bits & (uint)places;

    public static int Place(Digits depth) => (depth.Middle * MaxColumns) + depth.Low;
}

/// <summary>A mask for kernels of up to 8 x 8 taps.</summary>
internal struct TapMask : IBoundsMask<TapMask>
{
    /// <summary>The most taps in one direction.</summary>
    public const int MaxSide = SmallTapMask.MaxColumns;

    private SmallTapMask _upper, _lower;

    public static TapMask Of(in Product product, RightColumn column)
    {
        TapMask mask = default;
        mask._upper = SmallTapMask.Of(product, column);
        column.Y += SmallTapMask.MaxRows * product.Right.DepthY;
        mask._lower = SmallTapMask.Of(product, column);
        return mask;
    }

    public static void Describe(in Product product, Digits depth, bool exists, ref DepthEntry entry)
    {
        // A shift uses the five lower bits of its count.
        int place = SmallTapMask.Place(depth), bit = exists ? 1 << place : 0;
        entry.First = place < SmallTapMask.Places ? bit : 0;
        entry.Second = place < SmallTapMask.Places ? 0 : bit;
    }

    public readonly bool Has(in Product product, DepthEntry entry) => (_upper.Among(entry.First) | _lower.Among(entry.Second)) != 0;
}

/// <summary>For depths of any kind, also pixels: compares the element's row and column with the image's size.</summary>
internal struct PixelBounds : IBoundsMask<PixelBounds>
{
    /// <summary>A row offset that is outside of any image.</summary>
    private const int Outside = -(1 << 30);

    private int _y, _x;

    public static PixelBounds Of(in Product product, RightColumn column)
    {
        PixelBounds place = default;
        place._y = column.Y;
        place._x = column.X;
        return place;
    }

    public static void Describe(in Product product, Digits depth, bool exists, ref DepthEntry entry)
    {
        entry.First = exists ? depth.Middle * product.Right.DepthY : Outside;
        entry.Second = depth.Low * product.Right.DepthX;
    }

    public readonly bool Has(in Product product, DepthEntry entry) =>
        ((uint)(_y + entry.First) < (uint)product.Right.Height) & ((uint)(_x + entry.Second) < (uint)product.Right.Width);
}
