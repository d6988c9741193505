using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="WinogradPlan"/>: weights to the points, then each chunk of tiles from pixels to points, through the matrix products of
/// a group of filters, and back to pixels while they are in the cache. Or, where the weight is much and the chunks are few, all chunks to
/// the points, then each group of filters from the weight to the outputs. The sums and their order are the same.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal sealed unsafe class WinogradRunner<TPoints>(CpuThreads threads, ConvolutionMemory memory)
    where TPoints : struct, IPointTransform
{
    /// <summary>
    /// Chunks a thread from which on each is one task, as many for all threads; with fewer, and for those left over, threads would be
    /// without work, so groups of filters are shared out.
    /// </summary>
    private const int FewChunks = 3;

    /// <summary>Floats of transformed input that may wait for their products.</summary>
    private const long WaitingInput = 4 << 20;

    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">as the correlation's strides say</param>
    /// <param name="held">null for a weight that may change</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(WinogradPlan plan, float* input, float* weight, HeldWeight? held, float* bias, float* output)
    {
        var take = new InputTransform<TPoints>(plan, input);
        var put = new OutputTransform<TPoints>(plan, bias, output);
        var kept = plan.KeepsWeight ? held : null;
        if (kept is null && plan.OwnsWeights)
        {
            // Where other layers have a whole weight at the points, which here there is none of: no memory that they do not have already.
            var inputs = memory.Weights.Floats(plan.Chunks.Length * plan.Inputs);
            threads.For(plan.Chunks.Length * ChannelTask.Parts(plan), new ChannelTask(plan, 0, take, inputs, memory.Own));
            threads.For(OwnWeightTask.Count(plan), new OwnWeightTask(plan, weight, inputs, put, memory.Own));
            return;
        }

        var whole = HeldWeight.FormOf(kept, plan.WeightForm, plan.Weights + TileRow.Width, memory.Weights, out var isMade);
        var u = new PlacedWeight(plan, whole, plan.PanelsOf(0, plan.PhasePanels));
        if (!isMade)
        {
            threads.For(WeightTransform<TPoints>.Count(plan), new WeightTransform<TPoints>(plan, weight, u, memory.Own));
        }

        // Which of both ways a chunk takes is no question of bits: they compute each number alike.
        var all = plan.Chunks.Length;
        var alone = all >= FewChunks * threads.Count ? all - (all % threads.Count) : 0;
        threads.For(alone, new ChunkTask(plan, take, u, put, memory.Own));
        if (alone == all)
        {
            return;
        }

        var batch = (int)Math.Clamp(WaitingInput / plan.Inputs, 1, all - alone);
        var v = memory.Inputs.Floats(batch * plan.Inputs);
        for (var chunk = alone; chunk < all; chunk += batch)
        {
            var chunks = Math.Min(batch, all - chunk);
            threads.For(chunks * ChannelTask.Parts(plan), new ChannelTask(plan, chunk, take, v, memory.Own));
            threads.For(chunks * plan.Groups, new GroupTask(plan, chunk, v, u, put, memory.Own));
        }
    }

    /// <summary>A chunk from its pixels to its outputs.</summary>
    private readonly struct ChunkTask(
        WinogradPlan plan, InputTransform<TPoints> take, PlacedWeight u, OutputTransform<TPoints> put, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var v = scratch[worker].Floats(plan.Inputs + Math.Max(InputTransform<TPoints>.Room(plan), GroupTask.Room(plan)));
            var spare = v + plan.Inputs;
            for (var channel = 0; channel < plan.Correlation.Channels; channel++)
            {
                take.Run(plan.Chunks[task], channel, v, spare);
            }

            for (var group = 0; group < plan.Groups; group++)
            {
                GroupTask.Run(plan, plan.Chunks[task], plan.PanelsOf(group, plan.GroupPanels), u, v, v, put, spare);
            }
        }
    }

    /// <summary>Some channels of a chunk to the points.</summary>
    private readonly struct ChannelTask(
        WinogradPlan plan, int firstChunk, InputTransform<TPoints> take, float* v, Scratch[] scratch) : ITask
    {
        private const int PartChannels = 8;

        public static int Parts(WinogradPlan plan) => DivideUp(plan.Correlation.Channels, PartChannels);

        public void Run(int task, int worker)
        {
            var spare = scratch[worker].Floats(InputTransform<TPoints>.Room(plan));
            var chunk = task / Parts(plan);
            var first = task % Parts(plan) * PartChannels;
            for (var channel = first; channel < Math.Min(first + PartChannels, plan.Correlation.Channels); channel++)
            {
                take.Run(plan.Chunks[firstChunk + chunk], channel, v + (chunk * plan.Inputs), spare);
            }
        }
    }

    /// <summary>A group of filters of a chunk that is at the points.</summary>
    private readonly struct GroupTask(
        WinogradPlan plan, int firstChunk, float* v, PlacedWeight u, OutputTransform<TPoints> put, Scratch[] scratch) : ITask
    {
        public static long Room(WinogradPlan plan) => plan.Products + OutputTransform<TPoints>.Room(plan);

        public void Run(int task, int worker)
        {
            var chunk = task / plan.Groups;
            var input = v + (chunk * plan.Inputs);
            var panels = plan.PanelsOf(task % plan.Groups, plan.GroupPanels);
            Run(plan, plan.Chunks[firstChunk + chunk], panels, u, input, input, put, scratch[worker].Floats(Room(plan)));
        }

        public static void Run(
            WinogradPlan plan, WinogradChunk chunk, PanelRange panels, PlacedWeight u, float* v, float* nextV, OutputTransform<TPoints> put,
            float* m)
        {
            ChunkProduct.Run(plan, chunk, panels, u, v, nextV, m);
            var rows = plan.Kernel.Rows;
            var first = panels.First * rows;
            for (var f = 0; f < Math.Min(panels.Count * rows, plan.Correlation.Filters - first); f++)
            {
                put.Run(
                    chunk, first + f, m + (f * WinogradPlan.TilePitch), (nint)plan.GroupPanels * rows * WinogradPlan.TilePitch,
                    m + plan.Products);
            }
        }
    }

    /// <summary>
    /// A group of filters from its part of the weight to the outputs of all chunks, which are at the points. That part never leaves the
    /// worker's cache.
    /// </summary>
    private readonly struct OwnWeightTask(
        WinogradPlan plan, float* weight, float* v, OutputTransform<TPoints> put, Scratch[] scratch) : ITask
    {
        public static int Count(WinogradPlan plan) => DivideUp(plan.PhasePanels, plan.OwnPanels);

        public void Run(int task, int worker)
        {
            var panels = plan.PanelsOf(task, plan.OwnPanels);
            var weights = ((long)plan.Places * plan.WeightPitchOf(panels.Count)) + TileRow.Width;
            var start = scratch[worker].Floats(weights + Math.Max(WeightTransform<TPoints>.Room(plan), GroupTask.Room(plan)));
            var spare = start + weights;
            var u = new PlacedWeight(plan, start, panels);
            var transform = new WeightTransform<TPoints>(plan, weight, u, scratch);
            for (var panel = panels.First; panel < panels.End; panel++)
            {
                transform.Run(panel, 0, plan.Correlation.Channels, spare);
            }

            var chunks = plan.Chunks;
            for (var chunk = 0; chunk < chunks.Length; chunk++)
            {
                var nextV = v + ((chunk + 1) % chunks.Length * plan.Inputs);
                GroupTask.Run(plan, chunks[chunk], panels, u, v + (chunk * plan.Inputs), nextV, put, spare);
            }
        }
    }
}
