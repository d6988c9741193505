using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// A batch of small pictures as slices of a few pictures each, every one of which is a <see cref="FewTilesPlan"/> of its own: a slice goes
/// from its pixels to its outputs in one worker's caches, which brings the weight to the points again for each. That is little beside the
/// products, for as many tiles meet it.
/// </summary>
internal sealed class FewTilesBatch
{
    /// <summary>Floats of a slice's input at the points: a part of the last-level cache for each worker.</summary>
    private const int MostInputs = 512 * 1024;

    /// <summary>Slices come in multiples of this, so that as many threads have equally many.</summary>
    private const int Threads = 4;

    /// <summary>Tiles whose products take as long as bringing the weight to the points.</summary>
    private const int WeightTiles = 8;

    /// <summary>How much longer the direct way takes for a multiply-add on such pictures, at least, than at full speed.</summary>
    private const double DirectOverhead = 1.3;

    /// <summary>
    /// The same of up to <see cref="FewFilters"/> filters, where panels of four rows have nothing empty: there the products at the points
    /// are the slower ones, as a filter has few of them beside its transforms.
    /// </summary>
    private const double DirectOverheadOfFewFilters = 0.85;

    private const int FewFilters = 16;

    private FewTilesBatch(FewTilesPlan slice, FewTilesPlan? rest, int slices) => (Slice, Rest, Slices) = (slice, rest, slices);

    /// <summary>All slices but perhaps the last.</summary>
    public FewTilesPlan Slice { get; }

    /// <summary>The last slice, where it has fewer pictures; otherwise null.</summary>
    public FewTilesPlan? Rest { get; }

    /// <summary>How many slices there are, the last one among them.</summary>
    public int Slices { get; }

    /// <summary>
    /// In multiply-adds of the direct way, which takes 1.3 to 1.9 times as long for them on such pictures as at full speed: fitted to
    /// layers of 16 to 512 channels on batches of 2 to 64 pictures of 4 to 32 pixels.
    /// </summary>
    public double Cost => (((Slices - 1) * Slice.SliceCost) + (Rest ?? Slice).SliceCost)
        / (Slice.Correlation.Filters <= FewFilters && Slice.Kernel.For(Slice.Correlation.Filters) != Slice.Kernel
            ? DirectOverheadOfFewFilters
            : DirectOverhead);

    /// <summary>The batch, or null for a single picture, one of many tiles, or a filter that no plan fits.</summary>
    public static FewTilesBatch? TryCreate(Correlation c, MicroKernel kernel, WinogradUse use)
    {
        var tiles = DivideUp(c.Rows, FewTilesPlan.Outputs) * DivideUp(c.Columns, FewTilesPlan.Outputs);
        if (c.Images == 1 || tiles > FewTilesPlan.MostTiles
            || FewTilesPlan.TryCreate(c with { Images = 1 }, kernel, use) is not { } one)
        {
            return null;
        }

        var most = (int)Math.Clamp(MostInputs / one.Inputs, 1, FewTilesPlan.MostTiles / tiles);
        var images = c.Images * tiles <= FewTilesPlan.MostTiles
            ? c.Images
            : Enumerable.Range(0, (most / 2) + 1).Select(fewer => most - fewer).Where(n => n > 0)
                .MinBy(n => RoundUp(DivideUp(c.Images, n), Threads) * ((n * tiles) + WeightTiles));
        var rest = c.Images % images;
        return new FewTilesBatch(
            FewTilesPlan.TryCreate(c with { Images = images }, kernel, use)!,
            rest > 0 ? FewTilesPlan.TryCreate(c with { Images = rest }, kernel, use) : null,
            DivideUp(c.Images, images));
    }
}
