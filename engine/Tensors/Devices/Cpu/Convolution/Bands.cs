using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>The output rows and columns of a group.</summary>
/// <param name="Image">index of the image, or of the first one if groups number their rows across images</param>
/// <param name="Row">first row, counted from that image on</param>
/// <param name="Rows">number of rows</param>
/// <param name="Left">first column</param>
internal readonly record struct PixelGroup(int Image, int Row, int Rows, int Left);

/// <summary>Copies the input that a group of output rows needs into the layouts of <see cref="BandLayout"/>.</summary>
internal static unsafe class Bands
{
    /// <summary>The right factor of a block of channels in the plan's layout: laid out in a band, unless it is read in place.</summary>
    /// <param name="input">the channel group's first channel in the first image</param>
    /// <param name="band">the block's place in the band</param>
    public static float* Of(CorrelationPlan plan, float* input, int block, in PixelGroup group, float* band)
    {
        var c = plan.Correlation;
        var image = input + (nint)group.Image * c.InputPlanes * c.InH * c.InW;
        switch (plan.Layout)
        {
            case BandLayout.InPlace:
                return image + plan.StartOf(block) + (nint)(group.Row * c.StrideY + plan.MinY) * c.InW + plan.MinX + group.Left;
            case BandLayout.Rows:
                FillRows(plan, image, block, group.Row, group.Rows, group.Left, band);
                break;
            default:
                FillPixels(plan, input, block, group.Image * c.Rows + group.Row, group.Rows, band);
                break;
        }

        return band;
    }

