using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// im2col and col2im with one row [channel, tap] per output pixel, in the order of a weight's rows.
/// For images of few pixels, where the weight is larger than the columns and should be read in place.
/// </summary>
internal static unsafe class PixelColumns
{
    /// <summary>Floats of scratch memory for <see cref="Fill"/>.</summary>
    public static int FillScratchSize(in ConvGeometry g) => PaddedWidth(g);

    /// <summary>Floats of scratch memory for <see cref="Collect"/>.</summary>
    public static int CollectScratchSize(in ConvGeometry g) => g.H * PaddedWidth(g);

    /// <summary>im2col of one channel of all images: to[pixel · pitch + tap].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(in ConvGeometry g, float* x, int channel, float* to, nint pitch, float* workspace)
    {
        var width = PaddedWidth(g);
        for (var n = 0; n < g.N; n++)
        {
            var plane = new Plane(x + ((nint)n * g.C + channel) * g.H * g.W, g.H, g.W);
            for (var oy = 0; oy < g.OutH; oy++)
            {
                for (var ky = 0; ky < g.KernelH; ky++)
                {
                    Bands.PaddedRow(plane, oy * g.StrideH - g.PadTop + ky * g.DilationH, -g.PadLeft, 1, workspace, width);
                    FillTaps(g, workspace, to + (((nint)n * g.OutH + oy) * g.OutW * pitch) + ky * g.KernelW, pitch);
                }
            }
        }
    }

    /// <summary>col2im of one channel of one image: dx [H, W] = shift + the sum of the columns whose taps touch each pixel.</summary>
    /// <param name="columns">the channel's first tap at the image's first pixel</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Collect(in ConvGeometry g, float* columns, nint pitch, float shift, float* dx, float* workspace)
    {
        var width = PaddedWidth(g);
        new Span<float>(workspace, g.H * width).Clear();
        for (var oy = 0; oy < g.OutH; oy++)
        {
            for (var ky = 0; ky < g.KernelH; ky++)
            {
                var y = oy * g.StrideH - g.PadTop + ky * g.DilationH;
                if ((uint)y < (uint)g.H)
                {
                    AddTaps(g, columns + (nint)oy * g.OutW * pitch + ky * g.KernelW, pitch, workspace + y * width);
                }
            }
        }

        for (var y = 0; y < g.H; y++)
        {
            Gemm.Interleaving.ScatterStrided(workspace + y * width + g.PadLeft, g.W, shift, dx + y * g.W, 1);
        }
    }

    /// <summary>Columns from −PadLeft to the last that a tap touches or that the image has.</summary>
    private static int PaddedWidth(in ConvGeometry g) =>
        Math.Max(g.W + g.PadLeft, (g.OutW - 1) * g.StrideW + (g.KernelW - 1) * g.DilationW + 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillTaps(in ConvGeometry g, float* line, float* to, nint pitch)
    {
        var isFour = g is { KernelW: 4, DilationW: 1 };
        for (var ox = 0; ox < g.OutW; ox++, line += g.StrideW, to += pitch)
        {
            if (isFour)
            {
                Vector128.Load(line).Store(to);
                continue;
            }

            for (var kx = 0; kx < g.KernelW; kx++)
            {
                to[kx] = line[kx * g.DilationW];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTaps(in ConvGeometry g, float* columns, nint pitch, float* line)
    {
        if (g is not { KernelW: 4, DilationW: 1 })
        {
            for (var ox = 0; ox < g.OutW; ox++, columns += pitch, line += g.StrideW)
            {
                for (var kx = 0; kx < g.KernelW; kx++)
                {
                    line[kx * g.DilationW] += columns[kx];
                }
            }

            return;
        }

        // Process overlapping windows far apart in time: a load that spans two recent stores stalls until both are complete.
        var step = CorrelationPlan.DivideUp(4, g.StrideW);
        for (var first = 0; first < step; first++)
        {
            for (var ox = first; ox < g.OutW; ox += step)
            {
                var to = line + ox * g.StrideW;
                (Vector128.Load(to) + Vector128.Load(columns + ox * pitch)).Store(to);
            }
        }
    }
}
