using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The 2 × 2 taps of one phase in one residue of the stride.</summary>
/// <param name="Phase">index of the phase</param>
/// <param name="Shift">offset in pixels, from the start of a band, of the first pixel that the phase's first tile reads</param>
/// <param name="Taps">indices of its taps in a plane of the weight, row by row</param>
internal sealed record ThreePointWinogradSource(int Phase, int Shift, int[] Taps);

/// <summary>
/// Destination of the 3 × 3 places of a source whose taps are every other one of 4 × 4 taps in both dimensions.
/// </summary>
/// <param name="Corner">offset, in floats of the transformed weight, of the place of its first tap in memory order</param>
/// <param name="RowStep">distance to the place of the tap below; negative if the source has its taps in reverse order</param>
/// <param name="ColumnStep">distance to the place of the tap to the right; negative likewise</param>
internal readonly record struct ThreePointWinogradSquare(nint Corner, nint RowStep, nint ColumnStep);

/// <summary>
/// A correlation of 2 × 2 taps (in each residue of the stride) on so few tiles of 2 × 2 outputs that reading the weight dominates. The
/// weight is transformed to <see cref="ThreePoints"/> a block at a time, in the cache and in memory order, and each block is multiplied
/// with all tiles. Transformed weights are never written to memory, so that caching them would save nothing. Each phase has its own tiles,
/// aligned with its outputs. Tasks split the filters into groups; filters are lanes.
/// </summary>
internal sealed class ThreePointWinogradPlan
{
    /// <summary>Rows and columns of outputs in a tile.</summary>
    public const int Outputs = 2;

    /// <summary>Elements of a transformed tile, called places.</summary>
    public const int Places = ThreePoints.Points * ThreePoints.Points;

    /// <summary>Lanes of a transform.</summary>
    public const int Width = TileRow.Width;

    /// <summary>Most tiles: more would leave no room in the L2 cache for a block of the weight.</summary>
    public const int MaxTiles = 96;

    /// <summary>Floats of a group's sums, and of a block of the transformed weight: each a part of the L2 cache.</summary>
    private const int Budget = 80 * 1024;

    /// <summary>Most vectors of filters in a group.</summary>
    private const int MaxVectors = 4;

    /// <summary>Most channels of a block: enough for the products to hide the loads and stores of their sums.</summary>
    private const int MaxChannels = 64;

    private ThreePointWinogradPlan(Correlation c, MicroKernel kernel, ThreePointWinogradSource[] sources)
    {
        Correlation = c;
        Kernel = kernel;
        Sources = sources;
        (Top, Left) = (c.FirstTapY, c.FirstTapX);
        TilesY = DivideUp(c.Rows, Outputs);
        TilesX = DivideUp(c.Columns, Outputs);
        Tiles = c.Images * TilesY * TilesX;
        Panels = DivideUp(Tiles, kernel.Rows);
        (BandRows, BandColumns) = (BandExtent(c, c.Rows, c.StrideY, t => t.Y), BandExtent(c, c.Columns, c.StrideX, t => t.X));
        TileStarts = [.. Enumerable.Range(0, Tiles).Select(StartOf)];

        var vectors = c.Filters / Width;
        var most = Math.Clamp(Budget / (c.Phases.Length * Places * Panels * kernel.Rows * Width), 1, MaxVectors);
        var groups = DivideUp(vectors, most);
        Groups = Math.Min(groups > 2 ? RoundUp(groups, 4) : groups, vectors);
        GroupVectors = DivideUp(vectors, Groups);
        Groups = DivideUp(vectors, GroupVectors);
        BlockChannels =
            Math.Min(Math.Clamp(Budget / (sources.Length * Places * GroupFilters) / Width * Width, Width, MaxChannels), c.Channels);
        Blocks = DivideUp(c.Channels, BlockChannels);
        WeightPitch = WinogradPlan.OddLines(BlockChannels * GroupFilters);
        SumPitch = WinogradPlan.OddLines(Panels * kernel.Rows * GroupFilters);

        Squares = SquaresOf();
        Offsets = MicroKernel.Multiples(BlockChannels, of: GroupFilters);
        Bases = MicroKernel.Multiples(GroupFilters / kernel.Lanes, of: kernel.Lanes);
    }

    public Correlation Correlation { get; }

    public MicroKernel Kernel { get; }

    /// <summary>Sources of all phases, in each phase by residue.</summary>
    public ThreePointWinogradSource[] Sources { get; }

    /// <summary>First input row of a band.</summary>
    public int Top { get; }

    /// <summary>First input column of a band.</summary>
    public int Left { get; }

    /// <summary>Rows of tiles of one phase.</summary>
    public int TilesY { get; }

    /// <summary>Columns of tiles of one phase.</summary>
    public int TilesX { get; }

    /// <summary>Tiles of one phase in all images.</summary>
    public int Tiles { get; }

    /// <summary>Panels of the micro-kernel's height into which the tiles are packed.</summary>
    public int Panels { get; }

    /// <summary>Rows of a band: the padded part of an image that all tiles read, [row][column][channel].</summary>
    public int BandRows { get; }

    public int BandColumns { get; }

    public int BandSize => BandRows * BandColumns * Width;

    /// <summary>Index, in the images' bands, of each tile's first pixel for a source without shift.</summary>
    public int[] TileStarts { get; }

    /// <summary>Groups of filters.</summary>
    public int Groups { get; }

    /// <summary>Vectors of filters in a full group.</summary>
    public int GroupVectors { get; }

    public int GroupFilters => GroupVectors * Width;

    /// <summary>Blocks of channels.</summary>
    public int Blocks { get; }

    /// <summary>Channels in a full block.</summary>
    public int BlockChannels { get; }

