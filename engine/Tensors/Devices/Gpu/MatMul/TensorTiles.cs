namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The tile that a group computes on tensor cores, in two rows of warps, 32 columns a warp. A thread loads two chunks of each factor. All
/// members are compile-time constants of a kernel.
/// </summary>
internal interface ITensorTile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    static abstract int Threads { get; }

    /// <summary>
    /// Whether a warp has four rows of fragments, or two. Half of a large tile's multiplications take long enough to hide a load, so a
    /// fence keeps the stores that wait for it behind them.
    /// </summary>
    static abstract bool IsLarge { get; }
}

/// <summary>
/// 64 x 32 results a warp, eight warps. Four warps of 64 x 64 results would read shared memory a third less, but a multiprocessor would
/// hold only eight warps, too few to hide latency: on an H200 such products reached a sixth of the peak.
/// </summary>
internal readonly struct LargeTensorTile : ITensorTile
{
    public static int Rows => 128;

    public static int Columns => 128;

    public static int Threads => 256;

    public static bool IsLarge => true;
}

/// <summary>32 x 32 results a warp, four warps, for products too small to give every multiprocessor a large tile.</summary>
internal readonly struct MediumTensorTile : ITensorTile
{
    public static int Rows => 64;

    public static int Columns => 64;

    public static int Threads => 128;

    public static bool IsLarge => false;
}

/// <summary>
/// The layout of a factor's tile in shared memory. A row (a column of the right factor) is 64 bytes of neighbouring depths, in four chunks
/// of 16 bytes. Rows are contiguous, and a row's chunks are permuted by its number (swizzled), so that eight neighbouring rows have the
/// same chunk in eight different groups of the 32 memory banks: <c>ldmatrix</c> reads, and the loaders write, without bank conflicts.
/// </summary>
internal static class TensorLayout
{
    public const int WarpSize = 32;

    /// <summary>Chunks of a row.</summary>
    public const int Chunks = 4;

    public static int Place(int row, int chunk) => (row * Chunks) + (chunk ^ ((row >> 1) & (Chunks - 1)));
}
