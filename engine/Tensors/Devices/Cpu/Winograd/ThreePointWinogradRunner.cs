using IlgpuGan.Tensors.Devices.Cpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="ThreePointWinogradPlan"/>: transforms the input of all tiles, then for each group of filters transforms the weight a
/// block of channels at a time, computes the products, and transforms them to pixels.
/// </summary>
internal sealed unsafe class ThreePointWinogradRunner(CpuThreads threads, ConvolutionMemory memory)
{
    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">weight in the layout of the correlation's strides</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(ThreePointWinogradPlan plan, float* input, float* weight, float* bias, float* output)
    {
        var v = memory.Shared.Floats(plan.InputFloats);
        threads.For(plan.Blocks, new ThreePointWinogradInput(plan, input, v, memory.PerWorker));
        threads.For(plan.Groups, new ThreePointWinogradGroup(plan, v, weight, bias, output, memory.PerWorker));
    }

    /// <inheritdoc cref="Run(ThreePointWinogradPlan, float*, float*, float*, float*)"/>
    public void Run(ThreePointWinogradBatch batch, float* input, float* weight, float* bias, float* output)
    {
        if (batch.IsShared)
        {
            for (var slice = 0; slice < batch.Slices; slice++)
            {
                var (plan, from, to) = batch.At(slice);
                Run(plan, input + from, weight, bias, output + to);
            }

            return;
        }

        var v = memory.Shared.Floats(threads.Count * batch.Slice.InputFloats);
        threads.For(batch.Slices, new SliceTask(batch, input, v, weight, bias, output, memory.PerWorker));
    }

    /// <summary>Computes the outputs of a slice of a batch.</summary>
    private readonly struct SliceTask(
        ThreePointWinogradBatch batch, float* input, float* v, float* weight, float* bias, float* output, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (plan, from, to) = batch.At(task);
            var points = v + (worker * batch.Slice.InputFloats);
            var toPoints = new ThreePointWinogradInput(plan, input + from, points, scratch);
            for (var block = 0; block < plan.Blocks; block++)
            {
                toPoints.Run(block, worker);
            }

            var multiply = new ThreePointWinogradGroup(plan, points, weight, bias, output + to, scratch);
            for (var group = 0; group < plan.Groups; group++)
            {
                multiply.Run(group, worker);
            }
        }
    }
}
