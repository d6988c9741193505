using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Runs a <see cref="CorrelationPlan"/> as an implicit matrix product: filters × (channels, taps) × pixels. With many pixels each task
/// owns a group of output rows and all filters; with few each owns some filters and all pixels, so that every weight is read once.
/// </summary>
internal sealed unsafe class CorrelationRunner(CpuThreads threads)
{
    private readonly Scratch _shared = new();
    private readonly Scratch[] _own = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">as the correlation's strides say</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]; the rows and columns of this correlation are written</param>
    public void Run(CorrelationPlan plan, float* input, float* weight, float* bias, float* output)
    {
        if (plan.IsFew)
        {
            var pixels = _shared.Floats((long)plan.Correlation.Depth * plan.AccumulatorPitch);
            threads.For(plan.Blocks, new FillTask(plan, input, pixels));
            threads.For(FilterTask.Count(plan), new FilterTask(plan, weight, pixels, bias, output, _own));
        }
        else
        {
            var panels = _shared.Floats((long)plan.Panels * plan.Kernel.Rows * plan.Correlation.Depth);
            threads.For(plan.Panels, new PackTask(plan, weight, panels));
            threads.For(plan.Groups, new GroupTask(plan, input, panels, bias, output, _own));
        }
    }

    /// <summary>Adds one block of channels to the accumulators [panels · Rows][AccumulatorPitch] of a group.</summary>
    /// <param name="panels">first panel's first step of this block</param>
    /// <param name="panelPitch">from one panel to the next</param>
    private static void Multiply(
        CorrelationPlan plan, float* panels, nint panelPitch, int panelCount, float* right, int vectors, int depth, float* c, bool accumulate)
    {
        var kernel = plan.Kernel;
        fixed (int* bases = plan.Bases, offsets = plan.Offsets)
        {
            for (var v = 0; v < vectors;)
            {
                var tile = kernel.NextTile(vectors - v);
                for (var p = 0; p < panelCount; p++)
                {
                    kernel.Run(
                        tile, depth, panels + p * panelPitch, right, bases + v, offsets,
                        c + (nint)p * kernel.Rows * plan.AccumulatorPitch + v * kernel.Lanes, plan.AccumulatorPitch, accumulate);
                }

                v += tile;
            }
        }
    }

    /// <summary>Writes the accumulators of some filters and output rows, with the bias.</summary>
    private static void Finish(CorrelationPlan plan, float* c, int firstFilter, int filters, int run, int runs, float* bias, float* output)
    {
        var g = plan.Correlation;
        for (var f = 0; f < filters; f++)
        {
            var shift = bias == null ? 0 : bias[firstFilter + f];
            for (var r = 0; r < runs; r++)
            {
                var n = (run + r) / g.Rows;
                var y = (run + r) % g.Rows * g.OutStepY + g.OutTop;
                var to = output + (((nint)n * g.Filters + firstFilter + f) * g.OutH + y) * g.OutW + g.OutLeft;
                Rows.Write(c + (nint)f * plan.AccumulatorPitch + r * plan.RunPitch, g.Columns, shift, to, g.OutStepX);
            }
        }
    }

    /// <summary>Packs one panel of the weight.</summary>
    private readonly struct PackTask(CorrelationPlan plan, float* weight, float* panels) : ITask
    {
        public void Run(int task, int worker)
        {
            var c = plan.Correlation;
            var rows = plan.Kernel.Rows;
            var used = Math.Min(rows, c.Filters - task * rows);
            Panels.FromTaps(
                weight + (nint)task * rows * c.FilterStride, c.FilterStride, c.ChannelStride, plan.WeightTaps, used, c.Channels, rows,
                panels + (nint)task * rows * c.Depth);
        }
    }

