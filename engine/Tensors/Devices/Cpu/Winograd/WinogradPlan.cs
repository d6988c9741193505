using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// A correlation by Winograd's algorithm, on tiles of m × m outputs with r × r taps: n² multiplications per tile, channel and filter, where
/// the direct algorithm needs m² r²; n = 6 points, or 4 for 2 × 2 taps, and m = n + 1 − r. A filter with stride s is r × r in each of the
/// s² residues of the input, which become separate channels; the s² phases of a strided data gradient become separate filters, on one grid.
/// </summary>
internal sealed class WinogradPlan
{
    /// <summary>
    /// Most tiles of a chunk, and the distance between its channels or filters: three vectors, as in a tile of the widest micro-kernel. In
    /// the Winograd domain a chunk fits in an L2 cache of 1 MB for up to 256 channels on four points.
    /// </summary>
    public const int TilePitch = 3 * TileRow.Width;

    /// <summary>
    /// Distance between the elements of a chunk's tiles: room for whole vectors stored at any tile, and an odd number of cache lines.
    /// </summary>
    public const int ElementPitch = 5 * TileRow.Width;

    /// <summary>
    /// Up to this many tiles per row, tiles are gathered and stored one by one: in vectors of tiles of one row most lanes would be empty.
    /// </summary>
    private const int NarrowTiles = TileRow.Width / 2;

    /// <summary>Reduction steps of a block of the products.</summary>
    private const int BlockDepth = 256;

    /// <summary>Floats of a group's products: a part of the L2 cache.</summary>
    private const int GroupProducts = 64 * 1024;

    /// <summary>
    /// Floats of a group's transformed weight where each group transforms its own: it stays in or near the L2 cache while all chunks are
    /// multiplied with it.
    /// </summary>
    private const int GroupWeightFloats = 288 * 1024;

    /// <summary>Target number of such groups, so that there is one for each thread.</summary>
    private const int TargetGroups = 8;

    private WinogradPlan(Correlation c, MicroKernel kernel, int taps, int points)
    {
        // What others are computed from is local, so that the compiler checks the order: no line here reads a property.
        var (places, outputs) = (points * points, points + 1 - taps);
        WinogradPhase[] phases = [.. c.Phases.Select(phase => WinogradPhase.Of(phase, c, taps))];
        var tilesX = DivideUp(phases.Max(p => p.ShiftX) + c.Columns, outputs);
        var channels = c.Channels * c.StrideY * c.StrideX;
        (Correlation, Kernel, Phases, Channels) = (c, kernel, phases, channels);
        (Taps, Points, Places, Outputs, Top, Left) = (taps, points, places, outputs, c.FirstTapY, c.FirstTapX);
        (TilesX, TilesY) = (tilesX, DivideUp(phases.Max(p => p.ShiftY) + c.Rows, outputs));

        ChunkRows = DivideUp(TilePitch - 1, tilesX) + 1;
        var lineTiles = c.Border is null ? RoundUp(Math.Min(tilesX, TilePitch), TileRow.Width) : tilesX + TileRow.Width;

        // Whole vectors of tiles, wherever in its row the last one begins; the last tile's further columns are in the slack, too.
        LinePitch = (lineTiles * outputs) + TileRow.ReadBeyond;
        InputPitch = OddLines(channels * TilePitch);

        // A panel of each phase, at all places.
        var panelRows = places * phases.Length * kernel.Rows;
        var phasePanels = DivideUp(c.Filters, kernel.Rows);
        var groupPanels = Math.Clamp(GroupProducts / (panelRows * TilePitch), 1, phasePanels);
        (PhasePanels, GroupPanels) = (phasePanels, groupPanels);
        GroupWeightPanels = Math.Clamp(
            Math.Min(GroupWeightFloats / (panelRows * channels), phasePanels / TargetGroups), 1, groupPanels);

        HasAllTaps = c is { StrideY: 1, StrideX: 1 } && phases.All(p => !p.WeightTaps.Contains(-1));
        TapsInOrder = [.. Enumerable.Range(0, taps * taps)];
        Offsets = MicroKernel.Multiples(BlockDepth, of: TilePitch);
        Bases = MicroKernel.Multiples(DivideUp(TilePitch, kernel.Lanes), of: kernel.Lanes);
    }

    public Correlation Correlation { get; }

    public MicroKernel Kernel { get; }

