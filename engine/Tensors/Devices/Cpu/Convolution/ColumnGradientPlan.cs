using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// A data gradient with few pixels, as a product that reads every weight once and in the order in which it lies:
/// columns [pixel, (c, tap)] = dyᵀ [pixel, k] · w [k, (c, tap)], each column then added to the pixel of dx that its tap touches.
/// Tasks own channels of dx.
/// </summary>
internal sealed class ColumnGradientPlan
{
    private const int MostPixels = 256;

    /// <summary>Floats of a task's columns: a part of the second-level cache.</summary>
    private const int Budget = 64 * 1024;

    /// <summary>Floats of the piece of the weight that is worked on: half of the first-level cache.</summary>
    private const int PieceFloats = 6 * 1024;

    /// <summary>Most rows of a piece: those of the pixels' panel lie in the first-level cache beside it.</summary>
    private const int MostDepth = 256;

    /// <summary>Rows of the weight that are read where they lie, being a power of two apart: more would not fit their sets.</summary>
    private const int DirectDepth = 16;

    /// <summary>Columns between those that are read where they lie and those asked for.</summary>
    private const int DirectPrefetchDistance = 256;

    /// <summary>Floats between rows: a cache line, since rows a power of two apart share a few of the cache's sets.</summary>
    private const int Padding = 16;

    private ColumnGradientPlan(in ConvGeometry g, MicroKernel kernel)
    {
        Geometry = g;
        Taps = g.KernelH * g.KernelW;
        Pixels = g.N * g.OutH * g.OutW;
        kernel = kernel.For(Pixels);
        Kernel = kernel;
        Panels = DivideUp(Pixels, kernel.Rows);
        TaskChannels = Math.Clamp(Math.Clamp(Budget / Pixels, 256, 1024) / Taps, 1, g.C);
        Tasks = DivideUp(g.C, TaskChannels);
        ColumnPitch = RoundUp(TaskChannels * Taps, kernel.Lanes) + Padding;
        PieceWidth = kernel.Vectors * kernel.Lanes;
        IsDirect = Panels <= 2 && Taps % kernel.Lanes == 0;
        PrefetchDistance = IsDirect ? DirectPrefetchDistance : PieceWidth;
        BlockDepth = Math.Min(g.K, IsDirect ? DirectDepth : Math.Min(PieceFloats / PieceWidth, MostDepth));
        Bases = GC.AllocateArray<int>(kernel.Vectors, pinned: true);
        for (var v = 0; v < Bases.Length; v++)
        {
            Bases[v] = v * kernel.Lanes;
        }

        Offsets = GC.AllocateArray<int>(BlockDepth, pinned: true);
        for (var k = 0; k < BlockDepth; k++)
        {
            Offsets[k] = k * (IsDirect ? g.C * Taps : PieceWidth);
        }
    }

    public ConvGeometry Geometry { get; }

    public MicroKernel Kernel { get; }

    public int Taps { get; }

    /// <summary>Pixels of dy in all images.</summary>
    public int Pixels { get; }

    public int Panels { get; }

    public int TaskChannels { get; }

    public int Tasks { get; }

    public int ColumnPitch { get; }

    /// <summary>Each number of the weight meets so few panels of pixels that it is not copied first.</summary>
    public bool IsDirect { get; }

    /// <summary>Columns between those that are multiplied and those asked for.</summary>
    public int PrefetchDistance { get; }

    /// <summary>Rows of a piece of the weight: those of one block of the reduction.</summary>
    public int BlockDepth { get; }

    /// <summary>Columns of a piece, and from one of its rows to the next: those of a full tile.</summary>
    public int PieceWidth { get; }

    public int[] Bases { get; }

    public int[] Offsets { get; }

    /// <summary>
    /// In multiply-adds at full speed, where pixels rather than the weight take the time: products run at seven eighths of it, adding a
    /// number of a column to its pixel takes as long as 68. Fitted to 32 to 512 channels of pictures of 4 pixels.
    /// </summary>
    public double Cost => (double)Pixels * Geometry.C * Taps * ((1.15 * Geometry.K) + 68);

    /// <summary>The plan, or null for many pixels.</summary>
    public static ColumnGradientPlan? TryCreate(in ConvGeometry g, MicroKernel kernel) =>
        (long)g.N * g.OutH * g.OutW <= MostPixels ? new ColumnGradientPlan(g, kernel) : null;
}
