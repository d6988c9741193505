using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Copies the input behind a band of output pixels into the right factors of a weight gradient: one row of columns for each pixel.</summary>
internal static unsafe class TransposedBands
{
    /// <summary>
    /// band [row][column][lane]: rows [top, top + rows) from column left on of neighbouring planes [height, width], zeros outside them and in the lanes of planes that don't exist.
    /// </summary>
    public static void FillPlanes(
        float* planes, int count, int lanes, int height, int width, int top, int rows, int left, int columns, float* band)
    {
        var begin = Math.Clamp(-left, 0, columns);
        var end = Math.Clamp(width - left, begin, columns);
        for (var i = 0; i < rows; i++)
        {
            var to = band + (nint)i * columns * lanes;
            var y = top + i;
            if ((uint)y >= (uint)height)
            {
                new Span<float>(to, columns * lanes).Clear();
                continue;
            }

            new Span<float>(to, begin * lanes).Clear();
            Transpose.Run(planes + (nint)y * width + left + begin, (nint)height * width, count, lanes, end - begin, to + begin * lanes, lanes);
            new Span<float>(to + end * lanes, (columns - end) * lanes).Clear();
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
