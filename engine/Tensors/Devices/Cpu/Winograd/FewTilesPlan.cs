using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>What one phase sees of the input in one residue of the stride: 2 × 2 taps.</summary>
/// <param name="Phase">the outputs</param>
/// <param name="Shift">from the bands' first pixel to the first that the phase's first tile reads, in pixels</param>
/// <param name="Taps">places of its taps in the weight, row by row</param>
internal sealed record FewTilesSource(int Phase, int Shift, int[] Taps);

/// <summary>
/// Where the 3 × 3 places go of the source whose taps are every other one of 4 × 4 in both directions, from one of the first four on.
/// </summary>
/// <param name="Corner">place of its tap that lies first, in floats of the weight at the points</param>
/// <param name="RowStep">to the place of the tap below it; negative where the source has its taps in reverse order</param>
/// <param name="ColumnStep">to that beside it</param>
internal readonly record struct FewTilesSquare(nint Corner, nint RowStep, nint ColumnStep);

/// <summary>
/// How a correlation of 2 × 2 taps (in each residue of the stride) is computed on so few tiles, each of 2 × 2 outputs, that the weight is
/// most of what is read: it is brought to the <see cref="ThreePoints"/> a block at a time, in the cache and in the order in which it lies,
/// and meets all tiles at once. Transformed weights never go to memory, so there is nothing that keeping them would save. Every phase has
/// tiles of its own, which begin where its outputs do. Tasks own groups of filters, which are lanes.
/// </summary>
internal sealed class FewTilesPlan
{
    /// <summary>Rows and columns of outputs in a tile.</summary>
    public const int Outputs = 2;

    /// <summary>Elements of a transformed tile.</summary>
    public const int Places = ThreePoints.Points * ThreePoints.Points;

    /// <summary>Lanes of a transform.</summary>
    public const int Width = TileRow.Width;

    /// <summary>More would not leave room in the second-level cache for a block of the weight.</summary>
    public const int MostTiles = 96;

    /// <summary>Floats of a group's sums, and of a block of the weight at the points: each a part of the second-level cache.</summary>
    private const int Budget = 80 * 1024;

    /// <summary>Vectors of filters in a group.</summary>
    private const int MostVectors = 4;

    /// <summary>Channels of a block: enough for the products to hide the loads and stores of their sums.</summary>
    private const int MostChannels = 64;

    private FewTilesPlan(Correlation c, MicroKernel kernel, FewTilesSource[] sources)
    {
        Correlation = c;
        Kernel = kernel;
        Sources = sources;
        Top = c.Phases.Min(p => p.Taps.Min(t => t.Y));
        Left = c.Phases.Min(p => p.Taps.Min(t => t.X));
        TilesY = DivideUp(c.Rows, Outputs);
        TilesX = DivideUp(c.Columns, Outputs);
        Tiles = c.Images * TilesY * TilesX;
        Panels = DivideUp(Tiles, kernel.Rows);
        (BandRows, BandColumns) = (BandExtent(c, c.Rows, c.StrideY, t => t.Y), BandExtent(c, c.Columns, c.StrideX, t => t.X));
        TilePlaces = [.. Enumerable.Range(0, Tiles).Select(PlaceOf)];

        var vectors = c.Filters / Width;
        var most = Math.Clamp(Budget / (c.Phases.Length * Places * Panels * kernel.Rows * Width), 1, MostVectors);
        var groups = DivideUp(vectors, most);
        Groups = Math.Min(groups > 2 ? RoundUp(groups, 4) : groups, vectors);
        GroupVectors = DivideUp(vectors, Groups);
        Groups = DivideUp(vectors, GroupVectors);
        BlockChannels =
            Math.Min(Math.Clamp(Budget / (sources.Length * Places * GroupFilters) / Width * Width, Width, MostChannels), c.Channels);
        Blocks = DivideUp(c.Channels, BlockChannels);
        WeightPitch = WinogradPlan.OddLines(BlockChannels * GroupFilters);
        SumPitch = WinogradPlan.OddLines(Panels * kernel.Rows * GroupFilters);

        Squares = SquaresOf();
        Offsets = GC.AllocateArray<int>(BlockChannels, pinned: true);
        for (var k = 0; k < BlockChannels; k++)
        {
            Offsets[k] = k * GroupFilters;
        }

        Bases = GC.AllocateArray<int>(GroupFilters / kernel.Lanes, pinned: true);
        for (var v = 0; v < Bases.Length; v++)
        {
            Bases[v] = v * kernel.Lanes;
        }
    }

    public Correlation Correlation { get; }

    public MicroKernel Kernel { get; }

    /// <summary>Phases, and in each of them residues.</summary>
    public FewTilesSource[] Sources { get; }

    /// <summary>Input row and column that the bands begin with.</summary>
    public int Top { get; }

    public int Left { get; }

    /// <summary>Tiles of one phase.</summary>
    public int TilesY { get; }

    public int TilesX { get; }

    /// <summary>Tiles of one phase in all images.</summary>
    public int Tiles { get; }

    /// <summary>Panels of the micro-kernel's height that these fill.</summary>
    public int Panels { get; }

