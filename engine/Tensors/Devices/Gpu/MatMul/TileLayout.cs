namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Sizes derived from a tile: threads, and the layout of both factors in shared memory, one row for each depth.
/// </summary>
internal static class TileLayout<TTile>
    where TTile : struct, ITile
{
    public static int ThreadColumns => TTile.Columns / TTile.OwnColumns;

    public static int Threads => TTile.Rows / TTile.OwnRows * ThreadColumns;

    public static int LeftStride => TTile.Rows + TTile.Padding;

    public static int RightStride => TTile.Columns + TTile.Padding;

    public static int LeftSize => TTile.Depth * LeftStride;

    public static int RightSize => TTile.Depth * RightStride;

    /// <summary>Contiguous elements that a thread owns in a row of shared memory: at most one 128-bit read.</summary>
    public static int RowRun => TTile.OwnRows < 4 ? TTile.OwnRows : 4;

    public static int ColumnRun => TTile.OwnColumns < 4 ? TTile.OwnColumns : 4;

    /// <summary>
    /// The row of a thread's i-th result. Runs of neighbouring threads are adjacent, and runs of one thread far apart, so that a warp reads
    /// consecutive memory.
    /// </summary>
    public static int Row(int thread, int i) => (i / RowRun * (TTile.Rows * RowRun / TTile.OwnRows)) + (thread * RowRun) + (i % RowRun);

    public static int Column(int thread, int j) =>
        (j / ColumnRun * (TTile.Columns * ColumnRun / TTile.OwnColumns)) + (thread * ColumnRun) + (j % ColumnRun);
}
