using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// How a weight gradient dw [K, C, KH, KW] = Σ over pixels of dy [K, pixel] · x [pixel, (C, tap)] is cut: filters × channels among tasks,
/// pixels into bands that the caches hold, and, where that leaves too few tasks, pixels among tasks too, to be added up in order afterwards.
/// </summary>
internal sealed class WeightGradientPlan
{
    private const int BandPixels = 256;

    /// <summary>Tasks aimed at.</summary>
    private const int Tasks = 16;

    public WeightGradientPlan(in ConvGeometry g, MicroKernel kernel)
    {
        kernel = kernel.For(g.K);
        Geometry = g;
        Kernel = kernel;
        Taps = g.KernelH * g.KernelW;
        var rowsPadded = RoundUp(g.K, kernel.Rows);
        ChannelLast = RoundUp(g.C, kernel.Lanes) <= 1.25 * g.C;
        if (ChannelLast)
        {
            TaskChannels = g.C >= 8 * kernel.Lanes ? 2 * kernel.Lanes : kernel.Lanes;
            ColumnPitch = Taps * TaskChannels;
        }
        else
        {
            TaskChannels = g.C;
            ColumnPitch = RoundUp(TaskChannels * Taps, kernel.Lanes);
        }

        ChannelTasks = DivideUp(g.C, TaskChannels);
        var filterTasks = DivideUp(Tasks, ChannelTasks);
        TaskFilters = Math.Min(rowsPadded, Math.Max(RoundUp(DivideUp(g.K, filterTasks), kernel.Rows), RoundUp(32, kernel.Rows)));
        FilterTasks = DivideUp(g.K, TaskFilters);
        BandRows = Math.Clamp(BandPixels / g.OutW, 1, g.OutH);
        BandsPerImage = DivideUp(g.OutH, BandRows);
        Bands = BandsPerImage * g.N;
        Splits = Math.Min(Bands, Math.Max(1, Tasks / (ChannelTasks * FilterTasks)));
        Vectors = ColumnPitch / kernel.Lanes;
        InputRows = (BandRows - 1) * g.StrideH + (g.KernelH - 1) * g.DilationH + 1;
        InputColumns = (g.OutW - 1) * g.StrideW + (g.KernelW - 1) * g.DilationW + 1;
        Pixels = BandRows * g.OutW;
        Bases = GC.AllocateArray<int>(Vectors, pinned: true);
        Offsets = GC.AllocateArray<int>(Pixels, pinned: true);
        FillTables();
    }

    public ConvGeometry Geometry { get; }

    public MicroKernel Kernel { get; }

    public int Taps { get; }

    /// <summary>The right factor is x with channels innermost, shared by all taps; otherwise one column for each channel and tap.</summary>
    public bool ChannelLast { get; }

    public int TaskChannels { get; }

    public int ChannelTasks { get; }

    public int TaskFilters { get; }

    public int FilterTasks { get; }

    /// <summary>Parts of the pixels that are summed apart.</summary>
    public int Splits { get; }

    public int BandRows { get; }

    public int BandsPerImage { get; }

    public int Bands { get; }

    /// <summary>Pixels of a whole band.</summary>
    public int Pixels { get; }

    /// <summary>Input rows and columns behind a whole band.</summary>
    public int InputRows { get; }

    public int InputColumns { get; }

    /// <summary>Accumulators from one filter to the next: (tap, channel) if <see cref="ChannelLast"/>, else (channel, tap).</summary>
    public int ColumnPitch { get; }

    public int Vectors { get; }

    /// <summary>Where each vector of columns begins; see <see cref="MicroKernel"/>.</summary>
    public int[] Bases { get; }

    /// <summary>What each pixel of a band adds.</summary>
    public int[] Offsets { get; }

    public long BandSize => ChannelLast ? (long)InputRows * InputColumns * TaskChannels : (long)Pixels * ColumnPitch;

    public int TaskCount => Splits * ChannelTasks * FilterTasks;

    private void FillTables()
    {
        var g = Geometry;
        var perTap = ChannelLast ? TaskChannels / Kernel.Lanes : 1;
        for (var v = 0; v < Vectors; v++)
        {
            var tap = v / perTap;
            Bases[v] = !ChannelLast
                ? v * Kernel.Lanes
                : (tap / g.KernelW * g.DilationH * InputColumns + tap % g.KernelW * g.DilationW) * TaskChannels + v % perTap * Kernel.Lanes;
        }

        for (var p = 0; p < Pixels; p++)
        {
            Offsets[p] = ChannelLast
                ? (p / g.OutW * g.StrideH * InputColumns + p % g.OutW * g.StrideW) * TaskChannels
                : p * ColumnPitch;
        }
    }
}
