using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs an <see cref="InnerProductPlan"/>.</summary>
internal sealed unsafe class InnerProductRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _shared = memory.Inputs;
    private readonly Scratch[] _workerScratch = memory.Own;

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

    /// <summary>All pixels of some filters.</summary>
    private readonly struct FilterTask(InnerProductPlan plan, float* columns, float* w, float* bias, float* y, Scratch[] scratch) : ITask
    {
        private const int Filters = 32;

        /// <summary>
        /// Floats between the sums of two filters: a cache line, since rows a power of two apart share a few of the cache's sets.
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
        /// Where the rows begin that follow those of filter <paramref name="f"/> of the task, null where they need not be asked for.
        /// </summary>
        private float* Next(int first, int f, int filters, int channel)
        {
            var blocks = plan.Columns;
            if (blocks.Pixels <= plan.Kernel.Columns)
            {
                // The rows of a single tile pass too fast to gain by it.
                return null;
            }

            return f + plan.Kernel.Rows < filters ? Row(first + f + plan.Kernel.Rows, channel)
                : channel + blocks.BlockChannels < blocks.Geometry.C ? Row(first, channel + blocks.BlockChannels)
                : null;
        }

        /// <summary>
        /// One tile's rows of filters, or fewer before <paramref name="end"/>, with the block of all pixels that begins with a channel.
        /// </summary>
        /// <param name="next">where the rows begin that are multiplied after these, null for none; they are as long</param>
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
            var fetched = 0;
            for (var p = 0; p < pixels;)
            {
                var tile = kernel.NextTile(pixels - p);
                if (next != null)
                {
                    // A part of the next rows while these are worked on.
                    var until = CorrelationPlan.RoundUp((int)((long)depth * (p + tile) / pixels), 16);
                    for (var r = 0; r < count; r++)
                    {
                        CacheLines.Prefetch(next + (r * rowPitch) + fetched, until - fetched);
                    }

                    fetched = until;
                }

                kernel.Run(tile, depth, rows, column + (p * columnPitch), columnPitch, sums + ((nint)p * lanes), pitch, channel > 0);
                p += tile;
            }
        }
    }
}
