using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The outputs of one <see cref="Phase"/>, on the grid that all phases share.</summary>
/// <param name="Top">first output row</param>
/// <param name="Left">first output column</param>
/// <param name="ShiftY">grid row of that output row</param>
/// <param name="ShiftX">grid column of that output column</param>
/// <param name="WeightTaps">[residue, r, r]: places in the weight, −1 where the filter has no tap</param>
internal sealed record WinogradPhase(int Top, int Left, int ShiftY, int ShiftX, int[] WeightTaps);

/// <summary>
/// How a correlation is computed on tiles of m × m outputs with r × r taps at n² multiplications a tile, channel and filter where the
/// direct way needs m² r²: n = 6 points, or 4 for 2 × 2 taps, and m = n + 1 − r. A filter with stride s is r × r in each of the s² residues
/// of the input, which become channels of their own; the s² phases of a strided data gradient become filters of their own, on one grid.
/// </summary>
internal sealed class WinogradPlan
{
    /// <summary>
    /// Most tiles of a chunk, and floats from one channel's or filter's to the next: three vectors, as many as a tile of the widest
    /// micro-kernel has. At the points they fit into a second-level cache of 1 MB up to 256 channels on four points.
    /// </summary>
    public const int TilePitch = 3 * TileRow.Width;

    /// <summary>
    /// From one element of the chunk's tiles to the next: room for the whole vectors that are put at any tile, an odd number of cache
    /// lines.
    /// </summary>
    public const int ElementPitch = 5 * TileRow.Width;

    /// <summary>
    /// Tiles of a row up to which tiles are taken and put one by one: a vector of tiles of one row would have most lanes empty.
    /// </summary>
    private const int NarrowTiles = TileRow.Width / 2;

    /// <summary>
    /// Multiply-adds in the time that one element of a weight takes to the points, and one of a tile of input to them or of output back,
    /// where both come from memory: fitted to the times of U-Net's layers on four and six points, between two of which 64 MB of other
    /// numbers passed through the caches, as in a training step.
    /// </summary>
    private const double WeightElement = 50;

    private const double TileElement = 55;

    /// <summary>
    /// The same of an element of a tile where vectors of tiles are full and pictures stay in the caches: fitted to 3 × 3 layers of 16 to 64
    /// channels and 64 × 64 pixels, which take 0.6 to 0.8 of the direct way's time there.
    /// </summary>
    private const double NearTileElement = 30;

    /// <summary>
    /// The same of an element of a weight that stays in the caches, and of each element of a vector of tiles of one row, however few of its
    /// lanes are in use: fitted to 3 × 3 layers of 32 to 256 channels on batches of 1 to 32 pictures of 4 to 24 pixels, within a seventh of
    /// their times.
    /// </summary>
    private const double NearWeightElement = 16;

    private const double RowElement = 140;

    /// <summary>
    /// Channels, or filters, up to which small pictures keep the model above: less than 0.2 ms is at stake, and recorded steps of small
    /// networks keep their bits.
    /// </summary>
    private const int FewChannels = 32;

    /// <summary>Floats of input and output that stay in the caches from one layer to the next.</summary>
    private const int NearFloats = 512 * 1024;

    /// <summary>Part of the time that making a transformed weight must take for it to be kept.</summary>
    private const double KeptShare = 0.13;

    /// <summary>Floats of a transformed weight that may be kept.</summary>
    private const long LargestKept = 5 << 20;

    /// <summary>Reduction steps of a block of the products.</summary>
    private const int BlockDepth = 256;

    /// <summary>Floats of a group's products: a part of the second-level cache.</summary>
    private const int GroupProducts = 64 * 1024;

    /// <summary>
    /// Floats of a group's weight where each group brings its own to the points: it stays in the second-level cache, or next to it, while
    /// all chunks pass.
    /// </summary>
    private const int OwnWeight = 288 * 1024;

    /// <summary>Groups that tasks are then to be made of, so that there is one for each thread.</summary>
    private const int OwnGroups = 8;

    /// <summary>Most chunks for which groups do so: with more, writing the whole weight to memory is a small part of the work.</summary>
    private const int OwnChunks = 4;

    /// <summary>
    /// Numbers of input at the points that may be read again in the time that writing one of the weight takes, which has to come to the
    /// cache and leave it.
    /// </summary>
    private const int ReadsOfWrite = 10;

