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

    /// <summary>Packs one panel of the weight, phase after phase.</summary>
    private readonly struct PackTask(CorrelationPlan plan, float* weight, float* panels, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (set, panel) = Math.DivRem(task, plan.Panels);
            var (g, rows) = (plan.Correlation, plan.Kernel.Rows);
            var workspace = scratch[worker].Floats(WeightPanels.ScratchSize(plan));
            WeightPanels.Pack(
                plan, weight + ((nint)set * g.Filters * g.Channels * plan.Plane), panel * rows, (First: 0, g.Channels),
                (Index: 0, Count: 1), workspace, panels + (nint)task * plan.Steps * rows);
        }
    }

    /// <summary>Computes all filters of one group of output rows and columns.</summary>
    private readonly struct GroupTask(
        CorrelationPlan plan, float* input, float* panels, float* bias, float* output, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            // Numbered [channel group][image][group of rows][group of columns].
            var (set, group) = Math.DivRem(task, plan.Groups);
            var (rowGroup, columnGroup) = Math.DivRem(group, plan.ColumnGroups);
            var (image, imageRowGroup) = Math.DivRem(rowGroup, plan.RowGroups);
            var g = plan.Correlation;
            var (row, left) = (imageRowGroup * plan.GroupRows, columnGroup * plan.GroupColumns);
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

                var pixelBlock = new PixelBlock(right, plan.VectorsOf(rows), channels);
                for (var p = 0; p < plan.Phases.Length; p++)
                {
                    var phase = plan.Phases[p];
                    var packed = new PackedFilters(
                        filterPanels + (nint)(phase.FirstStep + first * phase.Taps) * kernel.Rows, (nint)plan.Steps * kernel.Rows,
                        plan.Panels);
                    Multiply(plan, phase, packed, pixelBlock, c + p * phasePitch, accumulate: block > 0);
                }
            }

            var filters = (nint)set * g.Filters;
            new OutputRows(plan, bias == null ? null : bias + filters, output + filters * g.OutH * g.OutW)
            {
                FirstFilter = 0, Filters = g.Filters, FirstRow = image * g.Rows + row, Rows = rows, Left = left,
            }.Write(c, phasePitch);
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
                Bands.FillRows(plan, input, first, channels, row: 0, plan.GroupRows, left: 0, to);
            }
            else
            {
                Bands.FillPixels(plan, input, first, channels, run: 0, plan.GroupRows, to);
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
            for (var block = 0; block < plan.Blocks; block++)
            {
                var first = block * plan.BlockChannels;
                var channels = Math.Min(plan.BlockChannels, g.Channels - first);
                for (var panel = 0; panel < panels; panel++)
                {
                    WeightPanels.Pack(
                        plan, weight, firstFilter + panel * rows, (first, channels), (panel, panels), packed + blockSize, packed);
                }

                var pixelBlock = new PixelBlock(pixels + (nint)first * plan.ChannelPitch, plan.Vectors, channels);
                for (var p = 0; p < plan.Phases.Length; p++)
                {
                    var phase = plan.Phases[p];
                    var filterPanels = new PackedFilters(
                        packed + WeightPanels.Start(plan, phase, panel: 0, panels, channels), (nint)rows * channels * phase.Taps, panels);
                    Multiply(plan, phase, filterPanels, pixelBlock, c + p * phasePitch, accumulate: block > 0);
                }
            }

            new OutputRows(plan, bias, output)
            {
                FirstFilter = firstFilter, Filters = filters, FirstRow = 0, Rows = plan.GroupRows, Left = 0,
            }.Write(c, phasePitch);
        }
    }

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
