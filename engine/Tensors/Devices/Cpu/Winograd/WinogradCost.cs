using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// What a <see cref="WinogradPlan"/> costs, in multiply-adds at full speed: models that are fitted to measured layers; and which way of
/// running it is cheaper. The ways have the same bits; the algorithms among which costs choose have not.
/// </summary>
internal static class WinogradCost
{
    /// <summary>
    /// Cost, in multiply-adds, of transforming one element of a weight that comes from memory: fitted to U-Net's layers on four and six
    /// points, with 64 MB of other data passing through the caches between two calls, as in a training step.
    /// </summary>
    private const double WeightElement = 50;

    /// <summary>As <see cref="WeightElement"/>, for an element of a tile of input or output.</summary>
    private const double TileElement = 55;

    /// <summary>
    /// As <see cref="TileElement"/>, where vectors of tiles are full and images stay in the caches: fitted to 3 × 3 layers of 16 to 64
    /// channels and 64 × 64 pixels, which take 0.6 to 0.8 of the direct algorithm's time.
    /// </summary>
    private const double CachedTileElement = 30;

    /// <summary>
    /// As <see cref="WeightElement"/>, for a weight that stays in the caches: fitted to 3 × 3 layers of 32 to 256 channels on batches of 1
    /// to 32 images of 4 to 24 pixels, within a seventh of their times.
    /// </summary>
    private const double CachedWeightElement = 16;

    /// <summary>Cost of each element of a vector of tiles of one row, however few lanes are used; fitted likewise.</summary>
    private const double RowElement = 140;

    /// <summary>Floats of input and output that stay in the caches from one layer to the next.</summary>
    private const int CachedFloats = 512 * 1024;

    /// <summary>A transformed weight is cached if making it takes more than this fraction of the time.</summary>
    private const double MinCachedShare = 0.13;

    /// <summary>Most floats of a transformed weight that is cached.</summary>
    private const long MaxCachedWeight = 5 << 20;

    /// <summary>
    /// Most chunks for which groups transform their own weight: with more, writing the whole weight is a small part of the work.
    /// </summary>
    private const int MaxChunksPerGroupWeight = 4;

    /// <summary>
    /// Elements of transformed input that can be reread in the time of writing one element of the transformed weight, which is first loaded
    /// into the cache and later written back.
    /// </summary>
    private const int ReadsPerWrite = 10;

    /// <summary>
    /// Up to this many channels, or filters, small images have no cost model of their own: less than 0.2 ms is at stake, and recorded
    /// steps of small networks keep their bits.
    /// </summary>
    private const int FewChannels = 32;

    /// <summary>Cost of a forward or data gradient.</summary>
    public static double Of(WinogradPlan plan, bool isHeld) =>
        IsSmall(plan) ? OfSmall(plan) : OfTiles(plan) + (isHeld && CachesWeight(plan) ? 0 : OfWeight(plan));

    /// <summary>
    /// Whether a forward or data gradient has the cost model of small images: 3 × 3 filters of stride 1 and many channels on a single chunk
    /// of tiles, whose rows leave most lanes of a transform empty, and a weight that each group transforms where it uses it.
    /// </summary>
    public static bool IsSmall(WinogradPlan plan) =>
        plan is { Chunks.Length: 1, Residues: 1, Phases.Length: 1, Taps: 3 } && TransformsWeightPerGroup(plan)
        && Math.Min(plan.Channels, plan.Correlation.Filters) > FewChannels;

    /// <summary>
    /// Whether each group of filters transforms its own part of a weight that is not cached: with few chunks it is cheaper to multiply all
    /// of them with each group's part in the cache than to write and read the whole transformed weight.
    /// </summary>
    public static bool TransformsWeightPerGroup(WinogradPlan plan) =>
        plan.Chunks.Length <= MaxChunksPerGroupWeight
        && plan.Chunks.Length * plan.InputFloats * DivideUp(plan.PhasePanels, plan.GroupWeightPanels) < ReadsPerWrite * plan.WeightFloats;

    /// <summary>
    /// Whether the transform of a held weight is cached: where making it takes much of the time, since it is four to nine times as large as
    /// the weight. Goes before <see cref="TransformsWeightPerGroup"/>.
    /// </summary>
    public static bool CachesWeight(WinogradPlan plan) =>
        OfWeight(plan) > MinCachedShare * (OfWeight(plan) + OfTiles(plan)) && plan.WeightFloats <= MaxCachedWeight;

    /// <summary>Cost of the weight's transform.</summary>
    private static double OfWeight(WinogradPlan plan) =>
        (double)plan.Places * plan.Correlation.Filters * plan.Phases.Length * plan.Channels * WeightElement;

    /// <summary>Cost of the rest of a forward or data gradient.</summary>
    private static double OfTiles(WinogradPlan plan) =>
        RoundUp(plan.Tiles, plan.Kernel.Lanes) * (((double)plan.Correlation.Filters * plan.Schedule.Depth)
            + (plan.Places * ((plan.Correlation.Filters * plan.Phases.Length) + plan.Channels) * OfTileElement(plan)));

    private static double OfTileElement(WinogradPlan plan)
    {
        var c = plan.Correlation;
        var floats = (long)c.Images * ((c.Channels * c.InH * c.InW) + (c.Filters * c.OutH * c.OutW));
        return (plan.TilesX % TileRow.Width == 0 || FillsLanes(plan)) && floats <= CachedFloats ? CachedTileElement : TileElement;
    }

    /// <summary>Whether vectors of tiles span rows in both transforms, so that the ends of rows leave no lanes empty.</summary>
    private static bool FillsLanes(WinogradPlan plan) => plan.GathersTiles && plan.StoresSingleTiles;

    /// <summary>Cost of a forward or data gradient if <see cref="IsSmall"/>.</summary>
    private static double OfSmall(WinogradPlan plan)
    {
        var (filters, channels) = ((double)plan.Correlation.Filters, (double)plan.Channels);
        var tiles = FillsLanes(plan) ? RoundUp(plan.Tiles, TileRow.Width) * CachedTileElement
            : plan.Chunks[0].Pieces.Sum(piece => DivideUp(piece.End - piece.First, TileRow.Width)) * RowElement;
        return (RoundUp(plan.Tiles, plan.Kernel.Lanes) * filters * plan.Schedule.Depth)
            + (plan.Places * ((filters * channels * CachedWeightElement) + ((filters + channels) * tiles)));
    }
}
