using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs an <see cref="InnerProductPlan"/>.</summary>
internal sealed unsafe class InnerProductRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _shared = memory.Inputs;
    private readonly Scratch[] _own = memory.Own;

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="w">[K, C, KernelH, KernelW]</param>
    /// <param name="bias">[K] or null</param>
    /// <param name="y">[N, K, OutH, OutW]</param>
    public void Run(InnerProductPlan plan, float* x, float* w, float* bias, float* y)
    {
        var columns = _shared.Floats(plan.Columns.Size);
        plan.Columns.Fill(threads, x, columns, _own);
        threads.For(FilterTask.Count(plan), new FilterTask(plan, columns, w, bias, y, _own));
    }

    /// <summary>All pixels of some filters.</summary>
    private readonly struct FilterTask(InnerProductPlan plan, float* columns, float* w, float* bias, float* y, Scratch[] own) : ITask
    {
        private const int Filters = 32;

        public static int Count(InnerProductPlan plan) => CorrelationPlan.DivideUp(plan.Columns.Geometry.K, Filters);

        public void Run(int task, int worker)
        {
            var blocks = plan.Columns;
            var g = blocks.Geometry;
            var lanes = plan.Kernel.Lanes;
            var first = task * Filters;
            var filters = Math.Min(Filters, g.K - first);
            var pitch = (nint)blocks.Pixels * lanes;
            var sums = own[worker].Floats(Filters * pitch);
            for (var c = 0; c < g.C; c += blocks.BlockChannels)
            {
                var (start, columnPitch) = blocks.Block(c);
                var depth = blocks.ChannelsOf(c) * blocks.Taps;
                for (var f = 0; f < filters; f += plan.Kernel.Rows)
                {
                    Multiply(first + f, first + filters, c * blocks.Taps, depth, columns + start, columnPitch, sums + f * pitch, pitch, c > 0);
                }
            }

            var plane = g.OutH * g.OutW;
            for (var f = 0; f < filters; f++)
            {
                for (var n = 0; n < g.N; n++)
                {
                    plan.Kernel.Finish(
                        sums + f * pitch + (nint)n * plane * lanes, plane, bias == null ? 0 : bias[first + f], y + ((nint)n * g.K + first + f) * plane);
                }
            }
        }

        /// <summary>One tile's rows of filters, or fewer before <paramref name="end"/>, with one block of all pixels.</summary>
        private void Multiply(int filter, int end, int offset, int depth, float* block, nint columnPitch, float* sums, nint pitch, bool accumulate)
        {
            var kernel = plan.Kernel;
            var rowPitch = (nint)plan.Columns.Geometry.C * plan.Columns.Taps;
            var rows = stackalloc float*[kernel.Rows];
            for (var r = 0; r < kernel.Rows; r++)
            {
                rows[r] = w + Math.Min(filter + r, end - 1) * rowPitch + offset;
            }

            var pixels = plan.Columns.Pixels;
            var ahead = filter + kernel.Rows < end && pixels > InnerProductKernel.Columns ? kernel.Rows * rowPitch : 0;
            var share = CorrelationPlan.RoundUp(CorrelationPlan.DivideUp(depth, CorrelationPlan.DivideUp(pixels, InnerProductKernel.Columns)), 16);
            for (var p = 0; p < pixels; p += InnerProductKernel.Columns)
            {
                if (ahead > 0)
                {
                    // A part of the next rows while these are worked on; those of a single tile pass too fast to gain by it.
                    var part = p / InnerProductKernel.Columns * share;
                    for (var r = 0; r < kernel.Rows; r++)
                    {
                        CacheLines.Fetch(rows[r] + ahead + part, Math.Min(share, depth - part));
                    }
                }

                kernel.Run(
                    Math.Min(InnerProductKernel.Columns, pixels - p), depth, rows, block + p * columnPitch, columnPitch,
                    sums + (nint)p * kernel.Lanes, pitch, accumulate);
            }
        }
    }
}
