using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.SixPoints;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// How the weight gradient of a stride-1 r × r convolution is computed on the tiles of <see cref="WinogradPlan"/>: the transposes of its
/// transforms bring dy to the points and the gradient back from them, and the reduction over pixels becomes one over tiles.
/// </summary>
internal sealed class WinogradGradientPlan
{
    /// <summary>Tiles reduced at a time.</summary>
    private const int ChunkTiles = 256;

    private WinogradGradientPlan(in ConvGeometry g, MicroKernel kernel)
    {
        Geometry = g;
        Kernel = kernel;
        Taps = g.KernelH;
        Outputs = Points + 1 - Taps;
        TilesX = DivideUp(g.OutW, Outputs);
        TilesY = DivideUp(g.OutH, Outputs);
        TileRows = TilesY * g.N;
        ChunkRows = DivideUp(TileRows, DivideUp(TileRows * TilesX, ChunkTiles));
        ChannelPitch = WinogradPlan.OddLines(g.C);
        Panels = DivideUp(g.K, kernel.Rows);
        Vectors = DivideUp(g.C, kernel.Lanes);
        var tiles = ChunkRows * TilesX;
        InputPitch = WinogradPlan.OddLines(tiles * ChannelPitch);
        OutputPitch = WinogradPlan.OddLines(tiles * Panels * kernel.Rows);
        WeightPitch = WinogradPlan.OddLines(Panels * kernel.Rows * ChannelPitch);
        Scales = [.. Enumerable.Range(0, Places).Select(place => Scale(place / Points) * Scale(place % Points))];
        Offsets = GC.AllocateArray<int>(tiles, pinned: true);
        for (var t = 0; t < tiles; t++)
        {
            Offsets[t] = t * ChannelPitch;
        }

        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        for (var v = 0; v < Vectors; v++)
        {
            Bases[v] = v * kernel.Lanes;
        }
    }

    public ConvGeometry Geometry { get; }

    public MicroKernel Kernel { get; }

    /// <summary>r: rows and columns of the filter.</summary>
    public int Taps { get; }

    /// <summary>m: rows and columns of dy in a tile.</summary>
    public int Outputs { get; }

    public int TilesX { get; }

    public int TilesY { get; }

    /// <summary>Rows of tiles in all images.</summary>
    public int TileRows { get; }

    public int ChunkRows { get; }

    /// <summary>From one tile's or filter's channels to the next.</summary>
    public int ChannelPitch { get; }

    public int Panels { get; }

    /// <summary>Vectors of channels.</summary>
    public int Vectors { get; }

    /// <summary>From one place to the next of x [tile][channel], dy [panel][tile][row] and dw [filter][channel].</summary>
    public int InputPitch { get; }

    public int OutputPitch { get; }

    public int WeightPitch { get; }

    /// <summary>What Gᵀ owes at each place.</summary>
    public float[] Scales { get; }

    public int[] Offsets { get; }

    public int[] Bases { get; }

    /// <summary>The plan, or null where the filter has another shape or, unless <paramref name="use"/> insists, the direct way is as fast.</summary>
    public static WinogradGradientPlan? TryCreate(in ConvGeometry g, MicroKernel kernel, WinogradUse use)
    {
        if (use == WinogradUse.Never || g is not { StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, KernelH: >= 2 and <= 4 } || g.KernelH != g.KernelW)
        {
            return null;
        }

        var plan = new WinogradGradientPlan(g, kernel);
        return use >= WinogradUse.WhereverPossible || WinogradPlan.Pays(g.K, g.C, (long)plan.TileRows * plan.TilesX, g.Flops / 2.0)
            ? plan
            : null;
    }
}
