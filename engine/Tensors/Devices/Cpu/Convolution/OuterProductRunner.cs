using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs an <see cref="OuterProductPlan"/>: dy packed as the left factor, columns as the right, pixels as the reduction.</summary>
internal sealed unsafe class OuterProductRunner(CpuThreads threads)
{
    private readonly Scratch _columns = new();
    private readonly Scratch _panels = new();
    private readonly Scratch[] _own = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="dy">[N, K, OutH, OutW]</param>
    /// <param name="dw">[K, C, KernelH, KernelW]</param>
    public void Run(OuterProductPlan plan, float* x, float* dy, float* dw)
    {
        var columns = _columns.Floats(plan.Columns.Size);
        var panels = _panels.Floats((long)plan.Panels * plan.Kernel.Rows * plan.Columns.Pixels);
        plan.Columns.Fill(threads, x, columns, _own);
        threads.For(plan.Panels, new PackTask(plan, dy, panels));
        threads.For(FilterTask.Count(plan), new FilterTask(plan, columns, panels, dw, _own));
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

    /// <summary>The gradient of some panels of filters.</summary>
    private readonly struct FilterTask(OuterProductPlan plan, float* columns, float* panels, float* dw, Scratch[] own) : ITask
    {
        private const int TaskPanels = 4;

        public static int Count(OuterProductPlan plan) => CorrelationPlan.DivideUp(plan.Panels, TaskPanels);

        public void Run(int task, int worker)
        {
            var blocks = plan.Columns;
            var end = Math.Min((task + 1) * TaskPanels, plan.Panels);
            for (var c = 0; c < blocks.Geometry.C; c += blocks.BlockChannels)
            {
                var start = blocks.Block(c).Start;
                for (var p = task * TaskPanels; p < end; p++)
                {
                    Multiply(p, c, columns + start, worker);
                }
            }
        }

        private void Multiply(int panel, int channel, float* block, int worker)
        {
            var g = plan.Columns.Geometry;
            var kernel = plan.Kernel;
            var row = g.C * plan.Columns.Taps;
            var to = dw + (nint)panel * kernel.Rows * row + channel * plan.Columns.Taps;
            var left = panels + (nint)panel * plan.Columns.Pixels * kernel.Rows;
            var filters = Math.Min(kernel.Rows, g.K - panel * kernel.Rows);
            var vectors = plan.Columns.ChannelsOf(channel) * plan.Columns.Taps / kernel.Lanes;
            var isWhole = filters == kernel.Rows;
            var ldc = isWhole ? row : kernel.Vectors * kernel.Lanes;
            var spare = isWhole ? null : own[worker].Floats((long)kernel.Rows * ldc);
            fixed (int* bases = plan.Bases, offsets = channel + plan.Columns.BlockChannels <= g.C ? plan.Offsets : plan.LastOffsets)
            {
                for (var v = 0; v < vectors;)
                {
                    var tile = kernel.NextTile(vectors - v);
                    var columnsTo = to + v * kernel.Lanes;
                    kernel.Run(tile, plan.Columns.Pixels, left, block, bases + v, offsets, isWhole ? columnsTo : spare, ldc, accumulate: false);
                    for (var f = 0; !isWhole && f < filters; f++)
                    {
                        new ReadOnlySpan<float>(spare + f * ldc, tile * kernel.Lanes).CopyTo(new Span<float>(columnsTo + (nint)f * row, tile * kernel.Lanes));
                    }

                    v += tile;
                }
            }
        }
    }
}
