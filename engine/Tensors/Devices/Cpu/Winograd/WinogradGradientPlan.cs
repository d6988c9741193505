using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// A weight gradient by Winograd's algorithm, on the tiles of <see cref="WinogradPlan"/>: transposed transforms bring dy to the Winograd
/// domain and the gradient back, and the reduction over pixels becomes one over tiles. With stride s each of the s² residues of x is a
/// separate image, whose gradient is r × r of the filter's taps. The gradient in the Winograd domain, four to nine times as large as dw,
/// is never stored as a whole: a block of filters and a group of channels are computed at all places at once and transformed to taps while
/// they are in the cache.
/// </summary>
internal sealed class WinogradGradientPlan
{
    /// <summary>Target number of vectors of channels and residues in a group.</summary>
    private const int TargetVectors = 4;

    /// <summary>Most floats of a group's transformed input: larger ones are reduced in chunks of tiles.</summary>
    private const int ChunkFloats = 640 * 1024;

    /// <summary>Floats of a block's gradient in the Winograd domain: a good half of an L2 cache.</summary>
    private const int BlockFloats = 160 * 1024;

    /// <summary>The number of blocks is rounded up to a multiple of this, so that two threads have equal work.</summary>
    private const int BlockMultiple = 2;

    private WinogradGradientPlan(in ConvGeometry g, PadMode border, MicroKernel kernel, int taps, int points)
    {
        Geometry = g;
        Border = Border.Of(border, g);
        Kernel = kernel;
        Taps = taps;
        Points = points;
        Places = points * points;
        Outputs = points + 1 - taps;
        Residues = g.StrideH * g.StrideW;
        TilesX = DivideUp(g.OutW, Outputs);
        TilesY = DivideUp(g.OutH, Outputs);
        TileRows = TilesY * g.N;

        var sets = DivideUp(g.C, TileRow.Width);
        Groups = DivideUp(sets, Math.Max(1, TargetVectors / Residues));
        GroupSets = DivideUp(sets, Groups);
        ColumnPitch = GroupSets * Residues * TileRow.Width;
        ChunkRows = Math.Clamp(ChunkFloats / (Places * ColumnPitch * TilesX), 1, TileRows);
        ChunkRows = DivideUp(TileRows, DivideUp(TileRows, ChunkRows));
        var tiles = ChunkRows * TilesX;
        VectorPitch = WinogradPlan.OddLines(tiles * TileRow.Width);
        InputPitch = GroupSets * Residues * VectorPitch;

        Panels = DivideUp(g.K, kernel.Rows);
        var mostPanels = Math.Max(1, BlockFloats / (Places * ColumnPitch * kernel.Rows));
        Blocks = Math.Min(RoundUp(DivideUp(Panels, mostPanels), BlockMultiple), Panels);
        BlockPanels = DivideUp(Panels, Blocks);
        PanelPitch = tiles * kernel.Rows;
        OutputPitch = WinogradPlan.OddLines(Panels * PanelPitch);
        PlacePitch = WinogradPlan.OddLines(BlockPanels * kernel.Rows * ColumnPitch);
        Offsets = MicroKernel.Multiples(tiles, of: TileRow.Width);

        Runs = [.. Enumerable.Range(0, Places).Select(RunsAt)];
        Bases = GC.AllocateArray<int>(ColumnPitch / kernel.Lanes, pinned: true);
        for (var v = 0; v < Bases.Length; v++)
        {
            var (vector, lane) = Math.DivRem(v * kernel.Lanes, TileRow.Width);
            Bases[v] = (vector * VectorPitch) + lane;
        }
    }

    public ConvGeometry Geometry { get; }

    /// <summary>Border of x; null for zeros.</summary>
    public Border? Border { get; }

    public MicroKernel Kernel { get; }

    /// <summary>r: rows and columns of a residue's filter.</summary>
    public int Taps { get; }

    /// <summary>n: rows and columns of x in a tile, and of a transformed tile.</summary>
    public int Points { get; }

    /// <summary>n²: elements of a transformed tile, called places.</summary>
    public int Places { get; }

    /// <summary>m: rows and columns of dy in a tile.</summary>
    public int Outputs { get; }

    /// <summary>Residues of the stride.</summary>
    public int Residues { get; }

    public int TilesX { get; }

    public int TilesY { get; }

    /// <summary>Rows of tiles in all images.</summary>
    public int TileRows { get; }

    /// <summary>Rows of tiles reduced at a time.</summary>
    public int ChunkRows { get; }

    /// <summary>True if the sum of all tiles in float32 is too long: that of each chunk is then added to the others'.</summary>
    public bool IsLong => TileRows * TilesX > 8192;

    /// <summary>Groups of channels.</summary>
    public int Groups { get; }

