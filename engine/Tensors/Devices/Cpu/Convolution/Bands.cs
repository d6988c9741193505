using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Copies the input that a group of output rows needs into the layouts of <see cref="BandLayout"/>.</summary>
internal static unsafe class Bands
{
    /// <summary>
    /// Lays out channels [first, first + channels) for output rows [row, row + rows) and the group's columns of one image as <see cref="BandLayout.Rows"/>.
    /// </summary>
    /// <param name="image">the image's first element</param>
    /// <param name="left">the group's first output column</param>
    public static void FillRows(CorrelationPlan plan, float* image, int first, int channels, int row, int rows, int left, float* band)
    {
        var c = plan.Correlation;
        var bandRows = plan.BandRows(rows);
        var begin = Math.Clamp((left * c.StrideX) + plan.MinX, 0, c.InW);
        var width = Math.Min(plan.RowPitch, c.InW - begin);
        for (var channel = 0; channel < channels; channel++)
        {
            var plane = image + (nint)(first + channel) * c.InH * c.InW;
            for (var i = 0; i < bandRows; i++)
            {
                var y = row * c.StrideY + plan.MinY + i;
                if ((uint)y < (uint)c.InH)
                {
                    // The next channel's: a few rows are too short for the processor to see a stream in them.
                    CacheLines.Fetch(plane + ((nint)(c.InH + y) * c.InW) + begin, width);
                }

                var to = band + (nint)channel * plan.ChannelPitch + (nint)i * plan.RowPitch;
                for (var phase = 0; phase < Math.Min(c.StrideX, plan.SpanX); phase++)
                {
                    Row(c, plane, y, left * c.StrideX + plan.MinX + phase, to + phase * plan.ColumnPitch, plan.ColumnPitch);
                }
            }
        }
    }

    /// <summary>
    /// Lays out channels [first, first + channels) for output rows [run, run + runs) as <see cref="BandLayout.Pixels"/>;
    /// runs count through the images, Rows to each.
    /// </summary>
    public static void FillPixels(CorrelationPlan plan, float* input, int first, int channels, int run, int runs, float* band)
    {
        var c = plan.Correlation;
        var pixels = runs * c.Columns;
        var padded = plan.VectorsOf(runs) * plan.Kernel.Lanes;
        for (var channel = 0; channel < channels; channel++)
        {
            foreach (var place in plan.Places)
            {
                for (var r = 0; r < runs; r++)
                {
                    var n = (run + r) / c.Rows;
                    var y = (run + r) % c.Rows * c.StrideY + place.Y;
                    var to = band + r * c.Columns;
                    var plane = input + ((nint)n * c.Channels + first + channel) * c.InH * c.InW;
                    Row(c, plane, y, place.X, to, c.Columns);
                }

                new Span<float>(band + pixels, padded - pixels).Clear();
                band += plan.AccumulatorPitch;
            }
        }
    }

    /// <summary>to[i] = plane[y][start + i · StrideX], outside the plane what the correlation reads there.</summary>
    public static void Row(Correlation c, float* plane, int y, int start, float* to, int count) =>
        Row(plane, c.InH, c.InW, c.Border, y, start, c.StrideX, to, count);

    /// <summary>to[i] = plane[y][start + i · stride], outside the plane [height, width] what the border shows there, or zero.</summary>
    public static void Row(float* plane, int height, int width, Border? border, int y, int start, int stride, float* to, int count)
    {
        y = border?.Row(y) ?? y;
        PaddedRow(plane, height, width, y, start, stride, to, count);
        if (y >= 0)
        {
            border?.ShowColumns(plane + (nint)y * width, width, start, stride, to, count);
        }
    }

    /// <summary>to[i] = plane[y][start + i · stride], zero outside the plane [height, width].</summary>
    public static void PaddedRow(float* plane, int height, int width, int y, int start, int stride, float* to, int count)
    {
        if ((uint)y >= (uint)height)
        {
            new Span<float>(to, count).Clear();
            return;
        }

        if (stride == 1)
        {
            Whole(plane + (nint)y * width, width, start, to, count);
        }
        else
        {
            Strided(plane + (nint)y * width, width, start, stride, to, count);
        }
    }

    /// <summary>to[i] = row[start + i], zero outside the row. Rows are short: calls to copy and to clear would take longer than the work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Whole(float* row, int width, int start, float* to, int count)
    {
        var first = Math.Clamp(-start, 0, count);
        var end = Math.Clamp(width - start, first, count);
        var i = 0;
        for (; i < first; i++)
        {
            to[i] = 0;
        }

        row += start;
        for (; i <= end - 8; i += 8)
        {
            Vector256.Load(row + i).Store(to + i);
        }

        for (; i < end; i++)
        {
            to[i] = row[i];
        }

        for (; i < count; i++)
        {
            to[i] = 0;
        }
    }

    /// <summary>to[i] = row[start + i · stride], zero outside the row.</summary>
    private static void Strided(float* row, int width, int start, int stride, float* to, int count)
    {
        var first = start >= 0 ? 0 : Math.Min((-start + stride - 1) / stride, count);
        var end = start >= width ? first : Math.Clamp((width - start + stride - 1) / stride, first, count);
        for (var i = 0; i < first; i++)
        {
            to[i] = 0;
        }

        Interleaving.Take(row + start + (nint)first * stride, stride, to + first, end - first);
        for (var i = end; i < count; i++)
        {
            to[i] = 0;
        }
    }
}
