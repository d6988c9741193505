using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// How a weight gradient is computed on the tiles of <see cref="WinogradPlan"/>: the transposes of its transforms bring dy to the points
/// and the gradient back from them, and the reduction over pixels becomes one over tiles. With stride s each of the s² residues of x is an
/// image of its own, whose gradient is r × r of the filter's taps. The gradient at the points, four to nine times as big as dw, never
/// exists as a whole: a block of filters and a group of channels go through all places at once, and back to taps while they are in the
/// cache.
/// </summary>
internal sealed class WinogradGradientPlan
{
    /// <summary>Vectors of channels and residues in a group.</summary>
    private const int AimedVectors = 4;

    /// <summary>Floats of a group's input at the points: tiles beyond that are reduced a chunk at a time.</summary>
    private const int ChunkFloats = 640 * 1024;

    /// <summary>Floats of a block's gradient at the points: a good half of a second-level cache.</summary>
    private const int BlockFloats = 160 * 1024;

    /// <summary>Blocks come in multiples of as many, so that two threads have the same to do.</summary>
    private const int LeastBlocks = 2;

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
        Groups = DivideUp(sets, Math.Max(1, AimedVectors / Residues));
        GroupSets = DivideUp(sets, Groups);
        ColumnPitch = GroupSets * Residues * TileRow.Width;
        ChunkRows = Math.Clamp(ChunkFloats / (Places * ColumnPitch * TilesX), 1, TileRows);
        ChunkRows = DivideUp(TileRows, DivideUp(TileRows, ChunkRows));
        var tiles = ChunkRows * TilesX;
        VectorPitch = WinogradPlan.OddLines(tiles * TileRow.Width);
        InputPitch = GroupSets * Residues * VectorPitch;

        Panels = DivideUp(g.K, kernel.Rows);
        var mostPanels = Math.Max(1, BlockFloats / (Places * ColumnPitch * kernel.Rows));
        Blocks = Math.Min(RoundUp(DivideUp(Panels, mostPanels), LeastBlocks), Panels);
        BlockPanels = DivideUp(Panels, Blocks);
        PanelPitch = tiles * kernel.Rows;
        OutputPitch = WinogradPlan.OddLines(Panels * PanelPitch);
        PlacePitch = WinogradPlan.OddLines(BlockPanels * kernel.Rows * ColumnPitch);
        Offsets = GC.AllocateArray<int>(tiles, pinned: true);
        for (var t = 0; t < tiles; t++)
        {
            Offsets[t] = t * TileRow.Width;
        }

        Runs = [.. Enumerable.Range(0, Places).Select(RunsAt)];
        Bases = GC.AllocateArray<int>(ColumnPitch / kernel.Lanes, pinned: true);
        for (var v = 0; v < Bases.Length; v++)
        {
            var (vector, lane) = Math.DivRem(v * kernel.Lanes, TileRow.Width);
            Bases[v] = (vector * VectorPitch) + lane;
        }
    }

    public ConvGeometry Geometry { get; }

    /// <summary>What lies around x if not zeros.</summary>
    public Border? Border { get; }

    public MicroKernel Kernel { get; }

    /// <summary>r: rows and columns of a residue's filter.</summary>
    public int Taps { get; }

    /// <summary>n: rows and columns of x in a tile, and of a transformed tile.</summary>
    public int Points { get; }

    /// <summary>Elements of a transformed tile.</summary>
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

    /// <summary>Groups of channels, and the sets of sixteen that make a whole one.</summary>
    public int Groups { get; }

    public int GroupSets { get; }

    /// <summary>Panels of filters, blocks among which they are shared out evenly, and the most panels of one.</summary>
    public int Panels { get; }

    public int Blocks { get; }

    public int BlockPanels { get; }

    /// <summary>
    /// From one vector (sixteen channels of one residue, residue innermost) and place to the next of a group's x
    /// [place][vector][tile][lane].
    /// </summary>
    public int VectorPitch { get; }

    public int InputPitch { get; }

    /// <summary>From one panel and place to the next of dy [place][panel][tile][row].</summary>
    public int PanelPitch { get; }

    public int OutputPitch { get; }

    /// <summary>From one filter and place to the next of a block's gradient [place][filter][vector, lane].</summary>
    public int ColumnPitch { get; }

    public int PlacePitch { get; }

    /// <summary>Floats of a block's gradient at the points.</summary>
    public int BlockSize => Places * PlacePitch;

    public int[] Offsets { get; }

    public int[] Bases { get; }

    /// <summary>Which vectors of a whole group are multiplied at each place.</summary>
    public (int First, int End)[][] Runs { get; }

    /// <summary>The first panel of a block.</summary>
    public int FirstPanel(int block) => (int)((long)block * Panels / Blocks);

    /// <summary>The sets of sixteen channels that a group has: the last may have fewer.</summary>
    public int SetsOf(int group) => Math.Min(GroupSets, DivideUp(Geometry.C, TileRow.Width) - (group * GroupSets));

    /// <summary>
    /// The plans that apply: on six points, for filters of 2 × 2 taps on four and three as well; the one that <paramref name="use"/>
    /// insists on, if it does.
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
    /// True if a residue's gradient comes back from a place: where it has fewer taps than another, infinity, the point of the highest tap
    /// alone, adds nothing.
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
    /// In multiply-adds at full speed, to within a seventh of what U-Net's, ResNet's and PatchGAN's layers take on a core with AVX-512:
    /// products run at nine tenths of it, bringing an element of x or dy to the points takes as long as 30, an element of the gradient back
    /// from them as long as 18.
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
