using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Which kernel computes which convolution, gradient or matrix product: the one place where that is decided. What was
/// measured on the device at hand (<see cref="ProductTunings"/>) goes before it, <c>ILGPUGAN_RUNG</c> before both.
/// </summary>
internal static class ConvolutionTable
{
    /// <summary>Groups for each multiprocessor that keep it busy while some of them wait for memory.</summary>
    private const int GroupsPerMultiprocessor = 4;

    /// <summary>Tiles of depth below which a split costs more in partial sums than it brings.</summary>
    private const int MinTilesPerSplit = 4;

    private const int MaxSplits = 64;

    /// <summary>Channels and filters below which a group is small.</summary>
    private const int MinGroupChannels = 8;

    /// <summary>Columns up to which reading the left factor is a product's work, and rows up to which a tile is mostly empty.</summary>
    private const int FewColumns = 24, FewRows = 16;

    /// <summary>Columns of a phase from which tensor cores read the weight often enough to pack it first.</summary>
    private const int LeastColumnsToPack = 512;

    /// <summary>What another algorithm's estimate has to be better by, since it is one.</summary>
    private const double LeastGain = 1.1;

    /// <summary>Read from top to bottom; the first row that fits decides the tile, and the parts of the depth.</summary>
    private static readonly Row[] s_tiles =
    [
        new("few columns: reading the weights is the work", (s, _) => s.Columns <= FewColumns, (s, d, _) => Filling(s, TileShape.Slim, d)),
        new("few rows: a layer that makes 1 or 3 channels", (s, _) => s.Rows <= FewRows, (s, d, _) => Filling(s, TileShape.Flat, d)),
        new("a processor: a large tile reads a number least often", (_, d) => d.IsProcessor, (s, d, _) => Filling(s, TileShape.Large, d)),
        new("large or medium, whichever leaves less of the device idle", (_, _) => true, (s, d, p) => SplitTime.Fastest(s, d, p)),
    ];

    /// <summary>Read from top to bottom; the first rung that fits, and that the product allows, is taken.</summary>
    private static readonly (ProductRung Rung, string Reason, Func<ProductDevice, bool> Fits)[] s_rungs =
    [
        (ProductRung.Vectorised, "the highest rung, where the left factor's rows lie at multiples of 16 bytes", _ => true),
        (ProductRung.DoubleBuffered, "where they do not", _ => true),
        (ProductRung.RegisterBlocked, "kernels of more than 8 x 8 taps", _ => true),
        (ProductRung.Tiled, "groups of 128 threads are too many for the device", _ => true),
        (ProductRung.Naive, "groups of 256 threads are, too; or there is nothing to add up", _ => true),
    ];

    /// <summary>
    /// Whether a forward pass is no product but <see cref="FewFiltersKernel"/>'s: the layer that makes a picture, in enough pixels to fill
    /// the device.
    /// </summary>
    public static bool FewFiltersForward(ConvGeometry g, ProductDevice device) =>
        ((g.K is 1 or 3 && HasTaps(g, 7, stride: 1)) || (g.K == 1 && HasTaps(g, 4, stride: 1)))
        && FillsDevice(FewFiltersLauncher.Groups(g.N, g.OutH, g.OutW), g, device);

    /// <summary>The same for a data gradient: of the layer that reads a picture.</summary>
    public static bool FewFiltersInputGradient(ConvGeometry g, ProductDevice device) =>
        g.C is 1 or 3 && HasTaps(g, 7, stride: 1) && FillsDevice(FewFiltersLauncher.Groups(g.N, g.H, g.W), g, device);

    /// <summary>
    /// Whether a data gradient is <see cref="FewFiltersStridedKernel"/>'s: the transposed convolution that makes a U-Net's picture.
    /// </summary>
    public static bool FewFiltersStrided(ConvGeometry g, ProductDevice device) =>
        g.C is 3 or 6 && HasTaps(g, 4, stride: 2) && (g.PadTop, g.PadLeft, g.H, g.W) == (1, 1, 2 * g.OutH, 2 * g.OutW)
        && FillsDevice(FewFiltersLauncher.StridedGroups(g), g, device);

    /// <summary>The same for a weight gradient, which has its channels to fill the device with.</summary>
    public static bool FewFiltersWeightGradient(ConvGeometry g, ProductDevice device) =>
        g.K is 1 or 3 && HasTaps(g, 7, stride: 1) && g.C <= ProductDevice.MaxGridYZ
        && FillsDevice(g.C * FewFiltersLauncher.Groups(g.N, g.OutH, g.OutW), g, device);

