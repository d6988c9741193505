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

    /// <summary>Columns to a task: contiguous pieces of the weight's rows, long enough for the prefetcher.</summary>
    private const int TaskColumns = 512;

    private const int MostBlockDepth = 128;

    private ColumnGradientPlan(in ConvGeometry g, MicroKernel kernel)
    {
        Geometry = g;
        Kernel = kernel;
        Taps = g.KernelH * g.KernelW;
        Pixels = g.N * g.OutH * g.OutW;
        Panels = DivideUp(Pixels, kernel.Rows);
        TaskChannels = Math.Min(g.C, Math.Max(TaskColumns / Taps, 1));
        Tasks = DivideUp(g.C, TaskChannels);
        Vectors = DivideUp(TaskChannels * Taps, kernel.Lanes);
        ColumnPitch = Vectors * kernel.Lanes;
        BlockDepth = Math.Min(g.K, MostBlockDepth);
        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        for (var v = 0; v < Vectors; v++)
        {
            Bases[v] = v * kernel.Lanes;
        }

        Offsets = GC.AllocateArray<int>(BlockDepth, pinned: true);
        for (var k = 0; k < BlockDepth; k++)
        {
            Offsets[k] = k * ColumnPitch;
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
