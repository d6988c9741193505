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

    /// <summary>Floats of a task's columns, and of the piece of the weight it works on: each a part of the second-level cache.</summary>
    private const int Budget = 64 * 1024;

    /// <summary>Floats between rows: a cache line, since rows a power of two apart share a few of the cache's sets.</summary>
    private const int Padding = 16;

    /// <summary>Rows of the weight that are read where they lie, being a power of two apart: more would not fit their sets.</summary>
    private const int DirectDepth = 16;

    private ColumnGradientPlan(in ConvGeometry g, MicroKernel kernel)
    {
        Geometry = g;
        Kernel = kernel;
        Taps = g.KernelH * g.KernelW;
        Pixels = g.N * g.OutH * g.OutW;
        Panels = DivideUp(Pixels, kernel.Rows);
        TaskChannels = Math.Clamp(Math.Clamp(Budget / Pixels, 256, 1024) / Taps, 1, g.C);
        Tasks = DivideUp(g.C, TaskChannels);
        Vectors = DivideUp(TaskChannels * Taps, kernel.Lanes);
        ColumnPitch = Vectors * kernel.Lanes + Padding;
        IsDirect = Panels <= 2 && Taps % kernel.Lanes == 0;
        BlockDepth = Math.Min(g.K, IsDirect ? DirectDepth : Math.Clamp(Budget / Vectors / kernel.Lanes, 64, 128));
        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        for (var v = 0; v < Vectors; v++)
        {
            Bases[v] = v * kernel.Lanes;
        }

        Offsets = GC.AllocateArray<int>(BlockDepth, pinned: true);
        for (var k = 0; k < BlockDepth; k++)
        {
            Offsets[k] = k * (IsDirect ? g.C * Taps : ColumnPitch);
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

    public int Vectors { get; }

    public int ColumnPitch { get; }

    /// <summary>Each number of the weight meets one panel of pixels only: it is not copied first.</summary>
    public bool IsDirect { get; }

    public int BlockDepth { get; }

    public int[] Bases { get; }

    public int[] Offsets { get; }

    /// <summary>The plan, or null for many pixels, or where most columns would fall outside dx.</summary>
    public static ColumnGradientPlan? TryCreate(in ConvGeometry g, MicroKernel kernel)
    {
        if ((long)g.N * g.OutH * g.OutW > MostPixels)
        {
            return null;
        }

        return new ColumnGradientPlan(g, kernel);
    }
}