    /// <summary>Sets of sixteen channels in a full group.</summary>
    public int GroupSets { get; }

    /// <summary>Panels of filters.</summary>
    public int Panels { get; }

    /// <summary>Blocks, among which the panels are divided evenly.</summary>
    public int Blocks { get; }

    /// <summary>Most panels of a block.</summary>
    public int BlockPanels { get; }

    /// <summary>
    /// Distance between vectors of a group's transformed x [place][vector][tile][lane]; a vector is sixteen channels of one residue,
    /// residue innermost.
    /// </summary>
    public int VectorPitch { get; }

    /// <summary>Distance between places of a group's transformed x.</summary>
    public int InputPitch { get; }

    /// <summary>Distance between panels of the transformed dy [place][panel][tile][row].</summary>
    public int PanelPitch { get; }

    /// <summary>Distance between places of the transformed dy.</summary>
    public int OutputPitch { get; }

    /// <summary>Distance between filters of a block's gradient [place][filter][vector, lane].</summary>
    public int ColumnPitch { get; }

    /// <summary>Distance between places of a block's gradient.</summary>
    public int PlacePitch { get; }

    /// <summary>Floats of a block's gradient in the Winograd domain.</summary>
    public int BlockSize => Places * PlacePitch;

    public int[] Offsets { get; }

    public int[] Bases { get; }

    /// <summary>The vectors of a full group that are multiplied at each place.</summary>
    public (int First, int End)[][] Runs { get; }

    /// <summary>The first panel of a block.</summary>
    public int FirstPanel(int block) => (int)((long)block * Panels / Blocks);

    /// <summary>Sets of sixteen channels of a group; the last group may have fewer.</summary>
    public int SetsOf(int group) => Math.Min(GroupSets, DivideUp(Geometry.C, TileRow.Width) - (group * GroupSets));

    /// <summary>
    /// The plans that apply: on six points, and on four and three for filters of 2 × 2 taps; only the forced one if <paramref name="use"/>
    /// forces one.
    /// </summary>
    public static IReadOnlyList<WinogradGradientPlan> Candidates(ConvGeometry g, PadMode border, MicroKernel kernel, WinogradUse use)
    {
        var taps = Math.Max(DivideUp(g.KernelH, g.StrideH), DivideUp(g.KernelW, g.StrideW));
        if (use == WinogradUse.Never || g is not { DilationH: 1, DilationW: 1 } || taps is < 2 or > 4)
        {
            return [];
        }

        int[] points = (taps, use) switch
        {
            (> 2, _) or (_, WinogradUse.WhereverPossible) => [SixPoints.Count],
            (_, WinogradUse.WhereverPossibleOnFourPoints) => [FourPoints.Count],
            (_, WinogradUse.WhereverPossibleOnThreePoints) => [ThreePoints.Count],
            _ => [SixPoints.Count, FourPoints.Count, ThreePoints.Count],
        };
        return Array.ConvertAll(points, n => new WinogradGradientPlan(g, border, kernel, taps, n));
    }

    /// <summary>
    /// True if a residue's gradient depends on a place: if it has fewer taps than another residue, infinity contributes nothing, since it
    /// belongs to the highest tap alone.
    /// </summary>
    private bool IsNeeded(int place, int residue)
    {
        var g = Geometry;
        return (place / Points < Points - 1 || DivideUp(g.KernelH - residue / g.StrideW, g.StrideH) == Taps)
            && (place % Points < Points - 1 || DivideUp(g.KernelW - residue % g.StrideW, g.StrideW) == Taps);
    }

    private (int First, int End)[] RunsAt(int place)
    {
        var runs = new List<(int First, int End)>();
        for (var vector = 0; vector < GroupSets * Residues; vector++)
        {
            if (IsNeeded(place, vector % Residues))
            {
                if (runs.Count > 0 && runs[^1].End == vector)
                {
                    runs[^1] = (runs[^1].First, vector + 1);
                }
                else
                {
                    runs.Add((vector, vector + 1));
                }
            }
        }

        return [.. runs];
    }

    /// <summary>
    /// Cost in multiply-adds at full speed, within a seventh of the measured times of U-Net's, ResNet's and PatchGAN's layers on a core
    /// with AVX-512: products run at nine tenths of full speed; transforming an element of x or dy costs 30, an element of the gradient 18.
    /// </summary>
    public double Cost
    {
        get
        {
            var (filters, channels, tiles) = ((double)Geometry.K, (double)Groups * ColumnPitch, (double)TileRows * TilesX);
            var products = filters * Groups * TileRow.Width * Runs.Sum(runs => runs.Sum(run => run.End - run.First)) * tiles;
            return (1.1 * products) + (Places * ((30 * (filters + channels) * tiles) + (18 * filters * channels)));
        }
    }
}
