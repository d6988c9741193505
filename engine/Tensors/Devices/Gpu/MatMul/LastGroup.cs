using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Adds the parts of a split depth in the launch that computes them. Each group of threads writes its sums to memory, and a tile's last
/// group (<see cref="ArrivalCounters"/>) adds all parts, in their order. The bits are those of <see cref="SplitSumKernel"/>.
/// </summary>
/// <remarks>
/// Sums are stored as threads hold them, [tile, part, four of a thread's sums, thread]: a warp writes and reads 512 contiguous bytes, and
/// no index arithmetic is needed.
/// </remarks>
internal static class LastGroup
{
    /// <summary>Sums of one 16-byte access.</summary>
    private const int Width = 4;

    /// <summary>The least number of 16-byte loads in flight a thread: with few results, loads of several parts overlap.</summary>
    private const int MinLoadsInFlight = 8;

    /// <summary>
    /// Whether this is estimated to be faster: one group reads all parts, while a second launch would use all multiprocessors.
    /// </summary>
    /// <param name="tiles">tiles of the product, of all planes</param>
    /// <param name="results">results of the product, of all planes</param>
    /// <param name="parts">parts of the depth</param>
    public static bool Suits(ProductKernel kernel, ProductDevice device, long tiles, long results, int parts) =>
        kernel.Rung != ProductRung.Tiled && Suits(kernel.Tile, device, tiles, results, parts);

    /// <inheritdoc cref="Suits(ProductKernel, ProductDevice, long, long, int)"/>
    public static bool Suits(TileSize tile, ProductDevice device, long tiles, long results, int parts) =>
        device.CountsGroups && tiles <= ArrivalCounters.MaxCounters
        && ProductTime.LastGroupCycles(tile, parts) <= ProductTime.SplitSumCycles(results, parts, device.Multiprocessors);

    /// <summary>16-byte loads in flight while a thread adds: half of its sums, for which there are registers.</summary>
    /// <param name="own">sums of a thread, a power of two</param>
    public static int LoadsInFlight(int own) => Math.Max(own / (2 * Width), MinLoadsInFlight);

    /// <summary>The index, in units of four sums, of the calling thread's first sums in this group's part.</summary>
    /// <param name="threads">threads of a group</param>
    /// <param name="own">sums of a thread, a multiple of four</param>
    public static int PlaceOfPart(in Product product, int threads, int own)
    {
        int part = Grid.IdxZ - (product.Splits.Quotient(Grid.IdxZ) * product.Splits.Value);
        return PlaceOfTile(product, threads, own) + (part * own / Width * threads);
    }

    /// <summary>The same in the tile's first part.</summary>
    public static int PlaceOfTile(in Product product, int threads, int own) =>
        (Tile(product) * product.Splits.Value * own / Width * threads) + Group.IdxX;

    /// <summary>Whether this group is the last of its tile; all its threads must call it.</summary>
    public static bool IsLast(in Product product) => ArrivalCounters.IsLast(product.Arrivals, Tile(product), product.Splits.Value);

    private static int Tile(in Product product) =>
        (((product.Splits.Quotient(Grid.IdxZ) * Grid.DimY) + Grid.IdxY) * Grid.DimX) + Grid.IdxX;
}
