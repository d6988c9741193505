using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Runs a <see cref="CorrelationPlan"/> as an implicit matrix product: filters × (channels, taps) × pixels. With many pixels each task
/// computes a group of output rows for all filters; with few it computes all pixels for some filters, so that every weight is read once.
/// </summary>
internal sealed unsafe class CorrelationRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _shared = memory.Shared;
    private readonly Scratch[] _workerScratch = memory.PerWorker;

    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">weight in the layout of the correlation's strides</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(CorrelationPlan plan, float* input, float* weight, float* bias, float* output)
    {
        if (plan.HasFewPixels)
        {
            var pixels = _shared.Floats((long)plan.Correlation.Channels * plan.ChannelPitch);
            threads.For(plan.Blocks, new FillTask(plan, input, pixels));
            threads.For(FilterTask.Count(plan), new FilterTask(plan, weight, pixels, bias, output, _workerScratch));
        }
        else
        {
            var sets = plan.Correlation.ChannelGroups;
            var panels = _shared.Floats(sets * PanelSet(plan));
            threads.For(sets * plan.Panels, new PackTask(plan, weight, panels, _workerScratch));
            threads.For(sets * plan.Groups, new GroupTask(plan, input, panels, bias, output, _workerScratch));
        }
    }

    /// <summary>Floats of the panels of a channel group.</summary>
    private static nint PanelSet(CorrelationPlan plan) => (nint)plan.Panels * plan.Kernel.Rows * plan.Steps;

    /// <summary>Adds one block of channels of one phase to the accumulators [panels · Rows][AccumulatorPitch] of a group.</summary>
    private static void Multiply(
        CorrelationPlan plan, PhasePlan phase, in PackedFilters filters, in PixelBlock pixels, float* c, bool accumulate)
    {
        var kernel = plan.Kernel;
        fixed (int* bases = plan.Bases, offsets = phase.Offsets)
        {
            for (var v = 0; v < pixels.Vectors;)
            {
                var tile = kernel.NextTile(pixels.Vectors - v);
                for (var p = 0; p < filters.Panels; p++)
                {
                    kernel.Run(
                        tile, pixels.Channels * phase.Taps, filters.First + p * filters.Pitch, pixels.First, bases + v, offsets,
                        c + (nint)p * kernel.Rows * plan.AccumulatorPitch + v * kernel.Lanes, plan.AccumulatorPitch, accumulate);
                }

                v += tile;
            }
        }
    }

    /// <summary>Writes the accumulators of some filters and output rows of all phases, with the bias.</summary>
    /// <param name="phasePitch">distance in accumulators between phases</param>
    /// <param name="output">the channel group's first filter in the first image</param>
    private static void Finish(
        CorrelationPlan plan, float* c, nint phasePitch, FilterRange range, RowRange part, float* bias, float* output)
    {
        var g = plan.Correlation;
        var (firstFilter, filters) = range;
        var (run, runs, left) = part;
        var columns = Math.Min(plan.GroupColumns, g.Columns - left);
        if (plan.HasWholeRows)
        {
            FinishRows(plan, c, range, part, bias, output);
            return;
        }

        for (var f = 0; f < filters; f++)
        {
            var shift = bias == null ? 0 : bias[firstFilter + f];
            for (var r = 0; r < runs; r++)
            {
                var image = output + ((nint)((run + r) / g.Rows) * g.OutputPlanes + firstFilter + f) * g.OutH * g.OutW;
                var from = c + (nint)f * plan.AccumulatorPitch + r * plan.RunPitch;
                for (var p = 0; p < plan.Phases.Length; p++)
                {
                    var phase = plan.Phases[p].Phase;
                    var y = (run + r) % g.Rows * g.OutStepY + phase.Top;
                    if (y >= g.OutH)
                    {
                        continue;
                    }

                    var to = image + (nint)y * g.OutW + phase.Left + left * g.OutStepX;
                    if (phase.Left == 0)
                    {
                        // The next filter's rows are scattered: without prefetching, each would be a separate cache miss.
                        CacheLines.Prefetch(to + ((nint)g.OutH * g.OutW), columns * g.OutStepX);
                    }

                    if (g.OutStepX == 2 && g.OutW % 2 == 0)
                    {
                        // Phases alternate left, right, left, right.
                        Interleaving.Interleave(from + p * phasePitch, from + (p + 1) * phasePitch, columns, shift, to);
                        p++;
                    }
                    else
                    {
                        var inside = CorrelationPlan.DivideUp(g.OutW - phase.Left, g.OutStepX) - left;
                        Interleaving.ScatterStrided(from + p * phasePitch, Math.Min(columns, inside), shift, to, g.OutStepX);
                    }
                }
            }
        }
    }

    /// <summary>As <see cref="Finish"/>, where the rows of an image are contiguous both in the accumulators and in the output.</summary>
    private static void FinishRows(CorrelationPlan plan, float* c, FilterRange range, RowRange part, float* bias, float* output)
    {
        var g = plan.Correlation;
        var (firstFilter, filters) = range;
        var (run, runs, _) = part;
        for (var f = 0; f < filters; f++)
        {
            var shift = bias == null ? 0 : bias[firstFilter + f];
            for (var r = 0; r < runs;)
            {
                var (image, y) = Math.DivRem(run + r, g.Rows);
                var rows = Math.Min(g.Rows - y, runs - r);
                var to = output + (((((nint)image * g.OutputPlanes) + firstFilter + f) * g.OutH) + y) * g.OutW;

                // The next filter's rows, which are elsewhere in memory.
                CacheLines.Prefetch(to + ((nint)g.OutH * g.OutW), rows * g.OutW);
                Interleaving.ScatterStrided(c + ((nint)f * plan.AccumulatorPitch) + (r * plan.RunPitch), rows * g.OutW, shift, to, 1);
                r += rows;
            }
        }
    }

    /// <summary>Packs one panel of the weight, phase after phase.</summary>
    private readonly struct PackTask(CorrelationPlan plan, float* weight, float* panels, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (set, panel) = Math.DivRem(task, plan.Panels);
            var (g, rows) = (plan.Correlation, plan.Kernel.Rows);
            var workspace = scratch[worker].Floats(WeightPanels.ScratchSize(plan));
            WeightPanels.Pack(
                plan, weight + ((nint)set * g.Filters * g.Channels * plan.Plane), panel * rows, (0, g.Channels), (0, 1), workspace,
                panels + (nint)task * plan.Steps * rows);
        }
    }

    /// <summary>Computes all filters of one group of output rows and columns.</summary>
    private readonly struct GroupTask(
        CorrelationPlan plan, float* input, float* panels, float* bias, float* output, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            (var set, task) = Math.DivRem(task, plan.Groups);
            var left = task % plan.ColumnGroups * plan.GroupColumns;
            task /= plan.ColumnGroups;
            var image = task / plan.RowGroups;
            var row = task % plan.RowGroups * plan.GroupRows;
            var rows = Math.Min(plan.GroupRows, (plan.IsAcrossImages ? g.Images * g.Rows : g.Rows) - row);
            var kernel = plan.Kernel;
            var phasePitch = (nint)plan.Panels * kernel.Rows * plan.AccumulatorPitch;
            var c = scratch[worker].Floats(phasePitch * plan.Phases.Length + plan.BandSize);
            var band = c + phasePitch * plan.Phases.Length;
            var channelGroup = input + (nint)set * g.Channels * g.InH * g.InW;
            var pixels = channelGroup + (nint)image * g.InputPlanes * g.InH * g.InW;
            var filterPanels = panels + set * PanelSet(plan);
            for (var block = 0; block < plan.Blocks; block++)
            {
                var first = block * plan.BlockChannels;
                var channels = Math.Min(plan.BlockChannels, g.Channels - first);
                var right = band;
                switch (plan.Layout)
                {
                    case BandLayout.InPlace:
                        right = pixels + (nint)first * plan.ChannelPitch + (nint)(row * g.StrideY + plan.MinY) * g.InW + plan.MinX + left;
                        break;
                    case BandLayout.Rows:
                        Bands.FillRows(plan, pixels, first, channels, row, rows, left, band);
                        break;
                    default:
                        Bands.FillPixels(plan, channelGroup, first, channels, image * g.Rows + row, rows, band);
                        break;
                }

                for (var p = 0; p < plan.Phases.Length; p++)
                {
                    var phase = plan.Phases[p];
                    var packed = new PackedFilters(
                        filterPanels + (nint)(phase.FirstStep + first * phase.Taps) * kernel.Rows, (nint)plan.Steps * kernel.Rows,
                        plan.Panels);
                    var laidOut = new PixelBlock(right, plan.VectorsOf(rows), channels);
                    Multiply(plan, phase, packed, laidOut, c + p * phasePitch, accumulate: block > 0);
                }
            }

            var filters = (nint)set * g.Filters;
            Finish(
                plan, c, phasePitch, new FilterRange(0, g.Filters), new RowRange(image * g.Rows + row, rows, left),
                bias == null ? null : bias + filters, output + filters * g.OutH * g.OutW);
        }
    }

    /// <summary>Lays out one block of channels of all pixels.</summary>
    private readonly struct FillTask(CorrelationPlan plan, float* input, float* pixels) : ITask
    {
        public void Run(int task, int worker)
        {
            var first = task * plan.BlockChannels;
            var channels = Math.Min(plan.BlockChannels, plan.Correlation.Channels - first);
            var to = pixels + (nint)first * plan.ChannelPitch;
            if (plan.Layout == BandLayout.Rows)
            {
                Bands.FillRows(plan, input, first, channels, 0, plan.GroupRows, 0, to);
            }
            else
            {
                Bands.FillPixels(plan, input, first, channels, 0, plan.GroupRows, to);
            }
        }
    }

    /// <summary>Computes all pixels of some panels of filters.</summary>
    private readonly struct FilterTask(
        CorrelationPlan plan, float* weight, float* pixels, float* bias, float* output, Scratch[] scratch) : ITask
    {
        /// <summary>Panels per task: each task reads all pixels.</summary>
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
            var phasePitch = (nint)TaskPanels * rows * plan.AccumulatorPitch;
            var accumulators = phasePitch * plan.Phases.Length;
            var blockSize = (nint)TaskPanels * rows * plan.BlockChannels * (plan.Steps / g.Channels);
            var c = scratch[worker].Floats(accumulators + blockSize + WeightPanels.ScratchSize(plan));
            var packed = c + accumulators;
            for (var number = 0; number < plan.Blocks; number++)
            {
                var first = number * plan.BlockChannels;
                var channels = Math.Min(plan.BlockChannels, g.Channels - first);
                for (var p = 0; p < panels; p++)
                {
                    WeightPanels.Pack(plan, weight, firstFilter + p * rows, (first, channels), (p, panels), packed + blockSize, packed);
                }

                for (var i = 0; i < plan.Phases.Length; i++)
                {
                    var phase = plan.Phases[i];
                    var filterPanels = new PackedFilters(
                        packed + WeightPanels.Start(plan, phase, 0, panels, channels), (nint)rows * channels * phase.Taps, panels);
                    var block = new PixelBlock(pixels + (nint)first * plan.ChannelPitch, plan.Vectors, channels);
                    Multiply(plan, phase, filterPanels, block, c + i * phasePitch, accumulate: number > 0);
                }
            }

            Finish(
                plan, c, phasePitch, new FilterRange(firstFilter, filters), new RowRange(0, plan.GroupRows, Left: 0), bias, output);
        }
    }

    private readonly record struct FilterRange(int First, int Count);

    /// <summary>Output rows, numbered across images.</summary>
    /// <param name="First">the first row</param>
    /// <param name="Count">number of rows</param>
    /// <param name="Left">the first column</param>
    private readonly record struct RowRange(int First, int Count, int Left);

    /// <summary>Panels of filters.</summary>
    /// <param name="first">the first panel, at the block's first reduction step</param>
    /// <param name="pitch">distance between panels</param>
    /// <param name="panels">number of panels</param>
    private readonly struct PackedFilters(float* first, nint pitch, int panels)
    {
        public float* First => first;

        public nint Pitch => pitch;

        public int Panels => panels;
    }

    /// <summary>Laid out pixels of a block of channels.</summary>
    private readonly struct PixelBlock(float* first, int vectors, int channels)
    {
        public float* First => first;

        public int Vectors => vectors;

        public int Channels => channels;
    }
}
