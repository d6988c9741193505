using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Convolution in its three passes. <see cref="ConvolutionAlgorithms"/> says which algorithm computes which geometry.
/// </summary>
internal sealed unsafe partial class CpuKernels
{
    private readonly Dictionary<ConvGeometry, ConvolutionPass> _forward = [];
    private readonly Dictionary<(ConvGeometry, PadMode), ConvolutionPass> _borderedForward = [];
    private readonly Dictionary<ConvGeometry, ConvolutionPass> _inputGradient = [];
    private readonly Dictionary<ConvGeometry, WeightGradientPass> _weightGradient = [];
    private readonly ConvolutionAlgorithms _algorithms = new(threads);

    /// <summary>The inner loop of products and convolutions; tests choose others than the processor's best.</summary>
    public MicroKernel MicroKernel { get; init; } = MicroKernel.Best;

    public WinogradUse Winograd { get; init; } = WinogradUse.WhereFaster;

    public void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        if (!_forward.TryGetValue(g, out var pass))
        {
            _forward.Add(g, pass = _algorithms.Forward(g, MicroKernel, Winograd));
        }

        pass(x.Pointer(), w.Pointer(), bias is { } b ? b.Pointer() : null, y.Pointer());
        KeepAlive(x, w, y, bias);
    }

    public bool HasBorderedConv2d => true;

    public void BorderedConv2d(PadMode mode, DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        if (!_borderedForward.TryGetValue((g, mode), out var pass))
        {
            _borderedForward.Add((g, mode), pass = _algorithms.Forward(g, mode, MicroKernel, Winograd));
        }

        pass(x.Pointer(), w.Pointer(), bias is { } b ? b.Pointer() : null, y.Pointer());
        KeepAlive(x, w, y, bias);
    }

    public void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g)
    {
        if (!_inputGradient.TryGetValue(g, out var pass))
        {
            _inputGradient.Add(g, pass = _algorithms.InputGradient(g, MicroKernel, Winograd));
        }

        pass(dy.Pointer(), w.Pointer(), bias is { } b ? b.Pointer() : null, dx.Pointer());
        KeepAlive(dy, w, dx, bias);
    }

    public void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g)
    {
        if (!_weightGradient.TryGetValue(g, out var pass))
        {
            _weightGradient.Add(g, pass = _algorithms.WeightGradient(g, MicroKernel, Winograd));
        }

        pass(x.Pointer(), dy.Pointer(), dw.Pointer());
        KeepAlive(x, dy, dw, null);
    }

    /// <summary>A pointer alone would not stop the finalizer of memory whose last use a kernel is.</summary>
    private static void KeepAlive(DeviceSpan a, DeviceSpan b, DeviceSpan c, DeviceSpan? d)
    {
        GC.KeepAlive(a.Storage);
        GC.KeepAlive(b.Storage);
        GC.KeepAlive(c.Storage);
        GC.KeepAlive(d?.Storage);
    }
}
