using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// A data gradient with few pixels, as a product that reads every weight once and in memory order:
/// columns [pixel, (c, tap)] = dyᵀ [pixel, k] · w [k, (c, tap)], followed by col2im into dx.
/// Tasks split the channels of dx.
/// </summary>
internal sealed class ColumnGradientPlan
{
    private const int MaxPixels = 256;

    /// <summary>Floats of a task's columns: a part of the L2 cache.</summary>
    private const int Budget = 64 * 1024;

    /// <summary>Floats of a piece of the weight: half of the L1 cache.</summary>
    private const int PieceFloats = 6 * 1024;

    /// <summary>Most rows of a piece: the panel of pixels shares the L1 cache with it.</summary>
    private const int MaxDepth = 256;

    /// <summary>Rows of the weight read in place: they are a power of two apart, and more would not fit in their cache sets.</summary>
    private const int DirectDepth = 16;

    /// <summary>Prefetch distance, in columns, when the weight is read in place.</summary>
    private const int DirectPrefetchDistance = 256;

    /// <summary>Padding of a row: a cache line, since rows a power of two apart would map to few of the cache's sets.</summary>
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
        BlockDepth = Math.Min(g.K, IsDirect ? DirectDepth : Math.Min(PieceFloats / PieceWidth, MaxDepth));
        Bases = MicroKernel.Multiples(kernel.Vectors, of: kernel.Lanes);
        Offsets = MicroKernel.Multiples(BlockDepth, of: IsDirect ? g.C * Taps : PieceWidth);
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

    /// <summary>The weight is read in place: there are so few panels of pixels that copying it first would not pay.</summary>
    public bool IsDirect { get; }

    /// <summary>Prefetch distance in columns.</summary>
    public int PrefetchDistance { get; }

    /// <summary>Rows of a piece of the weight: the depth of one block of the reduction.</summary>
    public int BlockDepth { get; }

    /// <summary>Columns of a piece, and the distance between its rows: the columns of a full tile.</summary>
    public int PieceWidth { get; }

    public int[] Bases { get; }

    public int[] Offsets { get; }

    /// <summary>
    /// Cost in multiply-adds at full speed, for layers bound by pixels rather than by the weight: products run at seven eighths of full
    /// speed; adding an element of a column to its pixel costs 68. Fitted to 32 to 512 channels of images of 4 pixels.
    /// </summary>
    public double Cost => (double)Pixels * Geometry.C * Taps * ((1.15 * Geometry.K) + 68);

    /// <summary>The plan; null for many pixels.</summary>
    public static ColumnGradientPlan? TryCreate(in ConvGeometry g, MicroKernel kernel) =>
        (long)g.N * g.OutH * g.OutW <= MaxPixels ? new ColumnGradientPlan(g, kernel) : null;
}