    private WinogradPlan(Correlation c, MicroKernel kernel, int taps, int points)
    {
        Correlation = c;
        Kernel = kernel;
        Taps = taps;
        Points = points;
        Places = points * points;
        Outputs = points + 1 - taps;
        Residues = c.StrideY * c.StrideX;
        Top = c.Phases.Min(p => p.Taps.Min(t => t.Y));
        Left = c.Phases.Min(p => p.Taps.Min(t => t.X));
        Phases = [.. c.Phases.Select(OnGrid)];
        TilesX = DivideUp(Phases.Max(p => p.ShiftX) + c.Columns, Outputs);
        TilesY = DivideUp(Phases.Max(p => p.ShiftY) + c.Rows, Outputs);
        Tiles = TilesY * TilesX * c.Images;
        ChunkRows = DivideUp(TilePitch - 1, TilesX) + 1;
        LinePitch =
            (c.Border is null ? RoundUp(Math.Min(TilesX, TilePitch), TileRow.Width) : TilesX + TileRow.Width) * Outputs + 2 * TileRow.Width;
        Channels = c.Channels * Residues;
        IsNarrow = TilesX <= NarrowTiles && Residues == 1 && c.Border is null;
        PutsTiles = TilesX <= NarrowTiles && Phases.Length == 1 && c is { OutStepX: 1, OutStepY: 1 };
        Chunks = ChunksOf(Tiles);
        CopiedFloats = IsNarrow ? Chunks.Max(chunk => chunk.Copies!.Floats) : 0;
        PhasePanels = DivideUp(c.Filters, kernel.Rows);
        Panels = PhasePanels * Phases.Length;
        GroupPanels = Math.Clamp(GroupProducts / (Places * Phases.Length * kernel.Rows * TilePitch), 1, PhasePanels);
        Groups = DivideUp(PhasePanels, GroupPanels);
        InputPitch = OddLines(Channels * TilePitch);
        WeightPitch = WeightPitchOf(PhasePanels);
        OwnPanels =
            Math.Clamp(Math.Min(OwnWeight / (Places * Phases.Length * kernel.Rows * Channels), PhasePanels / OwnGroups), 1, GroupPanels);
        Plane = Math.Min(c.FilterStride, c.ChannelStride);
        HasAllTaps = Residues == 1 && Phases.All(p => !p.WeightTaps.Contains(-1));
        Grid = [.. Enumerable.Range(0, taps * taps)];
        WeightForm = (points, taps, c.FilterStride, c.ChannelStride, string.Join(' ', Phases.SelectMany(p => p.WeightTaps)));
        Schedule = new ChunkSchedule(this, BlockDepth);
        Offsets = GC.AllocateArray<int>(BlockDepth, pinned: true);
        for (var k = 0; k < BlockDepth; k++)
        {
            Offsets[k] = k * TilePitch;
        }

        Bases = GC.AllocateArray<int>(DivideUp(TilePitch, kernel.Lanes), pinned: true);
        for (var v = 0; v < Bases.Length; v++)
        {
            Bases[v] = v * kernel.Lanes;
        }
    }

    public Correlation Correlation { get; }

    public MicroKernel Kernel { get; }

    public WinogradPhase[] Phases { get; }

    /// <summary>Residues of the input's stride: channels in the transformed domain to one of the input.</summary>
    public int Residues { get; }

    /// <summary>Channels in the transformed domain: residue outermost.</summary>
    public int Channels { get; }

    /// <summary>r: rows and columns of the filter.</summary>
    public int Taps { get; }

    /// <summary>n: rows and columns of a tile's inputs, and of a transformed tile.</summary>
    public int Points { get; }

    /// <summary>Elements of a transformed tile.</summary>
    public int Places { get; }

    /// <summary>m: rows and columns of a tile's outputs.</summary>
    public int Outputs { get; }

    /// <summary>Input row and column that the first tap of the grid's first output reads.</summary>
    public int Top { get; }

    public int Left { get; }

    public int TilesX { get; }

    public int TilesY { get; }

    /// <summary>Tiles of all images.</summary>
    public int Tiles { get; }

    public WinogradChunk[] Chunks { get; }

    /// <summary>True if tiles are gathered from copies of the planes (<see cref="PlaneCopies"/>), whatever row they are of.</summary>
    public bool IsNarrow { get; }

    /// <summary>Most floats of a chunk's copies.</summary>
    public int CopiedFloats { get; }