    public WinogradPhase[] Phases { get; }

    /// <summary>Residues of the input's stride: channels in the Winograd domain per input channel.</summary>
    public int Residues => Correlation.StrideY * Correlation.StrideX;

    /// <summary>Channels in the Winograd domain, residue outermost.</summary>
    public int Channels { get; }

    /// <summary>r: rows and columns of the filter.</summary>
    public int Taps { get; }

    /// <summary>n: rows and columns of a tile's inputs, and of a transformed tile.</summary>
    public int Points { get; }

    /// <summary>n²: elements of a transformed tile, called places.</summary>
    public int Places { get; }

    /// <summary>m: rows and columns of a tile's outputs.</summary>
    public int Outputs { get; }

    /// <summary>Input row that the first tap of the grid's first output reads.</summary>
    public int Top { get; }

    /// <summary>Input column that the first tap of the grid's first output reads.</summary>
    public int Left { get; }

    public int TilesX { get; }

    public int TilesY { get; }

    /// <summary>Tiles of all images.</summary>
    public int Tiles => TilesY * TilesX * Correlation.Images;

    public WinogradChunk[] Chunks => field ??= ChunksOf(Tiles);

    /// <summary>
    /// True if tiles of the input are gathered from copies of the planes (<see cref="PlaneCopies"/>), so that a vector may span rows. It
    /// says nothing of the output, see <see cref="StoresSingleTiles"/>: of narrow images a strided forward only stores single tiles, a
    /// strided data gradient only gathers them.
    /// </summary>
    public bool GathersTiles => TilesX <= NarrowTiles && Residues == 1 && Correlation.Border is null;

    /// <summary>Most floats of a chunk's copies.</summary>
    public int CopiedFloats => GathersTiles ? Chunks.Max(chunk => chunk.Copies!.Floats) : 0;

    /// <summary>True if tiles are stored to the output one by one, however the input was read (<see cref="GathersTiles"/>).</summary>
    public bool StoresSingleTiles =>
        TilesX <= NarrowTiles && Phases.Length == 1 && Correlation is { OutStepX: 1, OutStepY: 1 };

    /// <summary>Most rows of tiles that a chunk spans.</summary>
    public int ChunkRows { get; }

    /// <summary>
    /// Floats of a line: the columns of one residue that a chunk's tiles of one row read, or the pixels that they produce. Then slack that
    /// <see cref="TileRow.ToTiles"/> may read, of arbitrary content.
    /// </summary>
    public int LinePitch { get; }

    /// <summary>Distance between points of a row of tiles' lines [point][residue][column].</summary>
    public int PointPitch => Correlation.StrideX * LinePitch;

    /// <summary>Distance between the lines of successive rows of tiles.</summary>
    public int LinesPitch => Points * PointPitch;

    /// <summary>Distance between places of a chunk's transformed input.</summary>
    public int InputPitch { get; }

    /// <summary>Floats of a chunk's transformed input.</summary>
    public long InputFloats => (long)Places * InputPitch;

    /// <summary>Distance between places of a group's products.</summary>
    public int OutputPitch => Phases.Length * GroupPanels * Kernel.Rows * TilePitch;

    /// <summary>Floats of a group's products.</summary>
    public long ProductFloats => (long)Places * OutputPitch;

    /// <summary>Floats of the transformed weight.</summary>
    public long WeightFloats => (long)Places * WeightPitchOf(PhasePanels);

    /// <summary>Panels of filters per phase.</summary>
    public int PhasePanels { get; }

    /// <summary>Panels of each phase in a group: those whose products a task computes at a time.</summary>
    public int GroupPanels { get; }

    public int Groups => DivideUp(PhasePanels, GroupPanels);

    /// <summary>
    /// Panels of each phase in a group that transforms its own weight, see <see cref="WinogradCost.TransformsWeightPerGroup"/>.
    /// </summary>
    public int GroupWeightPanels { get; }

    public ChunkSchedule Schedule => field ??= new ChunkSchedule(this, BlockDepth);

    /// <summary>Offset of each channel of a block; see <see cref="RightFactor"/>.</summary>
    public int[] Offsets { get; }

    /// <summary>Offset of each vector of a chunk's tiles; see <see cref="RightFactor"/>.</summary>
    public int[] Bases { get; }