    /// <summary>All filters of one group of output rows.</summary>
    private readonly struct GroupTask(CorrelationPlan plan, float* input, float* panels, float* bias, float* output, Scratch[] own) : ITask
    {
        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            var image = task / plan.GroupsPerImage;
            var row = task % plan.GroupsPerImage * plan.GroupRows;
            var rows = Math.Min(plan.GroupRows, g.Rows - row);
            var kernel = plan.Kernel;
            var c = own[worker].Floats((long)plan.Panels * kernel.Rows * plan.AccumulatorPitch + plan.BandSize);
            var band = c + (nint)plan.Panels * kernel.Rows * plan.AccumulatorPitch;
            var pixels = input + (nint)image * g.Channels * g.InH * g.InW;
            for (var block = 0; block < plan.Blocks; block++)
            {
                var first = block * plan.BlockChannels;
                var channels = Math.Min(plan.BlockChannels, g.Channels - first);
                var right = band;
                switch (plan.Layout)
                {
                    case BandLayout.InPlace:
                        right = pixels + (nint)first * plan.ChannelPitch + (nint)(row * g.StrideY + plan.MinY) * g.InW + plan.MinX;
                        break;
                    case BandLayout.Rows:
                        Bands.FillRows(plan, pixels, first, channels, row, rows, band);
                        break;
                    default:
                        Bands.FillPixels(plan, input, first, channels, image * g.Rows + row, rows, band);
                        break;
                }

                Multiply(
                    plan, panels + (nint)first * g.Taps.Length * kernel.Rows, (nint)g.Depth * kernel.Rows, plan.Panels,
                    right, plan.VectorsOf(rows), channels * g.Taps.Length, c, accumulate: block > 0);
            }

            Finish(plan, c, 0, g.Filters, image * g.Rows + row, rows, bias, output);
        }
    }

    /// <summary>Lays out one block of channels of all pixels.</summary>
    private readonly struct FillTask(CorrelationPlan plan, float* input, float* pixels) : ITask
    {
        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            var first = task * plan.BlockChannels;
            Bands.FillPixels(
                plan, input, first, Math.Min(plan.BlockChannels, g.Channels - first), 0, plan.GroupRows,
                pixels + (nint)first * g.Taps.Length * plan.AccumulatorPitch);
        }
    }

    /// <summary>All pixels of some panels of filters.</summary>
    private readonly struct FilterTask(CorrelationPlan plan, float* weight, float* pixels, float* bias, float* output, Scratch[] own) : ITask
    {
        /// <summary>Panels to a task: each of them reads all pixels again.</summary>
        private const int TaskPanels = 4;

        public static int Count(CorrelationPlan plan) => CorrelationPlan.DivideUp(plan.Panels, TaskPanels);

        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            var rows = plan.Kernel.Rows;
            var firstPanel = task * TaskPanels;
            var panels = Math.Min(TaskPanels, plan.Panels - firstPanel);
            var firstFilter = firstPanel * rows;
            var filters = Math.Min(panels * rows, g.Filters - firstFilter);
            var accumulators = (long)TaskPanels * rows * plan.AccumulatorPitch;
            var c = own[worker].Floats(accumulators + (long)TaskPanels * rows * plan.Offsets.Length);
            var packed = c + accumulators;
            for (var block = 0; block < plan.Blocks; block++)
            {
                var first = block * plan.BlockChannels;
                var channels = Math.Min(plan.BlockChannels, g.Channels - first);
                var depth = channels * g.Taps.Length;
                for (var p = 0; p < panels; p++)
                {
                    var filter = firstFilter + p * rows;
                    Panels.FromTaps(
                        weight + (nint)filter * g.FilterStride + (nint)first * g.ChannelStride, g.FilterStride, g.ChannelStride, plan.WeightTaps,
                        Math.Min(rows, g.Filters - filter), channels, rows, packed + (nint)p * rows * depth);
                }

                Multiply(
                    plan, packed, (nint)rows * depth, panels, pixels + (nint)first * g.Taps.Length * plan.AccumulatorPitch,
                    plan.Vectors, depth, c, accumulate: block > 0);
            }

            Finish(plan, c, firstFilter, filters, 0, plan.GroupRows, bias, output);
        }
    }
}