    /// <summary>
    /// Whether a pass of a 3 x 3 convolution goes by six points (<see cref="WinogradKernels"/>): where the estimate has it a tenth faster,
    /// and the products there are none of few rows or columns. They have a quarter of the multiplications and nine times the numbers.
    /// </summary>
    /// <param name="forced">whether all do that can, or none; null to let the estimate decide</param>
    /// <param name="most">numbers that a call may have at the points</param>
    public static WinogradChoice Winograd(
        in ConvGeometry g, ConvolutionPass pass, ProductDevice device, bool? forced = null, long most = WinogradPlan.MaxScratch)
    {
        if (forced == false || !WinogradPlan.Suits(g) || new WinogradPlan(g, pass, most) is not { Images: > 0 } plan)
        {
            return new WinogradChoice(IsTaken: false, Note: null);
        }

        if (forced == true)
        {
            return new WinogradChoice(IsTaken: true, "winograd: asked for");
        }

        if (!HasLargeWinogradProducts(g, pass))
        {
            return new WinogradChoice(IsTaken: false, "product: too few channels or pixels for products at the points");
        }

        return device.IsProcessor
            ? new WinogradChoice(IsTaken: false, "product: a processor's bits stay those of one product")
            : WinogradChoice.Of(plan.Cycles(device), SplitTime.Least(plan.Direct, device, ProductPrecision.Fp32), LeastGain);
    }

    /// <summary>Whether a convolution can go by six points, and its products there are none of few rows, columns or depths.</summary>
    public static bool HasLargeWinogradProducts(in ConvGeometry g, ConvolutionPass pass) =>
        WinogradPlan.Suits(g) && new WinogradPlan(g, pass) is { Images: > 0 } plan
        && plan.Shape is { Columns: > FewColumns, Rows: > FewRows, Depth: > FewRows };

    /// <summary>Whether tensor cores compute a data gradient from packed weights (<see cref="PackedWeights"/>).</summary>
    /// <param name="columns">of the product's phase with most of them</param>
    public static bool PacksWeights(in ConvGeometry g, int columns) =>
        g.Groups == 1 && g.K % 4 == 0 && g.C > FewRows && columns >= LeastColumnsToPack;

    /// <summary>Whether groups are too small for tiles of a product: one thread an output then computes them all in a launch.</summary>
    public static bool HasSmallGroups(in ConvGeometry g) => g.Groups > 1 && Math.Min(g.C, g.K) < MinGroupChannels * g.Groups;

    private static bool HasTaps(in ConvGeometry g, int side, int stride) => g.Groups == 1 &&
        (g.KernelH, g.KernelW, g.StrideH, g.StrideW, g.DilationH, g.DilationW) == (side, side, stride, stride, 1, 1);

    /// <summary>
    /// A processor's caches hold what is read again, and it has no use for many threads. Elsewhere some of the device may be idle, since a
    /// group does what would take several times its instructions as a product.
    /// </summary>
    private static bool FillsDevice(long groups, in ConvGeometry g, ProductDevice device) =>
        !device.IsProcessor
        && 4 * groups >= device.Multiprocessors
        && g.N <= ProductDevice.MaxGridYZ
        && device.MaxThreads >= FewFiltersKernel.Threads
        && device.SharedBytes >= FewFiltersGradientKernel.SharedBytes<Filters3Taps7>();

    /// <summary>The variants that fit, best first; the last one always works.</summary>
    /// <param name="highest">take this rung or the next below it that works, whatever the table says; null for the table's choice</param>
    public static IEnumerable<ProductVariant> Candidates(
        ProductShape shape, ProductDevice device, ProductPrecision precision, ProductRung? highest = null)
    {
        var row = Array.Find(s_tiles, row => row.Fits(shape, device))!;
        var (tile, splits) = row.Choose(shape, device, ProductPrecision.Fp32);
        if (highest is { } rungs)
        {
            for (var rung = rungs; rung >= ProductRung.Naive; rung--)
            {
                yield return new ProductVariant(rung, tile, rung == ProductRung.Naive ? 1 : splits);
            }

            yield break;
        }

        // A bandwidth-bound product gains nothing from tensor cores and keeps its digits.
        if (precision != ProductPrecision.Fp32 && tile is TileShape.Large or TileShape.Medium)
        {
            var (tensorTile, parts) = row.Choose(shape, device, precision);
            yield return new ProductVariant(ProductRung.TensorCore, tensorTile, parts);
        }

        foreach (var (rung, _, fits) in s_rungs)
        {
            if (fits(device))
            {
                yield return new ProductVariant(rung, tile, rung == ProductRung.Naive ? 1 : splits);
            }
        }
    }

    /// <summary>The best of the variants that a device can compute a shape with.</summary>
    public static ProductVariant Chosen(
        ProductShape shape, ProductDevice device, ProductPrecision precision, ProductRung? highest = null) =>
        Candidates(shape, device, precision, highest).First(variant => device.Accepts(shape, variant, precision));

    /// <summary>As many parts of the depth as it takes to give every multiprocessor something to do.</summary>
    private static (TileShape Tile, int Splits) Filling(in ProductShape shape, TileShape tile, ProductDevice device)
    {
        var wanted = (long)GroupsPerMultiprocessor * device.Multiprocessors / Math.Max(shape.Groups(tile), 1);
        var most = Math.Min(MaxSplits, shape.Depth / (MinTilesPerSplit * TileSize.Of(tile).Depth));
        return (tile, (int)Math.Clamp(wanted, 1, Math.Max(most, 1)));
    }

    private sealed record Row(
        string Reason, Func<ProductShape, ProductDevice, bool> Fits,
        Func<ProductShape, ProductDevice, ProductPrecision, (TileShape Tile, int Splits)> Choose);
}
