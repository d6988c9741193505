namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The layout of the pipeline's stages in shared memory, without bank conflicts. Of the left factor a row has two chunks of four depths,
/// which change places every four rows, for <c>ldmatrix</c>. Of the right factor two
/// depths of a column, four apart, are neighbours: one read gives a lane its fragment. Columns are permuted in fours, so that four depths
/// of four columns lie in 32 different banks.
/// </summary>
internal static class Pipeline
{
    /// <summary>Stages in shared memory: one is read while three are written.</summary>
    public const int Stages = 4;

    /// <summary>Depths of a stage: what one instruction multiplies.</summary>
    public const int Depth = 8;

    /// <summary>Depths of a turn of the loop.</summary>
    public const int TileDepth = Stages * Depth;

    /// <summary>Depths that a thread copies at a time, one of the two chunks of a row.</summary>
    public const int Share = 4;

    /// <summary>Chunks of a row of the left factor.</summary>
    public const int Chunks = 2;

    /// <summary>Chunks of a stage of the left factor.</summary>
    public static int LeftSize<TTile>()
        where TTile : struct, ITensorTile => TTile.Rows * Chunks;

    /// <summary>Numbers of a stage of the right factor.</summary>
    public static int RightSize<TTile>()
        where TTile : struct, ITensorTile => TTile.Columns * Depth;

    /// <summary>The place of a chunk within a stage.</summary>
    public static int LeftPlace(int row, int chunk) => (row * Chunks) + (chunk ^ ((row >> 2) & 1));

    /// <summary>The place of a column's pair of numbers within a stage: those of a depth from 0 to 3 and of the one four further.</summary>
    public static int PairPlace<TTile>(int depth, int column)
        where TTile : struct, ITensorTile => (depth * TTile.Columns) + (column ^ (depth * 4));
}
