namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// The tile of <see cref="TurnsKernel"/>: 128 pixels (rows) and 128 filters (columns), four warps of 64 x 64, and three turns in
/// shared memory, each of 32 depths of bfloat16 or 16 of TF32. With 48 KB a group, two fit a multiprocessor of every card since Ampere.
/// </summary>
internal static class TurnsTile
{
    public const int Rows = 128, Columns = FilterForm.FilterBlock, Threads = 128, Stages = 3;

    /// <summary>Groups that a multiprocessor is to hold.</summary>
    public const int Groups = 2;

    /// <summary>Rows and columns of a warp.</summary>
    public const int WarpSide = 64;

    /// <summary>Bytes of a pixel's, or filter's, numbers of a turn, and chunks of 16 bytes.</summary>
    public const int RowBytes = FactorTypes.BlockBytes, ChunkBytes = 16, Chunks = RowBytes / ChunkBytes;

    /// <summary>Rows that the group's threads copy at once, a chunk each, and how often for one of the operands.</summary>
    public const int RowsAtOnce = Threads / Chunks, Copies = Rows / RowsAtOnce;

    /// <summary>Bytes of the pixels of a turn, and of both operands.</summary>
    public const int LeftBytes = Rows * RowBytes, StageBytes = LeftBytes + (Columns * RowBytes);

    public const int SharedBytes = Stages * StageBytes;

    /// <summary>
    /// The share of the tensor cores' peak that the loop can reach: 256 multiplications of a turn take 256 cycles, and 63 % of them is what
    /// <c>mma.sync</c> was measured to reach; the path to shared memory is busy for 384 of the 406 that remain.
    /// </summary>
    public const double Reach = 0.63;

    /// <summary>
    /// Where a chunk of a row lies. Two rows of 64 bytes share the 32 banks, so a row's chunks are permuted by half the row's number: eight
    /// neighbouring rows have theirs in eight different places.
    /// </summary>
    public static int Place(int row, int chunk) => (row * RowBytes) + ((chunk ^ ((row >> 1) & (Chunks - 1))) * ChunkBytes);
}
