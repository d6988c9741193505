namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A tile's sizes as values, for the host, which chooses tiles at run time.</summary>
internal readonly record struct TileSize(int Rows, int Columns, int Depth, int Threads)
{
    private static readonly TileSize[] s_all = [Of<LargeTile>(), Of<MediumTile>(), Of<FlatTile>(), Of<SlimTile>()];

    public static TileSize Of(TileShape shape) => s_all[(int)shape];

    /// <summary>Results of a group.</summary>
    public int Results => Rows * Columns;

    /// <summary>Groups for all planes of a product, without splits.</summary>
    public long Groups(int rows, int columns, int planes) =>
        (long)planes * ((rows + Rows - 1) / Rows) * ((columns + Columns - 1) / Columns);

    public static TileSize Of<TTile>()
        where TTile : struct, ITile => new(TTile.Rows, TTile.Columns, TTile.Depth, TileLayout<TTile>.Threads);
}
