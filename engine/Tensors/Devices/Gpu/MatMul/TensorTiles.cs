namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What four warps compute at once on tensor cores: each a quarter, two beside two. All are constants once a kernel is compiled.
/// </summary>
internal interface ITensorTile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>
    /// Whether a warp has fragments in four rows and eight columns, and a thread brings four chunks of each factor; or half of all that.
    /// Half a large tile's multiplications take long enough to hide a load, so that a fence keeps them before what waits for it.
    /// </summary>
    static abstract bool IsLarge { get; }
}

/// <summary>64 x 64 results a warp: each fragment of a factor that is read from shared memory is multiplied eight times or four.</summary>
internal readonly struct LargeTensorTile : ITensorTile
{
    public static int Rows => 128;

    public static int Columns => 128;

    public static bool IsLarge => true;
}

/// <summary>32 x 32 results a warp, for products too small to give every multiprocessor a large tile.</summary>
internal readonly struct MediumTensorTile : ITensorTile
{
    public static int Rows => 64;

    public static int Columns => 64;

    public static bool IsLarge => false;
}

/// <summary>
/// How a part of either factor lies in shared memory: a row of it, which is a column of the right factor, is 64 bytes of neighbouring
/// depths in four chunks of 16. Rows follow each other without a gap, and a row's chunks are permuted by its number, so that eight
/// neighbouring rows have the same chunk in eight different places of the 32 memory banks: <c>ldmatrix</c> reads, and the loaders write,
/// without conflicts.
/// </summary>
internal static class TensorLayout
{
    public const int WarpSize = 32;

    public const int Threads = 128;

    /// <summary>Chunks of a row.</summary>
    public const int Chunks = 4;

    /// <summary>Rows that the threads of a group bring side by side, each one a chunk.</summary>
    public const int RowsAtOnce = Threads / Chunks;

    public static int Place(int row, int chunk) => (row * Chunks) + (chunk ^ ((row >> 1) & (Chunks - 1)));
}
