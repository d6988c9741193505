using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.PointTransforms;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The outputs of one <see cref="Phase"/>, on the grid that all phases share.</summary>
/// <param name="Top">first output row</param>
/// <param name="Left">first output column</param>
/// <param name="ShiftY">grid row of that output row</param>
/// <param name="ShiftX">grid column of that output column</param>
/// <param name="WeightTaps">[residue, r, r]: places in the weight, −1 where the filter has no tap</param>
internal sealed record WinogradPhase(int Top, int Left, int ShiftY, int ShiftX, int[] WeightTaps);

/// <summary>
/// How a correlation is computed on tiles of m × m outputs with r × r taps, m = 7 − r, at 36 multiplications a tile, channel and
/// filter where the direct way needs m² r². A filter with stride s is r × r in each of the s² residues of the input, which become channels of their
/// own; the s² phases of a strided data gradient become filters of their own, on one grid.
/// </summary>
internal sealed class WinogradPlan
{
    /// <summary>Tiles of a chunk: their transforms should stay in the last-level cache.</summary>
    private const int ChunkTiles = 128;

    /// <summary>Reduction steps of a block of the products.</summary>
    private const int BlockDepth = 256;

    private WinogradPlan(Correlation c, MicroKernel kernel, int taps)
    {
        Correlation = c;
        Kernel = kernel;
        Taps = taps;
        Outputs = Points + 1 - taps;
        Residues = c.StrideY * c.StrideX;
        Top = c.Phases.Min(p => p.Taps.Min(t => t.Y));
        Left = c.Phases.Min(p => p.Taps.Min(t => t.X));
        Phases = [.. c.Phases.Select(OnGrid)];
        TilesX = DivideUp(Phases.Max(p => p.ShiftX) + c.Columns, Outputs);
        TilesY = DivideUp(Phases.Max(p => p.ShiftY) + c.Rows, Outputs);
        TileRows = TilesY * c.Images;
        ChunkRows = DivideUp(TileRows, DivideUp(TileRows * TilesX, ChunkTiles));
        RowWidth = RoundUp(TilesX, Width) * Outputs + Points + 2;

        // Whole vectors are stored from every tile row's start; an odd number of cache lines spreads columns over the cache's sets.
        TilePitch = OddLines((ChunkRows - 1) * TilesX + RoundUp(TilesX, Width));
        Channels = c.Channels * Residues;
        PhasePanels = DivideUp(c.Filters, kernel.Rows);
        Panels = PhasePanels * Phases.Length;
        InputPitch = OddLines(Channels * TilePitch);
        OutputPitch = OddLines(Panels * kernel.Rows * TilePitch);
        WeightPitch = OddLines(Panels * kernel.Rows * Channels);
        ReadsOnlyInside = Residues == 1 && Top >= 0 && Left >= 0
            && Top + (TilesY - 1) * Outputs + Points <= c.InH && Left + (TilesX - 1) * Outputs + Points <= c.InW;
        IsDense = Residues == 1 && Phases.Length == 1 && Phases[0].WeightTaps.Order().SequenceEqual(Enumerable.Range(0, taps * taps));
        Scales = [.. Enumerable.Range(0, Places).Select(place => Scale(place / Points) * Scale(place % Points))];
        BlockChannels = Math.Min(BlockDepth, Channels);
        Offsets = GC.AllocateArray<int>(BlockChannels, pinned: true);
        for (var k = 0; k < BlockChannels; k++)
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

    /// <summary>Channels in the transformed domain: residue innermost.</summary>
    public int Channels { get; }

    /// <summary>r: rows and columns of the filter.</summary>
    public int Taps { get; }

    /// <summary>m: rows and columns of a tile's outputs.</summary>
    public int Outputs { get; }

    /// <summary>Input row and column that the first tap of the grid's first output reads.</summary>
    public int Top { get; }

    public int Left { get; }

    public int TilesX { get; }

    public int TilesY { get; }

    /// <summary>Rows of tiles in all images.</summary>
    public int TileRows { get; }

    /// <summary>Rows of tiles worked on at a time.</summary>
    public int ChunkRows { get; }

    /// <summary>Floats of an input row that the tiles of one row read, with room for whole vectors.</summary>
    public int RowWidth { get; }

    /// <summary>From one channel's or filter's tiles to the next.</summary>
    public int TilePitch { get; }

    /// <summary>From one place of the transformed tiles to the next, for input, output and weight.</summary>
    public int InputPitch { get; }

    public int OutputPitch { get; }

    public int WeightPitch { get; }

    /// <summary>Panels of one phase, and of all.</summary>
    public int PhasePanels { get; }

    public int Panels { get; }

    public int BlockChannels { get; }

    /// <summary>What G owes at each place.</summary>
    public float[] Scales { get; }

    public int[] Offsets { get; }

    public int[] Bases { get; }

    /// <summary>True if every tile lies inside the input, so that its rows are read in place.</summary>
    public bool ReadsOnlyInside { get; }

    /// <summary>True if weights may be packed without looking for missing taps.</summary>
    public bool IsDense { get; }

    /// <summary>The plan, or null where the filter has another shape or, unless <paramref name="use"/> insists, the direct way is as fast.</summary>
    public static WinogradPlan? TryCreate(Correlation c, MicroKernel kernel, WinogradUse use)
    {
        if (use == WinogradUse.Never || c.Phases.Any(p => p.Taps.Length == 0))
        {
            return null;
        }

        // Extent of the widest phase in each direction, the stride taken out.
        var taps = Math.Max(c.Phases.Max(p => Extent(p.Taps, t => t.Y, c.StrideY)), c.Phases.Max(p => Extent(p.Taps, t => t.X, c.StrideX)));
        if (taps is < 2 or > 4)
        {
            return null;
        }

        var plan = new WinogradPlan(c, kernel, taps);
        if (use == WinogradUse.WhereverPossible)
        {
            return plan;
        }

        // Taking a strided image apart costs what its products save: never measured to gain.
        if (plan.Residues > 1)
        {
            return null;
        }

        var direct = (double)c.Filters * c.Channels * c.Phases.Sum(p => p.Taps.Length) * c.Images * c.Rows * c.Columns;
        return Pays(c.Filters * c.Phases.Length, plan.Channels, (long)plan.TileRows * plan.TilesX, direct) ? plan : null;
    }

    /// <summary>
    /// True if the transformed way is clearly cheaper than <paramref name="direct"/> multiply-adds. Transforming one element of a weight costs
    /// about as much as 40 multiply-adds at full speed, one of a tile of input or output as 50.
    /// </summary>
    public static bool Pays(int filters, int channels, long tiles, double direct)
    {
        var cost = Places * ((double)filters * channels * (tiles + 40) + ((double)filters + channels) * tiles * 50);
        return cost < 0.8 * direct;
    }

    public static int OddLines(int count)
    {
        var lines = DivideUp(count, Width);
        return (lines % 2 == 0 ? lines + 1 : lines) * Width;
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
