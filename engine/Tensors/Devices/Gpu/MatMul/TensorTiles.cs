namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What a group computes at once on tensor cores, in two rows of warps, 32 columns a warp. A thread brings two chunks of each factor. All
/// are constants once a kernel is compiled.
/// </summary>
internal interface ITensorTile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    static abstract int Threads { get; }

    /// <summary>
    /// Whether a warp has fragments in four rows, or in two. Half a large tile's multiplications take long enough to hide a load, so that a
    /// fence keeps them before what waits for it.
    /// </summary>
    static abstract bool IsLarge { get; }
}

/// <summary>
/// 64 x 32 results a warp, eight warps. With 64 x 64 results four warps would read shared memory a third less, but a multiprocessor would
/// hold eight in all, too few to go on while some wait: on an H200 such products reached a sixth of the peak.
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
/// How a part of either factor lies in shared memory: a row of it, which is a column of the right factor, is 64 bytes of neighbouring
/// depths in four chunks of 16. Rows follow each other without a gap, and a row's chunks are permuted by its number, so that eight
/// neighbouring rows have the same chunk in eight different places of the 32 memory banks: <c>ldmatrix</c> reads, and the loaders write,
/// without conflicts.
/// </summary>
internal static class TensorLayout
{
    public const int WarpSize = 32;

    /// <summary>Chunks of a row.</summary>
    public const int Chunks = 4;

    public static int Place(int row, int chunk) => (row * Chunks) + (chunk ^ ((row >> 1) & (Chunks - 1)));
}