    /// <summary>
    /// Lays out a block of channels for output rows [row, row + rows) and the group's columns of one image as
    /// <see cref="BandLayout.Rows"/>.
    /// </summary>
    /// <param name="image">the image's first element</param>
    /// <param name="left">the group's first output column</param>
    private static void FillRows(CorrelationPlan plan, float* image, int block, int row, int rows, int left, float* band)
    {
        var c = plan.Correlation;
        var (first, channels) = plan.ChannelsOf(block);
        var bandRows = plan.BandRows(rows);
        var begin = Math.Clamp((left * c.StrideX) + plan.MinX, 0, c.InW);
        var width = Math.Min(plan.RowPitch, c.InW - begin);
        if (c is { StrideX: 1, Border: null })
        {
            FillPlainRows(
                new(image + ((nint)first * c.InH * c.InW), c.InH, c.InW), channels,
                new((row * c.StrideY) + plan.MinY, bandRows, left + plan.MinX, plan.ColumnPitch), plan.ChannelPitch, band);
            return;
        }

        for (var channel = 0; channel < channels; channel++)
        {
            var plane = image + (nint)(first + channel) * c.InH * c.InW;
            for (var i = 0; i < bandRows; i++)
            {
                var y = row * c.StrideY + plan.MinY + i;
                if ((uint)y < (uint)c.InH)
                {
                    // The next channel's rows: too few and short for the hardware prefetcher to detect a stream.
                    CacheLines.Prefetch(plane + ((nint)(c.InH + y) * c.InW) + begin, width);
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
    /// The same window of some planes, zeros outside. One loop for all of its rows: a call per row would take as long as copying so short
    /// a row.
    /// </summary>
    /// <param name="plane">the first of the planes</param>
    /// <param name="window">at least eight columns wide</param>
    /// <param name="pitch">distance between the planes' copies</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillPlainRows(Plane plane, int channels, PlaneWindow window, nint pitch, float* band)
    {
        var planes = plane.Row(0);
        var (height, width) = (plane.Height, plane.Width);
        var (y, rows, start, count) = (window.Top, window.Rows, window.Left, window.Columns);
        var first = Math.Clamp(-start, 0, count);
        var end = Math.Clamp(width - start, first, count);
        for (var channel = 0; channel < channels; channel++, planes += (nint)height * width, band += pitch)
        {
            var to = band;
            for (var r = 0; r < rows; r++, to += count)
            {
                var from = planes + ((nint)(y + r) * width) + start;
                if ((uint)(y + r) >= (uint)height || end - first < Vector256<float>.Count)
                {
                    PaddedRow(new(planes, height, width), y + r, start, 1, to, count);
                    continue;
                }

                // The next channel's rows: too few and short for the hardware prefetcher to detect a stream.
                CacheLines.Prefetch(from + first + ((nint)height * width), end - first);
                ShortZeros(to, 0, first);
                for (var i = first; i < end - Vector256<float>.Count; i += Vector256<float>.Count)
                {
                    Vector256.Load(from + i).Store(to + i);
                }

                // The last vector overlaps the one before.
                Vector256.Load(from + end - Vector256<float>.Count).Store(to + end - Vector256<float>.Count);
                ShortZeros(to, end, count);
            }
        }
    }

    /// <summary>
    /// Lays out a block of channels for output rows [run, run + runs) as <see cref="BandLayout.Pixels"/>; runs are numbered across
    /// images.
    /// </summary>
    /// <param name="input">the channel group's first channel in the first image</param>
    private static void FillPixels(CorrelationPlan plan, float* input, int block, int run, int runs, float* band)
    {
        var (c, columns) = (plan.Correlation, plan.Correlation.Columns);
        var (first, channels) = plan.ChannelsOf(block);
        var pixels = runs * columns;
        var padded = plan.VectorsOf(runs) * plan.Kernel.Lanes;
        for (var channel = first; channel < first + channels; channel++)
        {
            for (var position = 0; position < plan.TapPositions.Length; position++, band += plan.AccumulatorPitch)
            {
                if (plan.SmallPlanes is { } planes)
                {
                    planes.Fill(position, input, channel, run * columns, pixels, band);
                }
                else
                {
                    FillRows(c, plan.TapPositions[position], input, channel, run, runs, band);
                }

                new Span<float>(band + pixels, padded - pixels).Clear();
            }
        }
    }

    /// <summary>The inputs of output rows [run, run + runs) at a tap position, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillRows(Correlation c, (int Y, int X) position, float* input, int channel, int run, int runs, float* to)
    {
        var plane = c.InH * c.InW;
        var (begin, end) = Inside(c.InW, position.X, c.StrideX, c.Columns);
        var (image, row) = Math.DivRem(run, c.Rows);
        for (var r = 0; r < runs; r++, to += c.Columns)
        {
            var y = row * c.StrideY + position.Y;
            var from = input + (((nint)image * c.InputPlanes) + channel) * plane;
            if (c.Border is not null)
            {
                Row(c, from, y, position.X, to, c.Columns);
            }
            else if ((uint)y >= (uint)c.InH)
            {
                ShortZeros(to, 0, c.Columns);
            }
            else
            {
                ShortZeros(to, 0, begin);
                ShortRow(from + (nint)y * c.InW + position.X, c.StrideX, to, begin, end);
                ShortZeros(to, end, c.Columns);
            }

            if (++row == c.Rows)
            {
                (image, row) = (image + 1, 0);
            }
        }
    }

    /// <summary>to[i] = plane[y][start + i · StrideX], with the correlation's padding outside the plane.</summary>
    public static void Row(Correlation c, float* plane, int y, int start, float* to, int count) =>
        Row(new(plane, c.InH, c.InW), c.Border, y, start, c.StrideX, to, count);

    /// <summary>to[i] = plane[y][start + i · stride], with the border's padding, or zeros, outside the plane.</summary>
    public static void Row(Plane plane, Border? border, int y, int start, int stride, float* to, int count)
    {
        y = border?.SourceRow(y) ?? y;
        PaddedRow(plane, y, start, stride, to, count);
        if (y >= 0)
        {
            border?.FillColumns(plane.Row(y), plane.Width, start, stride, to, count);
        }
    }

    /// <summary>to[i] = plane[y][start + i · stride], zero outside the plane.</summary>
    public static void PaddedRow(Plane plane, int y, int start, int stride, float* to, int count)
    {
        if ((uint)y >= (uint)plane.Height)
        {
            new Span<float>(to, count).Clear();
            return;
        }

        if (stride == 1)
        {
            Whole(plane.Row(y), plane.Width, start, to, count);
        }
        else
        {
            Strided(plane.Row(y), plane.Width, start, stride, to, count);
        }
    }

    /// <summary>
    /// to[i] = row[start + i], zero outside the row. Rows are short: library calls to copy and clear would cost more than the copy itself.
    /// </summary>
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
        var (first, end) = Inside(width, start, stride, count);
        for (var i = 0; i < first; i++)
        {
            to[i] = 0;
        }

        Interleaving.GatherStrided(row + start + (nint)first * stride, stride, to + first, end - first);
        for (var i = end; i < count; i++)
        {
            to[i] = 0;
        }
    }

    /// <summary>The range of i for which start + i · stride is inside a row.</summary>
    private static (int First, int End) Inside(int width, int start, int stride, int count)
    {
        var first = start >= 0 ? 0 : Math.Min((-start + stride - 1) / stride, count);
        return (first, start >= width ? first : Math.Clamp((width - start + stride - 1) / stride, first, count));
    }

    /// <summary>to[i] = row[i · stride] for a few i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ShortRow(float* row, int stride, float* to, int i, int end)
    {
        if (stride == 1)
        {
            for (; i <= end - 4; i += 4)
            {
                Vector128.Load(row + i).Store(to + i);
            }
        }
        else if (stride == 2)
        {
            // Each load of eight numbers yields four. Loads stay between the row's first and last element, since the row may end the array.
            var begin = i;
            for (; i < end - 4; i += 4)
            {
                Vector256.Shuffle(Vector256.Load(row + (2 * i)), Vector256.Create(0, 2, 4, 6, 0, 2, 4, 6)).GetLower().Store(to + i);
            }

            if (i == end - 4 && i > begin)
            {
                Vector256.Shuffle(Vector256.Load(row + (2 * i) - 1), Vector256.Create(1, 3, 5, 7, 1, 3, 5, 7)).GetLower().Store(to + i);
                i += 4;
            }
        }

        for (; i < end; i++)
        {
            to[i] = row[(nint)i * stride];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ShortZeros(float* to, int i, int end)
    {
        for (; i < end; i++)
        {
            to[i] = 0;
        }
    }
}
