using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs an <see cref="InnerProductPlan"/>.</summary>
internal sealed unsafe class InnerProductRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _shared = memory.Shared;
    private readonly Scratch[] _workerScratch = memory.PerWorker;

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="w">[K, C, KernelH, KernelW]</param>
    /// <param name="bias">[K] or null</param>
    /// <param name="y">[N, K, OutH, OutW]</param>
    public void Run(InnerProductPlan plan, float* x, float* w, float* bias, float* y)
    {
        var columns = _shared.Floats(plan.Columns.Size);
        plan.Columns.Fill(threads, x, columns, _workerScratch);
        threads.For(FilterTask.Count(plan), new FilterTask(plan, columns, w, bias, y, _workerScratch));
    }

    /// <summary>Computes all pixels of some filters.</summary>
    private readonly struct FilterTask(InnerProductPlan plan, float* columns, float* w, float* bias, float* y, Scratch[] scratch) : ITask
    {
        private const int Filters = 32;

        /// <summary>
        /// Padding of a filter's sums: a cache line, since rows a power of two apart would map to few of the cache's sets.
        /// </summary>
        private const int Padding = 16;

        public static int Count(InnerProductPlan plan) => CorrelationPlan.DivideUp(plan.Columns.Geometry.K, Filters);

        public void Run(int task, int worker)
        {
            var blocks = plan.Columns;
            var g = blocks.Geometry;
            var lanes = plan.Kernel.Lanes;
            var first = task * Filters;
            var filters = Math.Min(Filters, g.K - first);
            var pitch = ((nint)blocks.Pixels * lanes) + Padding;
            var sums = scratch[worker].Floats(Filters * pitch);
            for (var c = 0; c < g.C; c += blocks.BlockChannels)
            {
                for (var f = 0; f < filters; f += plan.Kernel.Rows)
                {
                    Multiply(first + f, first + filters, c, Next(first, f, filters, c), columns, sums + f * pitch, pitch);
                }
            }

            var plane = g.OutH * g.OutW;
            for (var f = 0; f < filters; f++)
            {
                for (var n = 0; n < g.N; n++)
                {
                    plan.Kernel.Finish(
                        sums + f * pitch + (nint)n * plane * lanes, plane, bias == null
                            ? 0
                            : bias[first + f], y + ((nint)n * g.K + first + f) * plane);
                }
            }
        }

        private nint RowPitch => (nint)plan.Columns.Geometry.C * plan.Columns.Taps;

        private float* Row(int filter, int channel) => w + (filter * RowPitch) + ((nint)channel * plan.Columns.Taps);

        /// <summary>
        /// Start of the rows after those of filter <paramref name="f"/> of the task; null if they need not be prefetched.
        /// </summary>
        private float* Next(int first, int f, int filters, int channel)
        {
            var blocks = plan.Columns;
            if (blocks.Pixels <= plan.Kernel.Columns)
            {
                // A single tile passes over its rows too fast for prefetching to help.
                return null;
            }

            return f + plan.Kernel.Rows < filters ? Row(first + f + plan.Kernel.Rows, channel)
                : channel + blocks.BlockChannels < blocks.Geometry.C ? Row(first, channel + blocks.BlockChannels)
                : null;
        }

        /// <summary>
        /// Multiplies the filters of one tile, fewer at <paramref name="end"/>, with all pixels of the block that begins with a channel.
        /// </summary>
        /// <param name="next">start of the next rows, of the same length; null for none</param>
        private void Multiply(int filter, int end, int channel, float* next, float* columns, float* sums, nint pitch)
        {
            var kernel = plan.Kernel;
            var (lanes, count) = (kernel.Lanes, kernel.Rows);
            var rowPitch = RowPitch;
            var rows = stackalloc float*[count];
            for (var r = 0; r < count; r++)
            {
                rows[r] = Row(Math.Min(filter + r, end - 1), channel);
            }

            var blocks = plan.Columns;
            var (start, columnPitch) = blocks.Block(channel);
            var depth = blocks.ChannelsOf(channel) * blocks.Taps;
            var pixels = blocks.Pixels;
            var column = columns + start;
            var bases = stackalloc int[] { 0, columnPitch, 2 * columnPitch };
            var fetched = 0;
            for (var p = 0; p < pixels;)
            {
                var tile = kernel.NextTile(pixels - p);
                if (next != null)
                {
                    // Prefetch a part of the next rows during this product.
                    var until = CorrelationPlan.RoundUp((int)((long)depth * (p + tile) / pixels), 16);
                    for (var r = 0; r < count; r++)
                    {
                        CacheLines.Prefetch(next + (r * rowPitch) + fetched, until - fetched);
                    }

                    fetched = until;
                }

                kernel.Run(
                    tile, depth, rows, new(column + (p * columnPitch), bases, null), new(sums + ((nint)p * lanes), pitch, channel > 0));
                p += tile;
            }
        }
    }
}
