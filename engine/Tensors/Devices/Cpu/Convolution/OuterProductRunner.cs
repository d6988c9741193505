using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs an <see cref="OuterProductPlan"/>: dy packed as the left factor, columns as the right, pixels as the reduction.</summary>
internal sealed unsafe class OuterProductRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _shared = memory.Shared;
    private readonly Scratch[] _workerScratch = memory.PerWorker;

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="dy">[N, K, OutH, OutW]</param>
    /// <param name="dw">[K, C, KernelH, KernelW]</param>
    public void Run(OuterProductPlan plan, float* x, float* dy, float* dw) => Run(plan, x, dy, dw, default, updates: false);

    /// <summary>Computes the gradient and updates the weights piece by piece, so that the gradient never leaves the core's cache.</summary>
    /// <param name="target">the weights [K, C, KernelH, KernelW]</param>
    public void Update(OuterProductPlan plan, float* x, float* dy, in AdamTarget target) => Run(plan, x, dy, null, target, updates: true);

    /// <summary>
    /// As <see cref="Update"/>, but leaves product and update to a background loop. x and dy are not read after the call returns.
    /// </summary>
    public void Assign(BackgroundProduct loop, OuterProductPlan plan, float* x, float* dy, in AdamTarget target) => loop.Tasks.Assign(
        FilterTask.Count(plan), Prepare(plan, x, dy, null, target, updates: true, loop.Factors));

    private void Run(OuterProductPlan plan, float* x, float* dy, float* dw, in AdamTarget target, bool updates) =>
        threads.For(FilterTask.Count(plan), Prepare(plan, x, dy, dw, target, updates, _shared));

    /// <summary>Packs both factors and returns the remaining work.</summary>
    private FilterTask Prepare(
        OuterProductPlan plan, float* x, float* dy, float* dw, in AdamTarget target, bool updates, Scratch factors)
    {
        var columns = factors.Floats(plan.Columns.Size + ((long)plan.Panels * plan.Kernel.Rows * plan.Columns.Pixels));
        var panels = columns + plan.Columns.Size;
        plan.Columns.Fill(threads, x, columns, _workerScratch);
        threads.For(plan.Panels, new PackTask(plan, dy, panels));
        return new FilterTask(plan, columns, panels, dw, target, updates, _workerScratch);
    }

    /// <summary>A background product with the memory of its factors.</summary>
    public sealed class BackgroundProduct
    {
        public BackgroundLoop Loop => Tasks;

        internal BackgroundLoop<FilterTask> Tasks { get; } = new();

        internal Scratch Factors { get; } = new();
    }

    /// <summary>Packs one panel of dy for all pixels of all images.</summary>
    private readonly struct PackTask(OuterProductPlan plan, float* dy, float* panels) : ITask
    {
        public void Run(int task, int worker)
        {
            var g = plan.Columns.Geometry;
            var rows = plan.Kernel.Rows;
            var plane = g.OutH * g.OutW;
            for (var n = 0; n < g.N; n++)
            {
                Panels.FromRows(
                    dy + ((nint)n * g.K + task * rows) * plane, plane, Math.Min(rows, g.K - task * rows), plane, rows,
                    panels + ((nint)task * plan.Columns.Pixels + n * plane) * rows);
            }
        }
    }

    /// <summary>Computes the gradient of some panels of filters.</summary>
    internal readonly struct FilterTask(
        OuterProductPlan plan, float* columns, float* panels, float* dw, AdamTarget target, bool updates, Scratch[] scratch) : ITask
    {
        private const int TaskPanels = 4;

        /// <summary>
        /// Padding of a row in scratch memory: rows a power of two apart would map to few of the cache's sets.
        /// </summary>
        private const int Padding = 16;

        public static int Count(OuterProductPlan plan) => CorrelationPlan.DivideUp(plan.Panels, TaskPanels);

        /// <summary>Most floats of the gradient between product and update: a megabyte stays in a core's cache.</summary>
        private const int MaxPendingGradient = 256 * 1024;

        public void Run(int task, int worker)
        {
            var blocks = plan.Columns;
            var end = Math.Min((task + 1) * TaskPanels, plan.Panels);
            if (updates)
            {
                var together = Math.Clamp(MaxPendingGradient / (plan.Kernel.Rows * blocks.Geometry.C * blocks.Taps), 1, TaskPanels);
                for (var p = task * TaskPanels; p < end; p += together)
                {
                    Update(p, Math.Min(p + together, end), worker);
                }

                return;
            }

            for (var c = 0; c < blocks.Geometry.C; c += blocks.BlockChannels)
            {
                for (var p = task * TaskPanels; p < end; p++)
                {
                    Multiply(p, c, worker);
                }
            }
        }

        /// <summary>
        /// Multiplies some panels with all columns and updates their weights, in whole rows, since the hardware prefetcher needs long
        /// streams. On pieces of 16 KB the update took half as long again.
        /// </summary>
        private void Update(int first, int end, int worker)
        {
            var blocks = plan.Columns;
            var rows = plan.Kernel.Rows;
            var row = blocks.Geometry.C * blocks.Taps;
            var ldc = row + Padding;
            var workspace = scratch[worker].Floats((long)(end - first) * rows * ldc);
            for (var c = 0; c < blocks.Geometry.C; c += blocks.BlockChannels)
            {
                for (var p = first; p < end; p++)
                {
                    Multiply(p, c, workspace + ((nint)(p - first) * rows * ldc) + (c * blocks.Taps), ldc);
                }
            }

            var filters = Math.Min(end * rows, blocks.Geometry.K) - (first * rows);
            for (var f = 0; f < filters; f++)
            {
                target.Update((nint)((first * rows) + f) * row, workspace + ((nint)f * ldc), row);
            }
        }

        /// <summary>
        /// Multiplies one panel with one block of columns, directly into dw or, if the panel is incomplete, through scratch memory.
        /// </summary>
        private void Multiply(int panel, int channel, int worker)
        {
            var g = plan.Columns.Geometry;
            var rows = plan.Kernel.Rows;
            var row = g.C * plan.Columns.Taps;
            var to = dw + (nint)panel * rows * row + channel * plan.Columns.Taps;
            var filters = Math.Min(rows, g.K - panel * rows);
            if (filters == rows)
            {
                Multiply(panel, channel, to, row);
                return;
            }

            var length = plan.Columns.ChannelsOf(channel) * plan.Columns.Taps;
            var ldc = length + Padding;
            var workspace = scratch[worker].Floats((long)rows * ldc);
            Multiply(panel, channel, workspace, ldc);
            for (var f = 0; f < filters; f++)
            {
                new ReadOnlySpan<float>(workspace + (nint)f * ldc, length).CopyTo(new Span<float>(to + (nint)f * row, length));
            }
        }

        private void Multiply(int panel, int channel, float* c, int ldc)
        {
            var kernel = plan.Kernel;
            var block = columns + plan.Columns.Block(channel).Start;
            var left = panels + (nint)panel * plan.Columns.Pixels * kernel.Rows;
            var vectors = plan.Columns.ChannelsOf(channel) * plan.Columns.Taps / kernel.Lanes;
            fixed (
                int* bases = plan.Bases,
                offsets = channel + plan.Columns.BlockChannels <= plan.Columns.Geometry.C ? plan.Offsets : plan.LastOffsets)
            {
                for (var v = 0; v < vectors;)
                {
                    var tile = kernel.NextTile(vectors - v);
                    kernel.Run(
                        tile, plan.Columns.Pixels, left, new(block, bases + v, offsets),
                        new(c + v * kernel.Lanes, ldc, accumulates: false));
                    v += tile;
                }
            }
        }
    }
}
