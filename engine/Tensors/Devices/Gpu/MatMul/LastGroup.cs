using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Adds the parts of a split depth in the launch that makes them: each group of threads leaves its sums in memory, and whichever of a
/// tile's groups comes last (<see cref="Arrivals"/>) adds all parts, in their order. The bits are those of <see cref="SplitSumKernel"/>.
/// </summary>
/// <remarks>
/// Sums lie as threads hold them, [tile, part, four of a thread's sums, thread]: a warp writes and reads 512 bytes that lie side by side,
/// and no index is worked out.
/// </remarks>
internal static class LastGroup
{
    /// <summary>Sums that are moved at once.</summary>
    private const int Width = 4;

    /// <summary>Fours of sums that a thread has on their way at least: where it has few results, those of several parts.</summary>
    private const int MinLoadsInFlight = 8;

    /// <summary>
    /// Whether parts are best added so: a group reads them alone, while another launch would share them among all multiprocessors.
    /// </summary>
    /// <param name="tiles">of the product, on all planes</param>
    /// <param name="results">of the product, on all planes</param>
    /// <param name="parts">of the depth</param>
    public static bool Suits(ProductKernel kernel, ProductDevice device, long tiles, long results, int parts) =>
        device.CountsGroups && kernel.Rung != ProductRung.Tiled && tiles <= Arrivals.MaxCounters
        && ProductTime.LastGroupCycles(kernel.Tile, parts) <= ProductTime.SplitSumCycles(results, parts, device.Multiprocessors);

    /// <summary>Fours of sums that a thread has on their way while it adds: half of its own, for which there are registers.</summary>
    /// <param name="own">sums of a thread, a power of two</param>
    public static int LoadsInFlight(int own) => Math.Max(own / (2 * Width), MinLoadsInFlight);

    /// <summary>Where the first four sums of the calling thread lie, as this group computed them, in fours.</summary>
    /// <param name="threads">of a group</param>
    /// <param name="own">sums of a thread, a multiple of four</param>
    public static int PlaceOfPart(in Product product, int threads, int own)
    {
        int part = Grid.IdxZ - (product.Splits.Quotient(Grid.IdxZ) * product.Splits.Value);
        return PlaceOfTile(product, threads, own) + (part * own / Width * threads);
    }

    /// <summary>The same of the first part.</summary>
    public static int PlaceOfTile(in Product product, int threads, int own) =>
        (Tile(product) * product.Splits.Value * own / Width * threads) + Group.IdxX;

    /// <summary>Whether this group of threads is the last of its tile's; all threads take part.</summary>
    public static bool IsLast(in Product product) => Arrivals.IsLast(product.Arrivals, Tile(product), product.Splits.Value);

    private static int Tile(in Product product) =>
        (((product.Splits.Quotient(Grid.IdxZ) * Grid.DimY) + Grid.IdxY) * Grid.DimX) + Grid.IdxX;
}
