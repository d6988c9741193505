namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What a group of threads computes at once: Rows x Columns results, going through the depth in steps; each thread owns
/// OwnRows x OwnColumns of them. All are constants once a kernel is compiled for a tile.
/// </summary>
internal interface ITile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    static abstract int Depth { get; }

    static abstract int OwnRows { get; }

    static abstract int OwnColumns { get; }

    /// <summary>
    /// Floats that a row of shared memory is longer than it need be: a multiple of 4, to keep 128-bit accesses aligned, that leads threads
    /// which go down a column to different memory banks.
    /// </summary>
    static abstract int Padding { get; }
}

/// <summary>For large products: 64 results a thread, 32 multiply-adds for each 128-bit read of shared memory.</summary>
internal readonly struct LargeTile : ITile
{
    public static int Rows => 128;

    public static int Columns => 128;

    public static int Depth => 16;

    public static int OwnRows => 8;

    public static int OwnColumns => 8;

    public static int Padding => 4;
}

/// <summary>
/// For most layers: small enough that a layer of 64 channels at 64 x 64 pixels gives every multiprocessor something to do.
/// </summary>
internal readonly struct MediumTile : ITile
{
    public static int Rows => 64;

    public static int Columns => 64;

    public static int Depth => 16;

    public static int OwnRows => 8;

    public static int OwnColumns => 4;

    public static int Padding => 4;
}

/// <summary>For few rows: the last layer of a generator (3 channels) or of a PatchGAN (1).</summary>
internal readonly struct FlatTile : ITile
{
    public static int Rows => 8;

    public static int Columns => 128;

    public static int Depth => 16;

    public static int OwnRows => 4;

    public static int OwnColumns => 2;

    public static int Padding => 4;
}

/// <summary>For few columns: a U-Net's inner layers, where time is what reading each weight once takes.</summary>
internal readonly struct SlimTile : ITile
{
    public static int Rows => 64;

    public static int Columns => 16;

    public static int Depth => 32;

    public static int OwnRows => 4;

    public static int OwnColumns => 2;

    public static int Padding => 4;
}
