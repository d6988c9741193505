using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Copies the input behind a band of output pixels into the right factors of a weight gradient: one row of columns for each pixel.</summary>
internal static unsafe class TransposedBands
{
    /// <summary>band [input row, input column, TaskChannels] for output rows [row, row + rows) of one image.</summary>
    public static void FillChannelLast(WeightGradientPlan plan, float* x, int image, int row, int rows, int first, int channels, float* band)
    {
        var g = plan.Geometry;
        var inputRows = (rows - 1) * g.StrideH + (g.KernelH - 1) * g.DilationH + 1;
        var pitch = plan.TaskChannels;
        for (var i = 0; i < inputRows; i++)
        {
            var y = row * g.StrideH - g.PadTop + i;
            var to = band + (nint)i * plan.InputColumns * pitch;
            if ((uint)y >= (uint)g.H)
            {
                new Span<float>(to, plan.InputColumns * pitch).Clear();
                continue;
            }

            var begin = Math.Min(g.PadLeft, plan.InputColumns);
            var end = Math.Clamp(g.W + g.PadLeft, begin, plan.InputColumns);
            new Span<float>(to, begin * pitch).Clear();
            new Span<float>(to + end * pitch, (plan.InputColumns - end) * pitch).Clear();
            var from = x + (((nint)image * g.C + first) * g.H + y) * g.W;
            Transpose.Run(
                from + begin - g.PadLeft, g.H * g.W, channels, pitch, end - begin, to + begin * pitch, pitch);
        }
    }

    /// <summary>band [pixel, (channel, tap)] for output rows [run, run + runs), counted through the images.</summary>
    /// <param name="staging">room for as much as the band: one row of pixels for each column, turned over at the end</param>
    public static void FillColumns(WeightGradientPlan plan, float* x, int run, int runs, int first, int channels, float* staging, float* band)
    {
        var g = plan.Geometry;
        var pixels = runs * g.OutW;
        var to = staging;
        for (var c = 0; c < channels; c++)
        {
            for (var ky = 0; ky < g.KernelH; ky++)
            {
                for (var kx = 0; kx < g.KernelW; kx++)
                {
                    for (var r = 0; r < runs; r++, to += g.OutW)
                    {
                        var plane = x + ((nint)((run + r) / g.OutH) * g.C + first + c) * g.H * g.W;
                        var y = (run + r) % g.OutH * g.StrideH - g.PadTop + ky * g.DilationH;
                        Bands.PaddedRow(plane, g.H, g.W, y, kx * g.DilationW - g.PadLeft, g.StrideW, to, g.OutW);
                    }
                }
            }
        }

        Transpose.Run(staging, pixels, channels * plan.Taps, plan.ColumnPitch, pixels, band, plan.ColumnPitch);
    }
}
