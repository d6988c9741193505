using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// The kernels of an accelerator, one file a family. These files choose kernels and launch shapes; the family's folder holds the kernels.
/// The order of every sum depends on shapes alone, and no kernel adds with atomics, so results repeat bit for bit.
/// </summary>
/// <param name="pools">scratch memory for each lane of the queue</param>
/// <param name="tables">memory that stays, of tables that kernels read</param>
/// <param name="card">the device that kernels are chosen for; null for the queue's accelerator</param>
/// <param name="firstUse">product variants measured when the device was first used; null where none are kept</param>
internal sealed partial class GpuKernels(
    KernelQueue queue, IReadOnlyList<MemoryPool> pools, MemoryPool tables, DeviceStepNumbers numbers, Func<ProductPrecision> precision,
    MatMul.ProductDevice? card = null, MatMul.FirstUseTunings? firstUse = null) : IKernels
{
    private readonly CallGuard _guard = new(queue.Accelerator.Name);

    /// <summary>Scratch memory of the present lane.</summary>
    private MemoryPool Pool => pools[queue.Lane];

    CallGuard? IKernels.Guard => _guard;

    void IKernels.Run(KernelCall call) => _guard.Run(call, this);

    /// <summary>Copies and chains on CUDA only: their tables hold device addresses, which OpenCL does not have.</summary>
    public bool Fuses(KernelCall call) => call switch
    {
        CopyAllCall or ToFilterBlocksOfAllCall => _device.Kind == AcceleratorType.Cuda,
        ChainCall chain => Array.TrueForAll(chain.Links, Chains),
        Conv2dWeightAndBiasGradientCall gradient =>
            SumsBiasGradients(gradient.Mode == PadMode.Constant ? gradient.G : gradient.G.OfPadded()),
        _ => call is NormToCall or NormToGradientCall or TrackStatisticsCall,
    };

    public long ScratchOf(KernelCall call) => call switch
    {
        NormToCall norm when HasKernel(norm.Tail) => 0,
        NormToGradientCall norm when HasKernel(norm.Tail) => 0,
        BorderedConv2dCall or BorderedConv2dWeightGradientCall => 0,
        _ => call.ScratchOfParts,
    };

    /// <summary>
    /// Convolutions read a reflected or replicated border where it lies around the planes; and tensor cores, where the table leaves a
    /// convolution to them, images with channels last.
    /// </summary>
    public Form Reads(KernelCall call, int operand)
    {
        var form = call switch
        {
            Conv2dCall c => ChannelsLastForm(operand, ConvolutionPass.Forward, c.G),
            BorderedConv2dCall c => ChannelsLastForm(operand, ConvolutionPass.Forward, c.G, c.Mode),
            Conv2dInputGradientCall c => ChannelsLastForm(operand, ConvolutionPass.InputGradient, c.G),
            Conv2dWeightGradientCall c => ChannelsLastForm(operand, ConvolutionPass.WeightGradient, c.G),
            BorderedConv2dWeightGradientCall c => ChannelsLastForm(operand, ConvolutionPass.WeightGradient, c.G, c.Mode),
            Conv2dWeightAndBiasGradientCall c => ChannelsLastForm(operand, ConvolutionPass.WeightGradient, c.G, c.Mode),
            _ => Form.Plain,
        };
        return (operand, call) switch
        {
            _ when form != Form.Plain => form,
            (0, BorderedConv2dCall c) => new PlaneBorder(c.Mode, 0, c.G.Border()),
            (0, BorderedConv2dWeightGradientCall c) => new PlaneBorder(c.Mode, 0, c.G.Border()),
            (0, Conv2dWeightAndBiasGradientCall { Mode: not PadMode.Constant } c) => new PlaneBorder(c.Mode, 0, c.G.Border()),
            _ => Form.Plain,
        };
    }

    /// <summary>
    /// A fused norm doesn't: each group of threads reads a plane's first element, which another group may have overwritten.
    /// </summary>
    public bool WorksInPlace(KernelCall call) => call is not NormToCall norm || !HasKernel(norm.Tail);
}