    /// <summary>True if tiles are put to the output one by one.</summary>
    public bool PutsTiles { get; }

    /// <summary>Most rows of tiles that a chunk has a part of.</summary>
    public int ChunkRows { get; }

    /// <summary>Floats for the columns of one residue that the tiles of one row and chunk read, or the pixels that they become.</summary>
    public int LinePitch { get; }

    /// <summary>From one place of a chunk's transformed input to the next.</summary>
    public int InputPitch { get; }

    /// <summary>Floats of a chunk's transformed input.</summary>
    public long Inputs => (long)Places * InputPitch;

    /// <summary>From one place of a group's products to the next.</summary>
    public int OutputPitch => Phases.Length * GroupPanels * Kernel.Rows * TilePitch;

    /// <summary>Floats of a group's products.</summary>
    public long Products => (long)Places * OutputPitch;

    /// <summary>From one place of the transformed weight to the next.</summary>
    public int WeightPitch { get; }

    /// <summary>Floats of the transformed weight.</summary>
    public long Weights => (long)Places * WeightPitch;

    /// <summary>Panels of one phase, and of all.</summary>
    public int PhasePanels { get; }

    public int Panels { get; }

    /// <summary>Panels of each phase whose products a task has at a time.</summary>
    public int GroupPanels { get; }

    public int Groups { get; }

    /// <summary>Panels of each phase whose weight a group brings to the points for itself, where <see cref="OwnsWeights"/>.</summary>
    public int OwnPanels { get; }

    /// <summary>
    /// True if the transformed weight is better not written as a whole: with few chunks it takes less that all of them pass each group of
    /// filters, which brings its own part of the weight to the points, than to write and read all of it.
    /// </summary>
    public bool OwnsWeights =>
        Chunks.Length <= OwnChunks && Chunks.Length * Inputs * DivideUp(PhasePanels, OwnPanels) < ReadsOfWrite * Weights;

    /// <summary>
    /// True for 3 × 3 filters of stride 1 and many channels on a single chunk of tiles: small pictures, whose rows leave most lanes of a
    /// transform empty, and a weight that is brought to the points where it is used.
    /// </summary>
    public bool IsSmall => Chunks.Length == 1 && OwnsWeights && Residues == 1 && Phases.Length == 1 && Taps == 3
        && Math.Min(Channels, Correlation.Filters) > FewChannels;

    public ChunkSchedule Schedule { get; }

    public int[] Offsets { get; }

    public int[] Bases { get; }

    /// <summary>Equal for plans that transform a weight alike, whatever the size of their pictures.</summary>
    public object WeightForm { get; }

    /// <summary>
    /// True if the transformed weight of a held one is kept: where making it takes much of the time, for it is four to nine times as big.
    /// </summary>
    public bool KeepsWeight => WeightCost > KeptShare * (WeightCost + TileCost) && Weights <= LargestKept;

    /// <summary>Taps of one channel of a filter in the weight, among which those of a phase are.</summary>
    public int Plane { get; }

    /// <summary>True if each channel of the weight is one of the transformed domain, and no tap of a phase's grid is missing.</summary>
    public bool HasAllTaps { get; }

    /// <summary>The taps of a grid in their order: 0, 1, 2, …</summary>
    public int[] Grid { get; }

    /// <summary>
    /// The plans that apply: on six points, for filters of 2 × 2 taps on four as well; the one that <paramref name="use"/> insists on, if
    /// it does.
    /// </summary>
    public static IReadOnlyList<WinogradPlan> Candidates(Correlation c, MicroKernel kernel, WinogradUse use)
    {
        if (use == WinogradUse.Never || c.Phases.Any(p => p.Taps.Length == 0))
        {
            return [];
        }

        // Extent of the widest phase in each direction, the stride taken out.
        var taps = Math.Max(c.Phases.Max(p => Extent(p.Taps, t => t.Y, c.StrideY)), c.Phases.Max(p => Extent(p.Taps, t => t.X, c.StrideX)));
        int[] points = (taps, use) switch
        {
            (< 2 or > 4, _) => [],
            (> 2, _) or (_, WinogradUse.WhereverPossible) => [SixPoints.Count],
            (_, WinogradUse.WhereFaster) => [SixPoints.Count, FourPoints.Count],
            _ => [FourPoints.Count],
        };
        return Array.ConvertAll(points, n => new WinogradPlan(c, kernel, taps, n));
    }

