using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="WinogradPlan"/>: transforms the weight, then for each chunk of tiles transforms the input, computes the matrix
/// products of each group of filters and transforms them to outputs, while the chunk is in the cache. With few chunks it transforms the
/// input of all of them first, then for a part of the filters after the other transforms the weight and computes the outputs: several
/// groups at a time, or, with a large weight, each thread a group of its own. The sums and their order are the same.
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

    /// <summary>Floats of a part of a larger weight, which is transformed before its products, where the whole input is buffered.</summary>
    private const long PartWeight = 5 << 18;

    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">weight in the layout of the correlation's strides</param>
    /// <param name="held">cache of the transformed weight; null for a weight that may change</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(WinogradPlan plan, float* input, float* weight, HeldWeight? held, float* bias, float* output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(plan.Points, TPoints.Count);
        var toPoints = new InputTransform<TPoints>(plan, input);
        var toPixels = new OutputTransform<TPoints>(plan, bias, output);
        var kept = WinogradCost.CachesWeight(plan) ? held : null;
        if (kept is null && WinogradCost.TransformsWeightPerGroup(plan))
        {
            var inputs = memory.Shared.Floats(plan.Chunks.Length * plan.InputFloats);
            threads.For(plan.Chunks.Length * ChannelTask.Parts(plan), new ChannelTask(plan, 0, toPoints, inputs, memory.PerWorker));
            threads.For(WeightGroupTask.Count(plan), new WeightGroupTask(plan, weight, inputs, toPixels, memory.PerWorker));
            return;
        }

        // All ways compute each number identically, so they do not affect the bits.
        var all = plan.Chunks.Length;
        var alone = all >= FewChunks * threads.Count ? all - (all % threads.Count) : 0;
        var batch = alone == all ? 0 : (int)Math.Clamp(WaitingInput / plan.InputFloats, 1, all - alone);
        if (kept is null && batch == all && plan.WeightFloats > PartWeight)
        {
            RunInParts(plan, toPoints, weight, toPixels);
            return;
        }

        var weights = plan.WeightFloats + TileRow.Width;
        var v = memory.Shared.Floats((batch * plan.InputFloats) + weights);
        var whole = HeldWeight.FormOf(kept, plan.WeightForm, weights, v + (batch * plan.InputFloats), out var isMade);
        var u = new TransformedWeight(plan, whole, plan.PanelsOf(0, plan.PhasePanels));
        if (!isMade)
        {
            Transform(plan, weight, u);
        }

        threads.For(alone, new ChunkTask(plan, toPoints, u, toPixels, memory.PerWorker));
        for (var chunk = alone; chunk < all; chunk += batch)
        {
            var chunks = Math.Min(batch, all - chunk);
            threads.For(chunks * ChannelTask.Parts(plan), new ChannelTask(plan, chunk, toPoints, v, memory.PerWorker));
            Multiply(plan, chunk, chunks, v, u, toPixels);
        }
    }

    /// <summary>Transforms the whole input, then some groups of filters at a time: their weight, and their outputs from it.</summary>
    private void RunInParts(WinogradPlan plan, InputTransform<TPoints> toPoints, float* weight, OutputTransform<TPoints> toPixels)
    {
        var all = plan.Chunks.Length;
        var groups = (int)Math.Max(PartWeight * plan.Groups / plan.WeightFloats, DivideUp(FewChunks * threads.Count, all));
        var part = (int)Math.Min((long)groups * plan.GroupPanels, plan.PhasePanels);
        var inputs = all * plan.InputFloats;
        var v = memory.Shared.Floats(inputs + ((long)plan.Places * plan.WeightPitchOf(part)) + TileRow.Width);
        threads.For(all * ChannelTask.Parts(plan), new ChannelTask(plan, 0, toPoints, v, memory.PerWorker));
        for (var i = 0; i * part < plan.PhasePanels; i++)
        {
            var u = new TransformedWeight(plan, v + inputs, plan.PanelsOf(i, part));
            Transform(plan, weight, u);
            Multiply(plan, 0, all, v, u, toPixels);
        }
    }

    private void Transform(WinogradPlan plan, float* weight, TransformedWeight u)
    {
        var transform = new WeightTransform<TPoints>(plan, weight, u, memory.PerWorker);
        threads.For(transform.Count, transform);
    }

    /// <summary>Computes the outputs of some chunks that a part of the weight, in whole groups, contributes.</summary>
    private void Multiply(WinogradPlan plan, int firstChunk, int chunks, float* v, TransformedWeight u, OutputTransform<TPoints> toPixels)
    {
        var task = new GroupTask(plan, firstChunk, v, u, toPixels, memory.PerWorker);
        threads.For(chunks * task.Groups, task);
    }

    /// <summary>Computes the outputs of a chunk.</summary>
    private readonly struct ChunkTask(
        WinogradPlan plan, InputTransform<TPoints> toPoints, TransformedWeight u, OutputTransform<TPoints> toPixels,
        Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var v = scratch[worker].Floats(
                plan.InputFloats + Math.Max(InputTransform<TPoints>.ScratchSize(plan), GroupTask.ScratchSize(plan)));
            var workspace = v + plan.InputFloats;
            for (var channel = 0; channel < plan.Correlation.Channels; channel++)
            {
                toPoints.Run(plan.Chunks[task], channel, v, workspace);
            }

            var products = new GroupTask(plan, task, v, u, toPixels, scratch);
            for (var group = 0; group < plan.Groups; group++)
            {
                products.Compute(0, plan.PanelsOf(group, plan.GroupPanels), v, workspace);
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
                toPoints.Run(plan.Chunks[firstChunk + chunk], channel, v + (chunk * plan.InputFloats), workspace);
            }
        }
    }

    /// <summary>Computes the outputs of a group of filters from a chunk's transformed input.</summary>
    private readonly struct GroupTask(
        WinogradPlan plan, int firstChunk, float* v, TransformedWeight u, OutputTransform<TPoints> toPixels, Scratch[] scratch) : ITask
    {
        /// <summary>Groups of the weight's panels.</summary>
        public int Groups => DivideUp(u.Panels.Count, plan.GroupPanels);

        public static long ScratchSize(WinogradPlan plan) => plan.ProductFloats + OutputTransform<TPoints>.ScratchSize(plan);

        public void Run(int task, int worker)
        {
            var (chunk, group) = Math.DivRem(task, Groups);
            var panels = plan.PanelsOf((u.Panels.First / plan.GroupPanels) + group, plan.GroupPanels);
            Compute(chunk, panels, v + (chunk * plan.InputFloats), scratch[worker].Floats(ScratchSize(plan)));
        }

        /// <summary>Computes the outputs of some panels of filters.</summary>
        /// <param name="index">which of the chunks whose transformed input this has</param>
        /// <param name="nextV">the transformed input of the products that follow</param>
        /// <param name="m"><see cref="ScratchSize"/> floats of scratch memory</param>
        public void Compute(int index, PanelRange panels, float* nextV, float* m)
        {
            var chunk = plan.Chunks[firstChunk + index];
            ChunkProduct.Run(plan, chunk, panels, u, v + (index * plan.InputFloats), nextV, m);
            var rows = plan.Kernel.Rows;
            var first = panels.First * rows;
            for (var f = 0; f < Math.Min(panels.Count * rows, plan.Correlation.Filters - first); f++)
            {
                toPixels.Run(
                    chunk, first + f, m + (f * WinogradPlan.TilePitch), (nint)plan.GroupPanels * rows * WinogradPlan.TilePitch,
                    m + plan.ProductFloats);
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

            var products = new GroupTask(plan, 0, v, u, toPixels, scratch);
            for (var chunk = 0; chunk < plan.Chunks.Length; chunk++)
            {
                products.Compute(chunk, panels, v + ((chunk + 1) % plan.Chunks.Length * plan.InputFloats), workspace);
            }
        }
    }
}