    /// <summary>Equal for plans that transform a weight in the same way, whatever the size of their images.</summary>
    public WinogradWeightForm WeightForm => field ??= new(
        Points, Taps, Correlation.FilterStride, Correlation.ChannelStride, string.Join(' ', Phases.SelectMany(p => p.WeightTaps)));

    /// <summary>
    /// True if each channel of the weight is one channel in the Winograd domain, and no tap of a phase's grid is missing.
    /// </summary>
    public bool HasAllTaps { get; }

    /// <summary>The taps of a grid in order: 0, 1, 2, …</summary>
    public int[] TapsInOrder { get; }

    /// <summary>
    /// The plans that apply: on six points, and on four for filters of 2 × 2 taps; only the forced one if <paramref name="use"/> forces
    /// one.
    /// </summary>
    public static IReadOnlyList<WinogradPlan> Candidates(Correlation c, MicroKernel kernel, WinogradUse use)
    {
        if (use == WinogradUse.Never || c.Phases.Any(p => p.Taps.Length == 0))
        {
            return [];
        }

        // Extent of the largest phase in each dimension, divided by the stride.
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

    /// <summary>Cost of a forward or data gradient, in multiply-adds at full speed.</summary>
    public double Cost(bool isHeld) => WinogradCost.Of(this, isHeld);

    /// <summary>True if the columns of phases p and p + 1 alternate in the same rows.</summary>
    public bool IsPair(int p) => Correlation.OutStepX == 2 && p + 1 < Phases.Length
        && Phases[p].Left == 0 && Phases[p + 1].Left == 1 && Phases[p].Top == Phases[p + 1].Top && Phases[p].ShiftY == Phases[p + 1].ShiftY;

    /// <summary>Distance between places of a transformed weight with the given number of panels per phase.</summary>
    public int WeightPitchOf(int panels) => OddLines(Phases.Length * panels * Kernel.Rows * Channels);

    /// <summary>The panels of a group.</summary>
    /// <param name="most">panels of each phase in a full group</param>
    public PanelRange PanelsOf(int group, int most) => new(group * most, Math.Min(most, PhasePanels - (group * most)));

    /// <summary>Rounds floats up to an odd number of cache lines, so that successive rows map to different cache sets.</summary>
    public static int OddLines(int count)
    {
        var lines = DivideUp(count, TileRow.Width);
        return (lines % 2 == 0 ? lines + 1 : lines) * TileRow.Width;
    }

    /// <summary>Divides the tiles evenly, in whole vectors.</summary>
    private WinogradChunk[] ChunksOf(int tiles)
    {
        var vectors = DivideUp(tiles, TileRow.Width);
        var chunks = new WinogradChunk[DivideUp(vectors, TilePitch / TileRow.Width)];
        for (var i = 0; i < chunks.Length; i++)
        {
            var first = (int)((long)i * vectors / chunks.Length) * TileRow.Width;
            var end = (int)((i + 1L) * vectors / chunks.Length) * TileRow.Width;
            chunks[i] = new WinogradChunk(this, first, Math.Min(end, tiles));
        }

        return chunks.All(Holds) ? chunks : throw new InvalidOperationException("a chunk of tiles exceeds the memory that its plan allots");
    }

    /// <summary>
    /// True if a chunk's tiles, in whole vectors, and the lines that they are read from stay within the pitches: no reader checks it.
    /// </summary>
    private bool Holds(WinogradChunk chunk) =>
        chunk.Tiles <= TilePitch && TilePitch % Kernel.Lanes == 0 && chunk.Pieces.Length <= ChunkRows
        && chunk.Pieces.All(p => p.Place + RoundUp(p.End - p.First, TileRow.Width) <= ElementPitch
            && ((p.First - p.LineFirst + RoundUp(p.End - p.First, TileRow.Width)) * Outputs) + TileRow.ReadBeyond <= LinePitch
            && ((p.LineEnd - p.LineFirst - 1) * Outputs) + Points <= LinePitch);

    private static int Extent(Tap[] taps, Func<Tap, int> place, int stride) => (taps.Max(place) - taps.Min(place)) / stride + 1;
}

/// <summary>What a transformed weight depends on besides the numbers of the weight.</summary>
/// <param name="WeightTaps">the <see cref="WinogradPhase.WeightTaps"/> of all phases, as text, which compares by value</param>
internal sealed record WinogradWeightForm(int Points, int Taps, int FilterStride, int ChannelStride, string WeightTaps);
