using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// The choice of kernel for each convolution, gradient and matrix product, in one place. Measurements on the device
/// (<see cref="ProductTunings"/>) override the table, and <c>ILGPUGAN_RUNG</c> overrides both.
/// </summary>
internal static class ConvolutionTable
{
    /// <summary>Groups for each multiprocessor that are enough to hide memory latency.</summary>
    private const int GroupsPerMultiprocessor = 4;

    /// <summary>Fewer than <see cref="SplitTime"/> tries: here no estimate weighs what partial sums cost.</summary>
    private const int MaxSplits = 64;

    /// <summary>The least channels and filters of a convolution group that is computed as a product.</summary>
    private const int MinGroupChannels = 8;

    /// <summary>Up to so many columns reading the left factor dominates; up to so many rows a tile is mostly empty.</summary>
    private const int FewColumns = 24, FewRows = 16;

    /// <summary>The least columns of a phase for packing: tensor cores then read the weight often enough.</summary>
    private const int MinColumnsToPack = 512;

    /// <summary>The factor by which Winograd's estimate must be better, since estimates are inexact.</summary>
    private const double MinGain = 1.1;

    /// <summary>
    /// Whether <see cref="FewFiltersKernel"/> computes a forward pass: a generator's output layer, with enough pixels to fill the device.
    /// </summary>
    public static bool UsesFewFiltersForward(ConvGeometry g, ProductDevice device) =>
        FewFiltersKernel.Takes(g, g.K) && FillsDevice(FewFiltersLauncher.Groups(g.N, g.OutH, g.OutW), g, device);

    /// <summary>Whether <see cref="FewFiltersKernel"/> computes a data gradient: of a network's input layer, with 7 x 7 taps.</summary>
    public static bool UsesFewFiltersInputGradient(ConvGeometry g, ProductDevice device) =>
        FewFiltersKernel.Takes(g, g.C) && g.KernelH == Filters3Taps7.Side
        && FillsDevice(FewFiltersLauncher.Groups(g.N, g.H, g.W), g, device);

    /// <summary>
    /// Whether <see cref="FewFiltersStridedKernel"/> computes a data gradient: the transposed convolution at the end of a U-Net.
    /// </summary>
    public static bool UsesFewFiltersStrided(ConvGeometry g, ProductDevice device) =>
        FewFiltersStridedKernel.Takes(g) && FillsDevice(FewFiltersLauncher.StridedGroups(g), g, device);

    /// <summary>Whether <see cref="FewFiltersGradientKernel"/> computes a weight gradient; its channels also fill the device.</summary>
    public static bool UsesFewFiltersWeightGradient(ConvGeometry g, ProductDevice device) =>
        FewFiltersGradientKernel.Takes(g) && g.C <= ProductDevice.MaxGridYZ
        && FillsDevice(g.C * FewFiltersLauncher.Groups(g.N, g.OutH, g.OutW), g, device);

    /// <summary>
    /// Whether the few-pixels kernels (<see cref="FewPixels"/>) compute a pass: a U-Net's inner layers, whose weights are large
    /// enough to fill half of the device. Never on processors, where results keep the bits of one product.
    /// </summary>
    public static bool UsesFewPixels(in ConvGeometry g, ConvolutionPass pass, ProductDevice device)
    {
        long pixels = (long)g.N * g.OutH * g.OutW, taps = (long)g.KernelH * g.KernelW;
        return !device.IsProcessor
            && g.Groups == 1
            && pixels is > 0 and <= FewPixels.MaxPixels
            && g.C * taps % FewPixels.Width == 0
            && (pass != ConvolutionPass.InputGradient || FewPixelsInputGradientKernel.Columns % taps == 0)
            && g.K <= ProductDevice.MaxGridYZ
            && device.MaxThreads >= FewPixels.Threads
            && device.SharedBytes >= FewPixels.SharedBytes
            && 2 * FewPixelsLauncher.Groups(g, pass) >= device.Multiprocessors;
    }

    /// <summary>
    /// Whether a pass of a 3 x 3 convolution uses Winograd (<see cref="WinogradKernels"/>): where it is estimated to be a tenth faster, and
    /// its products don't have few rows or columns. It needs a quarter of the multiplications, but more memory traffic.
    /// </summary>
    /// <param name="forced">true to use it wherever possible, false for never; null for the estimate's choice</param>
    /// <param name="most">the most floats of a call in the Winograd domain</param>
    public static WinogradChoice Winograd(
        in ConvGeometry g, ConvolutionPass pass, ProductDevice device, bool? forced = null, long most = WinogradPass.MaxScratch)
    {
        if (forced == false || !WinogradPass.Suits(g) || new WinogradPass(g, pass, most) is not { Images: > 0 } plan)
        {
            return new WinogradChoice(IsTaken: false, Note: null);
        }

        if (forced == true)
        {
            return new WinogradChoice(IsTaken: true, "winograd: forced");
        }

        if (!HasLargeWinogradProducts(g, pass, most))
        {
            return new WinogradChoice(IsTaken: false, "product: too few channels or pixels for Winograd's products");
        }

        return device.IsProcessor
            ? new WinogradChoice(IsTaken: false, "product: on a processor, results keep the bits of one product")
            : WinogradChoice.Of(plan.Cycles(device), SplitTime.Least(plan.Direct, device), MinGain);
    }

