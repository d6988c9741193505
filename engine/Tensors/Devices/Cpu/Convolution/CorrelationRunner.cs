using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Runs a <see cref="CorrelationPlan"/> as an implicit matrix product: filters × (channels, taps) × pixels. With many pixels each task
/// computes a group of output rows for all filters; with few it computes all pixels for some filters, so that every weight is read once.
/// </summary>
/// <remarks>
/// What scratch memory holds, outermost first; a panel is that of <see cref="WeightPanels"/>, a band has the plan's layout:
/// <code>
/// shared, many pixels   [channel group][panel]                                     all filters, all channels
/// worker, many pixels   accumulators [phase][filter][AccumulatorPitch], then       all filters of a group of pixels
///                       band [channel][ChannelPitch]                               a block of channels, unless it is read in place
/// shared, few pixels    band [channel][ChannelPitch]                               all pixels, all channels
/// worker, few pixels    accumulators [phase][filter][AccumulatorPitch], then       filters of TaskPanels panels
///                       [panel], then workspace of Pack                            a block of channels
/// </code>
/// A worker's is its task's alone and not cleared: the first block of channels overwrites the accumulators. The shared one is written by
/// one loop and read by the next.
/// </remarks>
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
    private static nint PanelSet(CorrelationPlan plan) => plan.Panels * WeightPanels.Size(plan, plan.Correlation.Channels);

    /// <summary>Adds one block of channels of all phases to the accumulators; the first block overwrites them.</summary>
    /// <param name="pixels">the band of the block's channels</param>
    /// <param name="vectors">vectors of pixels</param>
    /// <param name="phasePitch">distance between the phases' accumulators</param>
    private static void Multiply(
        CorrelationPlan plan, int block, in PackedFilters filters, float* pixels, int vectors, float* accumulators, nint phasePitch)
    {
        var kernel = plan.Kernel;
        var (first, channels) = plan.ChannelsOf(block);
        var pitch = WeightPanels.Size(plan, filters.Channels.Count);
        for (var p = 0; p < plan.Phases.Length; p++)
        {
            var phase = plan.Phases[p];
            var panels = filters.Panels + WeightPanels.Start(plan, phase, filters.Channels.Count)
                + (nint)(first - filters.Channels.First) * phase.Taps * kernel.Rows;
            var c = accumulators + p * phasePitch;
            fixed (int* bases = plan.Bases, offsets = phase.Offsets)
            {
                for (var v = 0; v < vectors;)
                {
                    var tile = kernel.NextTile(vectors - v);
                    for (var panel = 0; panel < filters.Count; panel++)
                    {
                        kernel.Run(
                            tile, channels * phase.Taps, panels + panel * pitch, new(pixels, bases + v, offsets),
                            new(
                                c + (nint)panel * kernel.Rows * plan.AccumulatorPitch + v * kernel.Lanes, plan.AccumulatorPitch,
                                accumulates: block > 0));
                    }

                    v += tile;
                }
            }
        }
    }

    /// <summary>Packs one panel of the weight, all channels.</summary>
    private readonly struct PackTask(CorrelationPlan plan, float* weight, float* panels, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (set, panel) = Math.DivRem(task, plan.Panels);
            var (g, rows) = (plan.Correlation, plan.Kernel.Rows);
            var workspace = scratch[worker].Floats(WeightPanels.ScratchSize(plan));
            WeightPanels.Pack(
                plan, weight + ((nint)set * g.Filters * g.Channels * g.WeightPlane), panel * rows, (First: 0, g.Channels), workspace,
                panels + task * WeightPanels.Size(plan, g.Channels));
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
            var pixels = new PixelGroup(image, row, rows, left);
            var packed = new PackedFilters(panels + set * PanelSet(plan), plan.Panels, (First: 0, g.Channels));
            for (var block = 0; block < plan.Blocks; block++)
            {
                var right = Bands.Of(plan, channelGroup, block, pixels, band);
                Multiply(plan, block, packed, right, plan.VectorsOf(rows), c, phasePitch);
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
        public void Run(int task, int worker) =>
            Bands.Of(plan, input, task, new PixelGroup(Image: 0, Row: 0, plan.GroupRows, Left: 0), pixels + plan.StartOf(task));
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
            var blockSize = TaskPanels * WeightPanels.Size(plan, plan.BlockChannels);
            var c = scratch[worker].Floats(accumulators + blockSize + WeightPanels.ScratchSize(plan));
            var packed = c + accumulators;
            for (var block = 0; block < plan.Blocks; block++)
            {
                var channels = plan.ChannelsOf(block);
                for (var panel = 0; panel < panels; panel++)
                {
                    WeightPanels.Pack(
                        plan, weight, firstFilter + panel * rows, channels, packed + blockSize,
                        packed + panel * WeightPanels.Size(plan, channels.Count));
                }

                Multiply(
                    plan, block, new PackedFilters(packed, panels, channels), pixels + plan.StartOf(block), plan.Vectors,
                    c, phasePitch);
            }

            new OutputRows(plan, bias, output)
            {
                FirstFilter = firstFilter, Filters = filters, FirstRow = 0, Rows = plan.GroupRows, Left = 0,
            }.Write(c, phasePitch);
        }
    }

    /// <summary>Panels of filters, one after the other.</summary>
    /// <param name="panels">the first one</param>
    /// <param name="count">number of panels</param>
    /// <param name="channels">the channels of each panel</param>
    private readonly struct PackedFilters(float* panels, int count, (int First, int Count) channels)
    {
        public float* Panels => panels;

        public int Count => count;

        public (int First, int Count) Channels => channels;
    }
}
