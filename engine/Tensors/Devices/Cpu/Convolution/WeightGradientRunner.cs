using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs a <see cref="WeightGradientPlan"/>: dy packed as the left factor, x as the right, pixels as the reduction.</summary>
internal sealed unsafe class WeightGradientRunner(CpuThreads threads, ConvolutionMemory memory)
{
    /// <summary>Most pixels summed in float32; the sums of more are added in float64.</summary>
    private const int SumPixels = 16 * 1024;

    private readonly Scratch _shared = memory.Shared;
    private readonly Scratch[] _workerScratch = memory.PerWorker;

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="dy">[N, K, OutH, OutW]</param>
    /// <param name="dw">[K, C, KernelH, KernelW]</param>
    public void Run(WeightGradientPlan plan, float* x, float* dy, float* dw)
    {
        var g = plan.Geometry;
        var right = plan.IsSwapped ? dy : x;
        var left = plan.IsSwapped ? x : dy;
        if (plan.Splits == 1)
        {
            threads.For(plan.TaskCount, new Task(plan, right, left, dw, 0, _workerScratch));
        }
        else
        {
            var size = plan.ChannelGroups * plan.GradientSize;
            var parts = _shared.Floats(size * plan.Splits);
            threads.For(plan.TaskCount, new Task(plan, right, left, parts, size, _workerScratch));
            threads.For(plan.ChannelGroups * g.K, new SumTask(parts, plan.Splits, size, g.C * plan.Taps, dw));
        }
    }

    /// <summary>Computes some filters × some channels × some bands.</summary>
    /// <param name="result">dw, one per split, <paramref name="resultSize"/> apart</param>
    private readonly struct Task(WeightGradientPlan plan, float* x, float* dy, float* result, long resultSize, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var kernel = plan.Kernel;
            (task, var set) = Math.DivRem(task, plan.ChannelGroups);
            var right = x + ((nint)set * g.C * g.H * g.W);
            var firstDy = dy + ((nint)set * g.K * plan.LeftPlane);
            var firstFilter = task % plan.FilterTasks * plan.TaskFilters;
            var firstChannel = task / plan.FilterTasks % plan.ChannelTasks * plan.TaskChannels;
            var split = task / (plan.FilterTasks * plan.ChannelTasks);
            var part = new Part(
                firstFilter, Math.Min(plan.TaskFilters, g.K - firstFilter), firstChannel, Math.Min(plan.TaskChannels, g.C - firstChannel));
            var accumulators = (long)plan.TaskFilters * plan.ColumnPitch;
            var bandSize = (nint)CorrelationPlan.RoundUp(plan.BandSize, 16);
            var panels = (nint)plan.TaskFilters * plan.Pixels;
            var stagingSize = Math.Max(
                plan.ChannelsLast ? 0 : TransposedBands.StagingSize(plan), plan.LeftBorder is null ? 0 : plan.Pixels * kernel.Rows);
            var end = (split + 1) * plan.Bands / plan.Splits;
            var first = split * plan.Bands / plan.Splits;
            var sumBands = Math.Max(1, SumPixels / plan.Pixels);
            var isLong = end - first > sumBands;
            var sums = isLong ? accumulators : 0;
            var totals = (double*)scratch[worker].Floats((2 * sums) + accumulators + bandSize + panels + stagingSize);
            new Span<double>(totals, (int)sums).Clear();
            var c = (float*)(totals + sums);
            var band = c + accumulators;
            var left = band + bandSize;
            var staging = left + panels;
            for (var b = first; b < end; b++)
            {
                var firstImage = b / plan.BandsPerImage * plan.BandImages;
                var images = Math.Min(plan.BandImages, g.N - firstImage);
                var row = b % plan.BandsPerImage * plan.BandRows;
                var rows = Math.Min(plan.BandRows, g.OutH - row);
                var pixels = rows * g.OutW;
                for (var i = 0; i < images; i++)
                {
                    var at = new ImageRows(firstImage + i, row, rows);
                    Fill(right, at, part, staging, band + ((nint)i * plan.ImageSize));
                    Pack(firstDy, at, part, images, left + ((nint)i * pixels * kernel.Rows), staging);
                }

                var next = b + 1 < end ? Start(firstDy, b + 1, part.FirstFilter) : null;
                Multiply(left, (images, pixels), part.Filters, band, c, accumulate: (b - first) % sumBands > 0, next);
                if (isLong && (b + 1 == end || (b + 1 - first) % sumBands == 0))
                {
                    Reducers.Columns<Reducers.Sum>(c, totals, sums);
                }
            }

            if (isLong)
            {
                Reducers.Round(totals, 1, c, sums);
            }

            Finish(c, part, result + split * resultSize + set * plan.GradientSize);
        }

        /// <summary>The right factor of one image of a band.</summary>
        private void Fill(float* planes, ImageRows at, Part part, float* staging, float* band)
        {
            var g = plan.Geometry;
            var from = planes + ((((nint)at.Image * g.C * plan.ChannelGroups) + part.FirstChannel) * g.H * g.W);
            if (plan.ChannelsLast)
            {
                TransposedBands.FillPlanes(
                    new(from, g.H, g.W), part.Channels, plan.TaskChannels,
                    new(
                        (at.Row * g.StrideH) - g.PadTop, ((at.Count - 1) * g.StrideH) + ((g.KernelH - 1) * g.DilationH) + 1, -g.PadLeft,
                        plan.InputColumns),
                    plan.RightBorder, band);
            }
            else
            {
                TransposedBands.FillColumns(plan, from, at.Row, at.Count, staging, band);
            }
        }

