namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The tile that a group of threads computes: Rows x Columns results, in steps of Depth; each thread owns OwnRows x OwnColumns of them. All
/// members are compile-time constants of a kernel.
/// </summary>
internal interface ITile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    static abstract int Depth { get; }

    static abstract int OwnRows { get; }

    static abstract int OwnColumns { get; }

    /// <summary>
    /// Padding of a row in shared memory, in floats, so that threads that access a column use different memory banks. A multiple of 4, to
    /// keep 128-bit accesses aligned.
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
/// For most layers: small enough that a layer of 64 channels at 64 x 64 pixels occupies every multiprocessor.
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

/// <summary>For few columns: a U-Net's inner layers, whose time is that of reading each weight once.</summary>
internal readonly struct SlimTile : ITile
{
    public static int Rows => 64;

    public static int Columns => 16;

    public static int Depth => 32;

    public static int OwnRows => 4;

    public static int OwnColumns => 2;

    public static int Padding => 4;
}