    /// <summary>True if no lane of a transform is empty because of a row's end.</summary>
    private bool IsGathered => IsNarrow && PutsTiles;

    /// <summary>What the weight's transform costs in multiply-adds at full speed.</summary>
    private double WeightCost => (double)Places * Correlation.Filters * Phases.Length * Channels * WeightElement;

    /// <summary>What the rest of a forward or data gradient costs.</summary>
    private double TileCost =>
        RoundUp(Tiles, Kernel.Lanes) * (((double)Correlation.Filters * Schedule.Depth)
            + (Places * ((Correlation.Filters * Phases.Length) + Channels) * OwnTileElement));

    private double OwnTileElement
    {
        get
        {
            var c = Correlation;
            var floats = (long)c.Images * ((c.Channels * c.InH * c.InW) + (c.Filters * c.OutH * c.OutW));
            return (TilesX % TileRow.Width == 0 || IsGathered) && floats <= NearFloats ? NearTileElement : TileElement;
        }
    }

    /// <summary>What a forward or data gradient costs where <see cref="IsSmall"/>.</summary>
    private double SmallCost
    {
        get
        {
            var (filters, channels) = ((double)Correlation.Filters, (double)Channels);
            var tiles = IsGathered ? RoundUp(Tiles, TileRow.Width) * NearTileElement
                : Chunks[0].Pieces.Sum(piece => DivideUp(piece.End - piece.First, TileRow.Width)) * RowElement;
            return (RoundUp(Tiles, Kernel.Lanes) * filters * Schedule.Depth)
                + (Places * ((filters * channels * NearWeightElement) + ((filters + channels) * tiles)));
        }
    }

    /// <summary>All of a forward or data gradient.</summary>
    public double Cost(bool isHeld) => IsSmall ? SmallCost : TileCost + (isHeld && KeepsWeight ? 0 : WeightCost);

    /// <summary>True if columns of phase p and the next take turns in the same rows.</summary>
    public bool IsPair(int p) => Correlation.OutStepX == 2 && p + 1 < Phases.Length
        && Phases[p].Left == 0 && Phases[p + 1].Left == 1 && Phases[p].Top == Phases[p + 1].Top && Phases[p].ShiftY == Phases[p + 1].ShiftY;

    /// <summary>From one place to the next of a transformed weight that has so many panels of each phase.</summary>
    public int WeightPitchOf(int panels) => OddLines(Phases.Length * panels * Kernel.Rows * Channels);

    /// <summary>The panels of a group.</summary>
    /// <param name="most">panels of each phase in a whole one</param>
    public PanelRange PanelsOf(int group, int most) => new(group * most, Math.Min(most, PhasePanels - (group * most)));

    public static int OddLines(int count)
    {
        var lines = DivideUp(count, TileRow.Width);
        return (lines % 2 == 0 ? lines + 1 : lines) * TileRow.Width;
    }

    /// <summary>Whole vectors, shared out evenly.</summary>
    private WinogradChunk[] ChunksOf(int tiles)
    {
        var vectors = DivideUp(tiles, TileRow.Width);
        var chunks = new WinogradChunk[DivideUp(vectors, TilePitch / TileRow.Width)];
        for (var i = 0; i < chunks.Length; i++)
        {
            var first = (int)((long)i * vectors / chunks.Length) * TileRow.Width;
            var end = (int)((i + 1L) * vectors / chunks.Length) * TileRow.Width;
            chunks[i] = new WinogradChunk(this, first, Math.Min(end, tiles), Points * Correlation.StrideX * LinePitch);
        }

        return chunks;
    }

    private static int Extent(Tap[] taps, Func<Tap, int> place, int stride) => (taps.Max(place) - taps.Min(place)) / stride + 1;

    private WinogradPhase OnGrid(Phase phase)
    {
        var c = Correlation;
        var (top, left) = (phase.Taps.Min(t => t.Y), phase.Taps.Min(t => t.X));
        var places = new int[Residues * Taps * Taps];
        Array.Fill(places, -1);
        foreach (var tap in phase.Taps)
        {
            var (y, x) = (tap.Y - top, tap.X - left);
            var residue = y % c.StrideY * c.StrideX + x % c.StrideX;
            places[(residue * Taps + y / c.StrideY) * Taps + x / c.StrideX] = tap.Weight;
        }

        return new WinogradPhase(phase.Top, phase.Left, top - Top, left - Left, places);
    }
}