        /// <summary>The left factor of one of a band's images: panels [image, pixel][filter].</summary>
        private void Pack(float* dy, ImageRows at, Part part, int images, float* left, float* staging)
        {
            var (row, depth) = (at.Row, at.Count * plan.Geometry.OutW);
            var pitch = (nint)images * depth;
            var rows = plan.Kernel.Rows;
            for (var f = 0; f < part.Filters; f += rows)
            {
                var planes = dy + ((nint)at.Image * plan.Geometry.K * plan.ChannelGroups + part.FirstFilter + f) * plan.LeftPlane;
                var used = Math.Min(rows, part.Filters - f);
                if (plan.LeftBorder is { } border)
                {
                    Surround(planes, used, row, depth, border, staging);
                    Panels.FromRows(staging, depth, used, depth, rows, left + f * pitch);
                }
                else
                {
                    Panels.FromRows(planes + row * plan.Geometry.OutW, plan.LeftPlane, used, depth, rows, left + f * pitch);
                }
            }
        }

        /// <summary>padded [plane][pixel]: the rows of some planes that a band reads, with their border.</summary>
        private void Surround(float* planes, int count, int row, int depth, Border border, float* padded)
        {
            var (x, width) = (plan.Original, plan.Geometry.OutW);
            for (var plane = 0; plane < count; plane++, planes += plan.LeftPlane)
            {
                for (var y = row; y < row + depth / width; y++, padded += width)
                {
                    Bands.Row(new(planes, x.H, x.W), border, y - x.PadTop, -x.PadLeft, 1, padded, width);
                }
            }
        }

        /// <summary>Start of a band's part of the left factor.</summary>
        private float* Start(float* dy, int band, int filter)
        {
            var g = plan.Geometry;
            var (images, part) = Math.DivRem(band, plan.BandsPerImage);
            var row = part * plan.BandRows;
            return dy + (((nint)images * plan.BandImages * g.K * plan.ChannelGroups) + filter) * plan.LeftPlane
                + (plan.LeftBorder is null
                    ? row * g.OutW
                    : Math.Clamp(row - plan.Original.PadTop, 0, plan.Original.H - 1) * plan.Original.W);
        }

        /// <param name="depth">images of the band, and pixels of each</param>
        /// <param name="next">
        /// start of the next band's filters, null if there is none; as many pixels of them are prefetched, since they are scattered in
        /// memory
        /// </param>
        private void Multiply(float* left, (int Images, int Pixels) depth, int filters, float* band, float* c, bool accumulate, float* next)
        {
            var (kernel, pixels) = (plan.Kernel, depth.Images * depth.Pixels);
            fixed (int* bases = plan.Bases, offsets = plan.Offsets)
            {
                for (var v = 0; v < plan.Vectors;)
                {
                    var tile = kernel.NextTile(plan.Vectors - v);
                    for (var f = 0; f < filters; f += kernel.Rows)
                    {
                        if (v == 0 && next != null)
                        {
                            PrefetchRows(next, f, Math.Min(kernel.Rows, filters - f), depth.Pixels);
                        }

                        kernel.Run(
                            tile, pixels, left + (nint)f * pixels, new(band, bases + v, offsets),
                            new(c + (nint)f * plan.ColumnPitch + v * kernel.Lanes, plan.ColumnPitch, accumulate));
                    }

                    v += tile;
                }
            }
        }

        private void PrefetchRows(float* from, int filter, int count, int depth)
        {
            for (var f = filter; f < filter + count; f++)
            {
                CacheLines.Prefetch(from + ((nint)f * plan.LeftPlane), depth);
            }
        }

        private void Finish(float* c, Part part, float* gradient)
        {
            for (var f = 0; f < part.Filters; f++)
            {
                var from = c + (nint)f * plan.ColumnPitch;
                var to = gradient + ((nint)(part.FirstFilter + f) * plan.FilterStride) + ((nint)part.FirstChannel * plan.ChannelStride);
                for (var channel = 0; channel < part.Channels; channel++, to += plan.ChannelStride)
                {
                    var indices = plan.AccumulatorIndices.AsSpan(channel * plan.Taps, plan.Taps);
                    for (var t = 0; t < indices.Length; t++)
                    {
                        to[t] = from[indices[t]];
                    }
                }
            }
        }
    }

    /// <summary>The filters and channels of a task.</summary>
    private readonly record struct Part(int FirstFilter, int Filters, int FirstChannel, int Channels);

    /// <summary>The output rows of one image in a band.</summary>
    private readonly record struct ImageRows(int Image, int Row, int Count);

    /// <summary>Sums the parts of one filter's gradient, in order.</summary>
    private readonly struct SumTask(float* parts, int count, long partSize, int length, float* dw) : ITask
    {
        public void Run(int task, int worker)
        {
            var start = (nint)task * length;
            for (nint i = start; i < start + length; i++)
            {
                var sum = parts[i];
                for (var p = 1; p < count; p++)
                {
                    sum += parts[p * partSize + i];
                }

                dw[i] = sum;
            }
        }
    }
}
