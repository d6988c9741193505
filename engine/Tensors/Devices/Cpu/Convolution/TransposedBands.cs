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
    public static void FillColumns(WeightGradientPlan plan, float* x, int run, int runs, int first, int channels, float* band)
    {
        var g = plan.Geometry;
        var used = channels * plan.Taps;
        for (var r = 0; r < runs; r++)
        {
            var image = (run + r) / g.OutH;
            var top = (run + r) % g.OutH * g.StrideH - g.PadTop;
            for (var ox = 0; ox < g.OutW; ox++)
            {
                var to = band + (nint)(r * g.OutW + ox) * plan.ColumnPitch;
                var left = ox * g.StrideW - g.PadLeft;
                for (var c = 0; c < channels; c++)
                {
                    var plane = x + ((nint)image * g.C + first + c) * g.H * g.W;
                    for (var ky = 0; ky < g.KernelH; ky++)
                    {
                        var y = top + ky * g.DilationH;
                        for (var kx = 0; kx < g.KernelW; kx++)
                        {
                            var column = left + kx * g.DilationW;
                            *to++ = (uint)y < (uint)g.H && (uint)column < (uint)g.W ? plane[(nint)y * g.W + column] : 0;
                        }
                    }
                }

                new Span<float>(to, plan.ColumnPitch - used).Clear();
            }
        }
    }
}
