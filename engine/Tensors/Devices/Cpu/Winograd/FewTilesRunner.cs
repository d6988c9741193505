using IlgpuGan.Tensors.Devices.Cpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="FewTilesPlan"/>: all tiles to the points, then for each group of filters the weight a block of channels at a time, the
/// products, and back to pixels.
/// </summary>
internal sealed unsafe class FewTilesRunner(CpuThreads threads, ConvolutionMemory memory)
{
    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">as the correlation's strides say</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(FewTilesPlan plan, float* input, float* weight, float* bias, float* output)
    {
        // Where other passes have a whole weight at the points, which here there is none of: no memory that they do not have already.
        var v = memory.Weights.Floats(plan.Inputs);
        threads.For(plan.Blocks, new FewTilesInput(plan, input, v, memory.Own));
        threads.For(plan.Groups, new FewTilesGroup(plan, v, weight, bias, output, memory.Own));
    }
}
