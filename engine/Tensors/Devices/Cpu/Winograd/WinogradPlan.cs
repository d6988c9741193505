using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.PointTransforms;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// How a stride-1 correlation with a dense r × r filter is computed on tiles of m × m outputs, m = 7 − r, with 36 multiplications a tile,
/// channel and filter where the direct way needs m² r² (144 for 3 × 3 and 4 × 4).
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
        Phase = c.Phases[0];
        Top = Phase.Taps.Min(t => t.Y);
        Left = Phase.Taps.Min(t => t.X);
        WeightTaps = [.. Phase.Taps.OrderBy(t => (t.Y, t.X)).Select(t => t.Weight)];
        TilesX = DivideUp(c.Columns, Outputs);
        TilesY = DivideUp(c.Rows, Outputs);
        TileRows = TilesY * c.Images;
        ChunkRows = DivideUp(TileRows, DivideUp(TileRows * TilesX, ChunkTiles));
        RowWidth = RoundUp(TilesX, Width) * Outputs + Points + 2;

        // Whole vectors are stored from every tile row's start; an odd number of cache lines spreads columns over the cache's sets.
        TilePitch = OddLines((ChunkRows - 1) * TilesX + RoundUp(TilesX, Width));
        InputPitch = OddLines(c.Channels * TilePitch);
        Panels = DivideUp(c.Filters, kernel.Rows);
        OutputPitch = OddLines(Panels * kernel.Rows * TilePitch);
        WeightPitch = OddLines(Panels * kernel.Rows * c.Channels);
        Scales = [.. Enumerable.Range(0, Places).Select(place => Scale(place / Points) * Scale(place % Points))];
        BlockChannels = Math.Min(BlockDepth, c.Channels);
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

    public Phase Phase { get; }

    /// <summary>r: rows and columns of the filter.</summary>
    public int Taps { get; }

    /// <summary>m: rows and columns of a tile's outputs.</summary>
    public int Outputs { get; }

    /// <summary>First input row and column of the first tile.</summary>
    public int Top { get; }

    public int Left { get; }

    /// <summary>Places in the weight of the filter's elements, row by row of the input that they read.</summary>
    public int[] WeightTaps { get; }

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

    public int Panels { get; }

    public int BlockChannels { get; }

    public int[] Offsets { get; }

    /// <summary>What G owes at each place.</summary>
    public float[] Scales { get; }

    public int[] Bases { get; }

    /// <summary>The plan, or null where the filter has another shape or the direct way is as fast.</summary>
    public static WinogradPlan? TryCreate(Correlation c, MicroKernel kernel)
    {
        var taps = Side(c.Phases[0].Taps);
        if (c is not { StrideX: 1, StrideY: 1, OutStepX: 1, OutStepY: 1 } || taps is not (3 or 4))
        {
            return null;
        }

        var plan = new WinogradPlan(c, kernel, taps);
        return Pays(c.Filters, c.Channels, (long)plan.TileRows * plan.TilesX, taps, (long)c.Images * c.Rows * c.Columns) ? plan : null;
    }

    /// <summary>
    /// True if the transformed way is clearly cheaper. Transforming one element of a weight costs about as much as 12 multiply-adds at full
    /// speed, one of a tile of input or output as 32.
    /// </summary>
    public static bool Pays(int filters, int channels, long tiles, int taps, long pixels)
    {
        var pairs = (double)filters * channels;
        var cost = Places * (pairs * (tiles + 12) + ((double)filters + channels) * tiles * 32);
        return cost < 0.75 * pairs * taps * taps * pixels;
    }

    public static int OddLines(int count)
    {
        var lines = DivideUp(count, Width);
        return (lines % 2 == 0 ? lines + 1 : lines) * Width;
    }

    /// <summary>Rows and columns of a dense square filter; 0 for any other.</summary>
    private static int Side(Tap[] taps)
    {
        if (taps.Length == 0)
        {
            return 0;
        }

        var (top, left) = (taps.Min(t => t.Y), taps.Min(t => t.X));
        var side = taps.Max(t => t.Y) - top + 1;
        return side == taps.Max(t => t.X) - left + 1 && side * side == taps.Length ? side : 0;
    }
}
