using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// A batch of small images in slices of a few images, each with its own <see cref="FewTilesPlan"/>. One worker computes a slice in its own
/// caches and transforms the weight again for each slice, which costs little compared to the products with that many tiles.
/// </summary>
internal sealed class FewTilesBatch
{
    /// <summary>Most floats of a slice's transformed input: a worker's part of the last-level cache.</summary>
    private const int MaxInputs = 512 * 1024;

    /// <summary>Threads assumed when choosing the slice size, so that they get equally many slices.</summary>
    private const int Threads = 4;

    /// <summary>Tiles whose products take as long as the weight's transform.</summary>
    private const int WeightTiles = 8;

    /// <summary>Least time per multiply-add of the direct algorithm on such images, relative to full speed.</summary>
    private const double DirectOverhead = 1.3;

    /// <summary>
    /// As <see cref="DirectOverhead"/>, for up to <see cref="FewFilters"/> filters that fill panels of four rows: there Winograd's products
    /// are the slower ones, since each filter has few of them compared to its transforms.
    /// </summary>
    private const double DirectOverheadOfFewFilters = 0.85;

    private const int FewFilters = 16;

    private FewTilesBatch(FewTilesPlan slice, FewTilesPlan? rest, int slices) => (Slice, LastSlice, Slices) = (slice, rest, slices);

    /// <summary>Plan of all slices, except a smaller last one.</summary>
    public FewTilesPlan Slice { get; }

    /// <summary>Plan of the last slice if it has fewer images; otherwise null.</summary>
    public FewTilesPlan? LastSlice { get; }

    /// <summary>Number of slices, including the last.</summary>
    public int Slices { get; }

    /// <summary>
    /// Cost in multiply-adds of the direct algorithm, each of which takes 1.3 to 1.9 times as long on such images as at full speed: fitted
    /// to layers of 16 to 512 channels on batches of 2 to 64 images of 4 to 32 pixels.
    /// </summary>
    public double Cost => (((Slices - 1) * Slice.SliceCost) + (LastSlice ?? Slice).SliceCost)
        / (Slice.Correlation.Filters <= FewFilters && Slice.Kernel.For(Slice.Correlation.Filters) != Slice.Kernel
            ? DirectOverheadOfFewFilters
            : DirectOverhead);

    /// <summary>The batch; null for a single image, for images of many tiles, or if no plan applies to the filter.</summary>
    public static FewTilesBatch? TryCreate(Correlation c, MicroKernel kernel, WinogradUse use)
    {
        var tiles = DivideUp(c.Rows, FewTilesPlan.Outputs) * DivideUp(c.Columns, FewTilesPlan.Outputs);
        if (c.Images == 1 || tiles > FewTilesPlan.MaxTiles
            || FewTilesPlan.TryCreate(c with { Images = 1 }, kernel, use) is not { } one)
        {
            return null;
        }

        var most = (int)Math.Clamp(MaxInputs / one.Inputs, 1, FewTilesPlan.MaxTiles / tiles);
        var images = c.Images * tiles <= FewTilesPlan.MaxTiles
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