    /// <summary>A band: the part of an image, padded, that all tiles read, as [row][column][channel].</summary>
    public int BandRows { get; }

    public int BandColumns { get; }

    public int BandSize => BandRows * BandColumns * Width;

    /// <summary>The pixel of the images' bands that each tile of a source with no shift begins at.</summary>
    public int[] TilePlaces { get; }

    /// <summary>Groups of filters, and the vectors of a whole one.</summary>
    public int Groups { get; }

    public int GroupVectors { get; }

    public int GroupFilters => GroupVectors * Width;

    /// <summary>Blocks of channels, and the channels of a whole one.</summary>
    public int Blocks { get; }

    public int BlockChannels { get; }

    /// <summary>From one place of a block of the weight [source][place][channel][filter of the group] to the next.</summary>
    public int WeightPitch { get; }

    /// <summary>The sources of a filter of 4 × 4 taps and stride 2, in the order of their first taps; null for others.</summary>
    public FewTilesSquare[]? Squares { get; }

    /// <summary>From one place of a group's sums [phase][place][tile][filter of the group] to the next.</summary>
    public int SumPitch { get; }

    /// <summary>Floats of the input at the points: [block][source][place][panel][channel of the block][tile of the panel].</summary>
    public long Inputs => (long)Sources.Length * Places * Panels * Kernel.Rows * Correlation.Channels;

    /// <summary>Taps of one channel of a filter in the weight.</summary>
    public int Plane => Math.Min(Correlation.FilterStride, Correlation.ChannelStride);

    public int[] Offsets { get; }

    public int[] Bases { get; }

    /// <summary>In multiply-adds at full speed, like that of <see cref="WinogradPlan.Cost"/>.</summary>
    public double Cost => CostOf(tileElement: 20);

    /// <summary>The same of a slice of a batch, whose numbers stay in the caches.</summary>
    public double SliceCost => CostOf(tileElement: 8);

    /// <summary>
    /// The plan, or null where the filter has another shape, channels do not fill whole vectors, tiles are many or <paramref name="use"/>
    /// is for others.
    /// </summary>
    public static FewTilesPlan? TryCreate(Correlation c, MicroKernel kernel, WinogradUse use) =>
        use is WinogradUse.WhereFaster or WinogradUse.WhereverPossibleOnThreePoints
        && c.Border is null && c.Filters % Width == 0 && c.Channels % Width == 0
        && (long)c.Images * DivideUp(c.Rows, Outputs) * DivideUp(c.Columns, Outputs) <= MostTiles
        && SourcesOf(c) is { } sources
            ? new FewTilesPlan(c, kernel, sources)
            : null;

    /// <summary>The sources of all phases, or null if one has another shape than 2 × 2.</summary>
    private static FewTilesSource[]? SourcesOf(Correlation c)
    {
        if (c.Phases.Any(p => p.Taps.Length == 0))
        {
            return null;
        }

        var (top, left) = (c.Phases.Min(p => p.Taps.Min(t => t.Y)), c.Phases.Min(p => p.Taps.Min(t => t.X)));
        var columns = BandExtent(c, c.Columns, c.StrideX, t => t.X);
        var sources = new List<FewTilesSource>();
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

                sources.Add(new FewTilesSource(phase, ((y - top) * columns) + x - left, square));
            }

            if (taps.Length != Outputs * Outputs * c.StrideY * c.StrideX)
            {
                return null;
            }
        }

        return [.. sources];
    }

    /// <param name="tileElement">multiply-adds in the time that an element of a tile takes to the points or back</param>
    private double CostOf(double tileElement)
    {
        var (filters, channels, tiles) = ((double)Correlation.Filters, (double)Correlation.Channels, (double)Panels * Kernel.Rows);
        return Sources.Length * Places * (
            (1.1 * filters * channels * tiles) + (8 * filters * channels) + (tileElement * (filters + channels) * tiles));
    }

    /// <summary>Rows or columns that all tiles of all phases read.</summary>
    private static int BandExtent(Correlation c, int outputs, int stride, Func<Tap, int> place)
    {
        var first = c.Phases.Min(p => p.Taps.Min(place));
        var shift = c.Phases.Max(p => p.Taps.Min(place)) - first;
        return shift + (((DivideUp(outputs, Outputs) * Outputs) + 1) * stride);
    }

    private FewTilesSquare[]? SquaresOf()
    {
        const int Side = 4;
        if (Plane != Side * Side || Sources.Length != Outputs * Outputs)
        {
            return null;
        }

        var squares = new FewTilesSquare[Sources.Length];
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
            squares[(first / Side * Outputs) + (first % Side)] = new FewTilesSquare(
                ((source * Places) + corner) * (nint)WeightPitch,
                (isUpward ? -ThreePoints.Points : ThreePoints.Points) * (nint)WeightPitch,
                (isLeftward ? -1 : 1) * (nint)WeightPitch);
        }

        return squares;
    }

    private int PlaceOf(int tile)
    {
        var (image, rest) = Math.DivRem(tile, TilesY * TilesX);
        var (y, x) = Math.DivRem(rest, TilesX);
        return (((image * BandRows) + (y * Outputs * Correlation.StrideY)) * BandColumns) + (x * Outputs * Correlation.StrideX);
    }
}