    /// <summary>Distance between places of a block of the weight [source][place][channel][filter of the group].</summary>
    public int WeightPitch { get; }

    /// <summary>The sources of a filter of 4 × 4 taps and stride 2, in the order of their first taps; null for others.</summary>
    public ThreePointWinogradSquare[]? Squares { get; }

    /// <summary>Distance between places of a group's sums [phase][place][tile][filter of the group].</summary>
    public int SumPitch { get; }

    /// <summary>Floats of the transformed input [block][source][place][panel][channel of the block][tile of the panel].</summary>
    public long InputFloats => (long)Sources.Length * Places * Panels * Kernel.Rows * Correlation.Channels;

    public int[] Offsets { get; }

    public int[] Bases { get; }

    /// <summary>Cost in multiply-adds at full speed, as <see cref="WinogradPlan.Cost"/>.</summary>
    public double Cost => CostOf(tileElement: 20);

    /// <summary>As <see cref="Cost"/>, for a slice of a batch, whose data stays in the caches.</summary>
    public double SliceCost => CostOf(tileElement: 8);

    /// <summary>
    /// The plan; null if the filter has another shape, channels don't fill whole vectors, tiles are many, or <paramref name="use"/>
    /// excludes it.
    /// </summary>
    public static ThreePointWinogradPlan? TryCreate(Correlation c, MicroKernel kernel, WinogradUse use) =>
        use is WinogradUse.WhereFaster or WinogradUse.WhereverPossibleOnThreePoints
        && c.Border is null && c.Filters % Width == 0 && c.Channels % Width == 0
        && (long)c.Images * DivideUp(c.Rows, Outputs) * DivideUp(c.Columns, Outputs) <= MaxTiles
        && SourcesOf(c) is { } sources
            ? new ThreePointWinogradPlan(c, kernel, sources)
            : null;

    /// <summary>The sources of all phases; null if one is not 2 × 2.</summary>
    private static ThreePointWinogradSource[]? SourcesOf(Correlation c)
    {
        if (c.Phases.Any(p => p.Taps.Length == 0))
        {
            return null;
        }

        var columns = BandExtent(c, c.Columns, c.StrideX, t => t.X);
        var sources = new List<ThreePointWinogradSource>();
        for (var phase = 0; phase < c.Phases.Length; phase++)
        {
            var taps = c.Phases[phase].Taps;
            var (firstY, firstX) = (taps.Min(t => t.Y), taps.Min(t => t.X));
            for (var residue = 0; residue < c.StrideY * c.StrideX; residue++)
            {
                var (y, x) = (firstY + (residue / c.StrideX), firstX + (residue % c.StrideX));
                var square = new int[Outputs * Outputs];
                for (var i = 0; i < square.Length; i++)
                {
                    var tap = Array.FindIndex(taps, t => t.Y == y + (i / 2 * c.StrideY) && t.X == x + (i % 2 * c.StrideX));
                    if (tap < 0)
                    {
                        return null;
                    }

                    square[i] = taps[tap].Weight;
                }

                sources.Add(new ThreePointWinogradSource(phase, ((y - c.FirstTapY) * columns) + x - c.FirstTapX, square));
            }

            if (taps.Length != Outputs * Outputs * c.StrideY * c.StrideX)
            {
                return null;
            }
        }

        return [.. sources];
    }

    /// <param name="tileElement">cost, in multiply-adds, of transforming an element of a tile of input or output</param>
    private double CostOf(double tileElement)
    {
        var (filters, channels, tiles) = ((double)Correlation.Filters, (double)Correlation.Channels, (double)Panels * Kernel.Rows);
        return Sources.Length * Places * (
            (1.1 * filters * channels * tiles) + (8 * filters * channels) + (tileElement * (filters + channels) * tiles));
    }

    /// <summary>Rows, or columns, that the tiles of all phases read.</summary>
    private static int BandExtent(Correlation c, int outputs, int stride, Func<Tap, int> place)
    {
        var shift = c.Phases.Max(p => p.Taps.Min(place)) - c.Phases.Min(p => p.Taps.Min(place));
        return shift + (((DivideUp(outputs, Outputs) * Outputs) + 1) * stride);
    }

    private ThreePointWinogradSquare[]? SquaresOf()
    {
        const int Side = 4;
        if (Correlation.WeightPlane != Side * Side || Sources.Length != Outputs * Outputs)
        {
            return null;
        }

        var squares = new ThreePointWinogradSquare[Sources.Length];
        for (var source = 0; source < squares.Length; source++)
        {
            var taps = Sources[source].Taps;
            var first = taps.Min();
            if (!taps.Order().SequenceEqual([first, first + 2, first + (2 * Side), first + (2 * Side) + 2]))
            {
                return null;
            }

            var (isUpward, isLeftward) = (taps[0] > taps[2], taps[0] > taps[1]);
            var corner = (isUpward ? Places - ThreePoints.Points : 0) + (isLeftward ? ThreePoints.Points - 1 : 0);
            squares[(first / Side * Outputs) + (first % Side)] = new ThreePointWinogradSquare(
                ((source * Places) + corner) * (nint)WeightPitch,
                (isUpward ? -ThreePoints.Points : ThreePoints.Points) * (nint)WeightPitch,
                (isLeftward ? -1 : 1) * (nint)WeightPitch);
        }

        return squares;
    }

    private int StartOf(int tile)
    {
        var (image, rest) = Math.DivRem(tile, TilesY * TilesX);
        var (y, x) = Math.DivRem(rest, TilesX);
        return (((image * BandRows) + (y * Outputs * Correlation.StrideY)) * BandColumns) + (x * Outputs * Correlation.StrideX);
    }
}
