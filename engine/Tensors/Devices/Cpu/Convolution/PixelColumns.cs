using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// What every output pixel sees of an image, one row [channel, tap] for each pixel in the order of a weight's rows, and back.
/// For images of few pixels, where a weight is bigger than this and should be read as it lies.
/// </summary>
internal static unsafe class PixelColumns
{
    /// <summary>Floats that <see cref="Fill"/> and <see cref="Collect"/> need besides.</summary>
    public static int FillSpare(in ConvGeometry g) => PaddedWidth(g);

    /// <inheritdoc cref="FillSpare"/>
    public static int CollectSpare(in ConvGeometry g) => g.H * PaddedWidth(g);

    /// <summary>to[pixel · pitch + tap] for one channel of all images.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(in ConvGeometry g, float* x, int channel, float* to, nint pitch, float* spare)
    {
        var width = PaddedWidth(g);
        for (var n = 0; n < g.N; n++)
        {
            var plane = x + ((nint)n * g.C + channel) * g.H * g.W;
            for (var oy = 0; oy < g.OutH; oy++)
            {
                for (var ky = 0; ky < g.KernelH; ky++)
                {
                    Bands.PaddedRow(plane, g.H, g.W, oy * g.StrideH - g.PadTop + ky * g.DilationH, -g.PadLeft, 1, spare, width);
                    FillTaps(g, spare, to + (((nint)n * g.OutH + oy) * g.OutW * pitch) + ky * g.KernelW, pitch);
                }
            }
        }
    }

    /// <summary>dx [H, W] of one channel of one image = shift + every column added to the pixel that its tap touches.</summary>
    /// <param name="columns">the image's first pixel and the channel's first tap</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Collect(in ConvGeometry g, float* columns, nint pitch, float shift, float* dx, float* spare)
    {
        var width = PaddedWidth(g);
        new Span<float>(spare, g.H * width).Clear();
        for (var oy = 0; oy < g.OutH; oy++)
        {
            for (var ky = 0; ky < g.KernelH; ky++)
            {
                var y = oy * g.StrideH - g.PadTop + ky * g.DilationH;
                if ((uint)y < (uint)g.H)
                {
                    AddTaps(g, columns + (nint)oy * g.OutW * pitch + ky * g.KernelW, pitch, spare + y * width);
                }
            }
        }

        for (var y = 0; y < g.H; y++)
        {
            Gemm.Interleaving.ScatterStrided(spare + y * width + g.PadLeft, g.W, shift, dx + y * g.W, 1);
        }
    }

    /// <summary>Columns from −PadLeft to the last that a tap touches or the image has.</summary>
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

        // Windows that overlap are far apart in time: a load of numbers just stored by two different stores would have to wait for both.
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
