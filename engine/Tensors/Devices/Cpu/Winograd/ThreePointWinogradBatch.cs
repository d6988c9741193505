using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// A batch of small images in slices, each with its own <see cref="ThreePointWinogradPlan"/>. The weight is transformed again for each
/// slice. With many filters the slices are as large as a plan can be, and all threads share each of them; otherwise one worker computes a
/// slice of a few images in its own caches. The bits are the same.
/// </summary>
internal sealed class ThreePointWinogradBatch
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

    private ThreePointWinogradBatch(ThreePointWinogradPlan slice, ThreePointWinogradPlan? rest, int slices, bool isShared) =>
        (Slice, LastSlice, Slices, IsShared) = (slice, rest, slices, isShared);

    /// <summary>Plan of all slices, except a smaller last one.</summary>
    public ThreePointWinogradPlan Slice { get; }

    /// <summary>Plan of the last slice if it has fewer images; otherwise null.</summary>
    public ThreePointWinogradPlan? LastSlice { get; }

    /// <summary>Number of slices, including the last.</summary>
    public int Slices { get; }

    /// <summary>True if all threads compute one slice after the other, false if each computes slices of its own.</summary>
    public bool IsShared { get; }

    /// <summary>The plan of a slice, and where its images start in the batch's input and output.</summary>
    public (ThreePointWinogradPlan Plan, nint Input, nint Output) At(int slice)
    {
        var c = Slice.Correlation;
        var image = (nint)slice * c.Images;
        var plan = slice == Slices - 1 && LastSlice is { } rest ? rest : Slice;
        return (plan, image * c.Channels * c.InH * c.InW, image * c.Filters * c.OutH * c.OutW);
    }

    /// <summary>
    /// Cost in multiply-adds of the direct algorithm, each of which takes 1.3 to 1.9 times as long on such images as at full speed: fitted
    /// to layers of 16 to 512 channels on batches of 2 to 64 images of 4 to 32 pixels.
    /// </summary>
    public double Cost => (((Slices - 1) * Slice.SliceCost) + (LastSlice ?? Slice).SliceCost)
        / (Slice.Correlation.Filters <= FewFilters && Slice.Kernel.For(Slice.Correlation.Filters) != Slice.Kernel
            ? DirectOverheadOfFewFilters
            : DirectOverhead);

    /// <summary>The batch; null for a single image, for images of many tiles, or if no plan applies to the filter.</summary>
    public static ThreePointWinogradBatch? TryCreate(Correlation c, MicroKernel kernel, WinogradUse use)
    {
        var tiles = DivideUp(c.Rows, ThreePointWinogradPlan.Outputs) * DivideUp(c.Columns, ThreePointWinogradPlan.Outputs);
        if (c.Images == 1 || tiles > ThreePointWinogradPlan.MaxTiles
            || ThreePointWinogradPlan.TryCreate(c with { Images = 1 }, kernel, use) is not { } one)
        {
            return null;
        }

        var few = (int)Math.Clamp(MaxInputs / one.InputFloats, 1, ThreePointWinogradPlan.MaxTiles / tiles);
        var own = Enumerable.Range(0, (few / 2) + 1).Select(fewer => few - fewer).Where(n => n > 0).MinBy(OwnCost);
        var all = DivideUp(c.Images, DivideUp(c.Images, ThreePointWinogradPlan.MaxTiles / tiles));
        var shared = ThreePointWinogradPlan.TryCreate(c with { Images = all }, kernel, use)!;
        var isShared = all == c.Images || (shared.Groups >= Threads && SharedCost(all) < OwnCost(own));
        var images = isShared ? all : own;
        var rest = c.Images % images;
        return new ThreePointWinogradBatch(
            isShared ? shared : ThreePointWinogradPlan.TryCreate(c with { Images = images }, kernel, use)!,
            rest > 0 ? ThreePointWinogradPlan.TryCreate(c with { Images = rest }, kernel, use) : null,
            DivideUp(c.Images, images),
            isShared);

        int OwnCost(int n) => RoundUp(DivideUp(c.Images, n), Threads) * ((n * tiles) + WeightTiles);

        int SharedCost(int n) => DivideUp(c.Images, n) * ((n * tiles) + WeightTiles);
    }
}