    /// <summary>Whether a convolution can use Winograd, and its products have enough rows, columns and depth.</summary>
    public static bool HasLargeWinogradProducts(in ConvGeometry g, ConvolutionPass pass, long most = WinogradPass.MaxScratch) =>
        WinogradPass.Suits(g) && new WinogradPass(g, pass, most) is { Images: > 0 } plan
        && plan.Shape is { Columns: > FewColumns, Rows: > FewRows, Depth: > FewRows };

    /// <summary>Whether tensor cores compute a data gradient from packed weights (<see cref="PackedWeights"/>).</summary>
    /// <param name="columns">the most columns of a phase</param>
    public static bool PacksWeights(in ConvGeometry g, int columns) =>
        g.Groups == 1 && g.K % 4 == 0 && g.C > FewRows && columns >= MinColumnsToPack;

    /// <summary>Whether convolution groups are too small for tiles: the naive kernel then computes all of them in one launch.</summary>
    public static bool HasSmallGroups(in ConvGeometry g) => g.Groups > 1 && Math.Min(g.C, g.K) < MinGroupChannels * g.Groups;

    /// <summary>The variants to try, best first; the last one always works.</summary>
    /// <param name="highest">forces this rung, or the next below it that works; null for the table's choice</param>
    public static IEnumerable<ProductVariant> Candidates(
        ProductShape shape, ProductDevice device, ProductPrecision precision, ProductRung? highest = null)
    {
        var (tile, splits) = TileOf(shape, device);

        // A bandwidth-bound product gains nothing from tensor cores and stays in float32.
        if (precision != ProductPrecision.Fp32 && tile is TileShape.Large or TileShape.Medium)
        {
            if (highest is null or >= ProductRung.TensorCore
                && SplitTime.Fastest(shape, device, precision, ProductRung.TensorCore) is var (tensorTile, parts))
            {
                yield return new ProductVariant(ProductRung.TensorCore, tensorTile, parts);
            }
        }

        // What a rung needs of the shape and the device, ProductDevice.Accepts says.
        var first = highest is { } most and < ProductRung.TensorCore ? most : ProductRung.Vectorised;
        for (var rung = first; rung >= ProductRung.Naive; rung--)
        {
            yield return new ProductVariant(rung, tile, rung == ProductRung.Naive ? 1 : splits);
        }
    }

    /// <summary>The best variant that a device supports for a shape.</summary>
    public static ProductVariant Chosen(
        ProductShape shape, ProductDevice device, ProductPrecision precision, ProductRung? highest = null) =>
        Candidates(shape, device, precision, highest).First(variant => device.Accepts(shape, variant, precision));

    /// <summary>The tile in float32, and the number of parts of the depth.</summary>
    private static (TileShape Tile, int Splits) TileOf(in ProductShape shape, ProductDevice device) =>
        shape.Columns <= FewColumns ? Filling(shape, TileShape.Slim, device) // Reading the weights is the work.
        : shape.Rows <= FewRows ? Filling(shape, TileShape.Flat, device) // A layer of 1 or 3 output channels.
        : device.IsProcessor ? Filling(shape, TileShape.Large, device) // A large tile reads numbers least often.
        : SplitTime.Fastest(shape, device); // Large or medium.

    /// <summary>Splits the depth into as many parts as it takes to fill the device.</summary>
    private static (TileShape Tile, int Splits) Filling(in ProductShape shape, TileShape tile, ProductDevice device)
    {
        var wanted = (long)GroupsPerMultiprocessor * device.Multiprocessors / Math.Max(shape.Groups(tile), 1);
        var most = Math.Min(MaxSplits, shape.Depth / (SplitTime.MinTilesPerSplit * TileSize.Of(tile).Depth));
        return (tile, (int)Math.Clamp(wanted, 1, Math.Max(most, 1)));
    }

    /// <summary>
    /// Whether a few-filters kernel has enough groups for a device. Never on processors, whose caches make the product's repeated reads
    /// cheap. On GPUs a quarter of the multiprocessors is enough, since a product would take several times the instructions. A device takes
    /// all of these kernels or none: it must hold the largest group of any, a weight gradient's in memory and the others' in threads.
    /// </summary>
    private static bool FillsDevice(long groups, in ConvGeometry g, ProductDevice device) =>
        !device.IsProcessor
        && 4 * groups >= device.Multiprocessors
        && g.N <= ProductDevice.MaxGridYZ
        && device.MaxThreads >= FewFiltersKernel.Threads
        && device.SharedBytes >= FewFiltersGradientKernel.SharedBytes<Filters3Taps7>();
}
