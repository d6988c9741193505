using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="WinogradPlan"/>: transforms the weight, then for each chunk of tiles transforms the input, computes the matrix
/// products of each group of filters and transforms them to outputs, while the chunk is in the cache. With a large weight and few chunks,
/// it transforms the input of all chunks first, then for each group of filters transforms its weight and computes the outputs. The sums and
/// their order are the same.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal sealed unsafe class WinogradRunner<TPoints>(CpuThreads threads, ConvolutionMemory memory)
    where TPoints : struct, IPointTransform
{
    /// <summary>
    /// From this many chunks per thread on, each chunk is one task, in equal numbers for all threads. With fewer, and for the remaining
    /// chunks, groups of filters are divided among threads, so that none is idle.
    /// </summary>
    private const int FewChunks = 3;

    /// <summary>Floats of transformed input that are buffered before their products.</summary>
    private const long WaitingInput = 4 << 20;

    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">weight in the layout of the correlation's strides</param>
    /// <param name="held">cache of the transformed weight; null for a weight that may change</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(WinogradPlan plan, float* input, float* weight, HeldWeight? held, float* bias, float* output)
    {
        var toPoints = new InputTransform<TPoints>(plan, input);
        var toPixels = new OutputTransform<TPoints>(plan, bias, output);
        var kept = plan.CachesWeight ? held : null;
        if (kept is null && plan.TransformsWeightPerGroup)
        {
            // Reuse the buffer in which other layers keep a whole transformed weight: there is none here.
            var inputs = memory.Weights.Floats(plan.Chunks.Length * plan.Inputs);
            threads.For(plan.Chunks.Length * ChannelTask.Parts(plan), new ChannelTask(plan, 0, toPoints, inputs, memory.PerWorker));
            threads.For(WeightGroupTask.Count(plan), new WeightGroupTask(plan, weight, inputs, toPixels, memory.PerWorker));
            return;
        }

        var whole = HeldWeight.FormOf(kept, plan.WeightForm, plan.Weights + TileRow.Width, memory.Weights, out var isMade);
        var u = new TransformedWeight(plan, whole, plan.PanelsOf(0, plan.PhasePanels));
        if (!isMade)
        {
            threads.For(WeightTransform<TPoints>.Count(plan), new WeightTransform<TPoints>(plan, weight, u, memory.PerWorker));
        }

        // Both ways compute each number identically, so the split does not affect the bits.
        var all = plan.Chunks.Length;
        var alone = all >= FewChunks * threads.Count ? all - (all % threads.Count) : 0;
        threads.For(alone, new ChunkTask(plan, toPoints, u, toPixels, memory.PerWorker));
        if (alone == all)
        {
            return;
        }

        var batch = (int)Math.Clamp(WaitingInput / plan.Inputs, 1, all - alone);
        var v = memory.Inputs.Floats(batch * plan.Inputs);
        for (var chunk = alone; chunk < all; chunk += batch)
        {
            var chunks = Math.Min(batch, all - chunk);
            threads.For(chunks * ChannelTask.Parts(plan), new ChannelTask(plan, chunk, toPoints, v, memory.PerWorker));
            threads.For(chunks * plan.Groups, new GroupTask(plan, chunk, v, u, toPixels, memory.PerWorker));
        }
    }

    /// <summary>Computes the outputs of a chunk.</summary>
    private readonly struct ChunkTask(
        WinogradPlan plan, InputTransform<TPoints> toPoints, TransformedWeight u, OutputTransform<TPoints> toPixels,
        Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var v = scratch[worker].Floats(plan.Inputs + Math.Max(InputTransform<TPoints>.ScratchSize(plan), GroupTask.ScratchSize(plan)));
            var workspace = v + plan.Inputs;
            for (var channel = 0; channel < plan.Correlation.Channels; channel++)
            {
                toPoints.Run(plan.Chunks[task], channel, v, workspace);
            }

            for (var group = 0; group < plan.Groups; group++)
            {
                GroupTask.Run(plan, plan.Chunks[task], plan.PanelsOf(group, plan.GroupPanels), u, v, v, toPixels, workspace);
            }
        }
    }

    /// <summary>Transforms some channels of a chunk's input.</summary>
    private readonly struct ChannelTask(
        WinogradPlan plan, int firstChunk, InputTransform<TPoints> toPoints, float* v, Scratch[] scratch) : ITask
    {
        private const int PartChannels = 8;

        public static int Parts(WinogradPlan plan) => DivideUp(plan.Correlation.Channels, PartChannels);

        public void Run(int task, int worker)
        {
            var workspace = scratch[worker].Floats(InputTransform<TPoints>.ScratchSize(plan));
            var chunk = task / Parts(plan);
            var first = task % Parts(plan) * PartChannels;
            for (var channel = first; channel < Math.Min(first + PartChannels, plan.Correlation.Channels); channel++)
            {
                toPoints.Run(plan.Chunks[firstChunk + chunk], channel, v + (chunk * plan.Inputs), workspace);
            }
        }
    }

    /// <summary>Computes the outputs of a group of filters from a chunk's transformed input.</summary>
    private readonly struct GroupTask(
        WinogradPlan plan, int firstChunk, float* v, TransformedWeight u, OutputTransform<TPoints> toPixels, Scratch[] scratch) : ITask
    {
        public static long ScratchSize(WinogradPlan plan) => plan.Products + OutputTransform<TPoints>.ScratchSize(plan);

        public void Run(int task, int worker)
        {
            var chunk = task / plan.Groups;
            var input = v + (chunk * plan.Inputs);
            var panels = plan.PanelsOf(task % plan.Groups, plan.GroupPanels);
            Run(plan, plan.Chunks[firstChunk + chunk], panels, u, input, input, toPixels, scratch[worker].Floats(ScratchSize(plan)));
        }

        public static void Run(
            WinogradPlan plan, WinogradChunk chunk, PanelRange panels, TransformedWeight u, float* v, float* nextV,
            OutputTransform<TPoints> toPixels, float* m)
        {
            ChunkProduct.Run(plan, chunk, panels, u, v, nextV, m);
            var rows = plan.Kernel.Rows;
            var first = panels.First * rows;
            for (var f = 0; f < Math.Min(panels.Count * rows, plan.Correlation.Filters - first); f++)
            {
                toPixels.Run(
                    chunk, first + f, m + (f * WinogradPlan.TilePitch), (nint)plan.GroupPanels * rows * WinogradPlan.TilePitch,
                    m + plan.Products);
            }
        }
    }

    /// <summary>
    /// Transforms the weight of a group of filters and computes its outputs from the transformed input of all chunks. The transformed
    /// weight never leaves the worker's cache.
    /// </summary>
    private readonly struct WeightGroupTask(
        WinogradPlan plan, float* weight, float* v, OutputTransform<TPoints> toPixels, Scratch[] scratch) : ITask
    {
        public static int Count(WinogradPlan plan) => DivideUp(plan.PhasePanels, plan.GroupWeightPanels);

        public void Run(int task, int worker)
        {
            var panels = plan.PanelsOf(task, plan.GroupWeightPanels);
            var weights = ((long)plan.Places * plan.WeightPitchOf(panels.Count)) + TileRow.Width;
            var start = scratch[worker].Floats(weights + Math.Max(WeightTransform<TPoints>.ScratchSize(plan), GroupTask.ScratchSize(plan)));
            var workspace = start + weights;
            var u = new TransformedWeight(plan, start, panels);
            var transform = new WeightTransform<TPoints>(plan, weight, u, scratch);
            for (var panel = panels.First; panel < panels.End; panel++)
            {
                transform.Run(panel, 0, plan.Correlation.Channels, workspace);
            }

            var chunks = plan.Chunks;
            for (var chunk = 0; chunk < chunks.Length; chunk++)
            {
                var nextV = v + ((chunk + 1) % chunks.Length * plan.Inputs);
                GroupTask.Run(plan, chunks[chunk], panels, u, v + (chunk * plan.Inputs), nextV, toPixels, workspace);
            }
        }
    }
}
