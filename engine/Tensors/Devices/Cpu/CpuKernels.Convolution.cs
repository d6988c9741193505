using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Convolution in its three passes. <see cref="ConvolutionAlgorithms"/> selects the algorithm for a geometry.
/// </summary>
internal sealed unsafe partial class CpuKernels
    : IKernel<Conv2dCall>, IKernel<BorderedConv2dCall>, IKernel<Conv2dInputGradientCall>, IKernel<Conv2dWeightGradientCall>,
        IKernel<BorderedConv2dWeightGradientCall>, IKernel<Conv2dWeightGradientToAdamCall>
{
    /// <summary>Capacity of each cache of passes, in geometries; the largest networks have fewer than a hundred.</summary>
    internal const int PassesKept = 256;

    private readonly LruCache<(ConvGeometry, PadMode, bool IsHeld), ConvolutionChoice<PreparedConvolution>> _forward = new(PassesKept);
    private readonly LruCache<(ConvGeometry, bool IsHeld), ConvolutionChoice<PreparedConvolution>> _inputGradient = new(PassesKept);
    private readonly LruCache<(ConvGeometry, PadMode), ConvolutionChoice<WeightGradientPass>> _weightGradient = new(PassesKept);
    private readonly LruCache<ConvGeometry, WeightUpdatePass?> _weightUpdate = new(PassesKept);
    private readonly ConditionalWeakTable<Storage, HeldWeight> _held = [];
    private readonly ConvolutionAlgorithms _algorithms = new(threads);

    /// <summary>The micro-kernel of products and convolutions; tests select others than the processor's best.</summary>
    public MicroKernel MicroKernel { get; init; } = MicroKernel.Best;

    public WinogradUse Winograd { get; init; } = WinogradUse.WhereFaster;

    /// <summary>Number of cached passes.</summary>
    internal int Passes => _forward.Count + _inputGradient.Count + _weightGradient.Count + _weightUpdate.Count;

    public void Run(Conv2dCall call) => BorderedConv2d(PadMode.Constant, call.X, call.W, call.Bias, call.Y, call.G);

    public void Run(BorderedConv2dCall call) => BorderedConv2d(call.Mode, call.X, call.W, call.Bias, call.Y, call.G);

    private void BorderedConv2d(PadMode mode, DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        var held = HeldAt(w);
        var key = (g, mode, held is not null);
        if (!_forward.TryGetValue(key, out var choice))
        {
            _forward.Add(key, choice = _algorithms.Forward(g, mode, held is not null, MicroKernel, Winograd));
        }

        AlgorithmNote.Latest = choice.Note;
        choice.Pass(x.Pointer(), w.Pointer(), held, bias is { } b ? b.Pointer() : null, y.Pointer());
        KeepAlive(x, w, y, bias);
    }

    public void Run(Conv2dInputGradientCall call)
    {
        var (dy, w, bias, dx, g) = call;
        var held = HeldAt(w);
        var key = (g, held is not null);
        if (!_inputGradient.TryGetValue(key, out var choice))
        {
            _inputGradient.Add(key, choice = _algorithms.InputGradient(g, held is not null, MicroKernel, Winograd));
        }

        AlgorithmNote.Latest = choice.Note;
        choice.Pass(dy.Pointer(), w.Pointer(), held, bias is { } b ? b.Pointer() : null, dx.Pointer());
        KeepAlive(dy, w, dx, bias);
    }

    public void Run(Conv2dWeightGradientCall call) => BorderedConv2dWeightGradient(PadMode.Constant, call.X, call.Dy, call.Dw, call.G);

    public void Run(BorderedConv2dWeightGradientCall call) => BorderedConv2dWeightGradient(call.Mode, call.X, call.Dy, call.Dw, call.G);

    private void BorderedConv2dWeightGradient(PadMode mode, DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g)
    {
        if (!_weightGradient.TryGetValue((g, mode), out var choice))
        {
            _weightGradient.Add((g, mode), choice = _algorithms.WeightGradient(g, mode, MicroKernel, Winograd));
        }

        AlgorithmNote.Latest = choice.Note;
        choice.Pass(x.Pointer(), dy.Pointer(), dw.Pointer());
        KeepAlive(x, dy, dw, null);
    }

    public void Run(Conv2dWeightGradientToAdamCall call) => Run(call, background: null);

    private void Run(Conv2dWeightGradientToAdamCall call, OuterProductRunner.BackgroundProduct? background)
    {
        var (x, dy, weight, first, second, g, settings) = call;
        if (WeightUpdate(g) is not { } pass)
        {
            call.RunParts(this);
            return;
        }

        Release(weight);
        pass(x.Pointer(), dy.Pointer(), new AdamTarget(new AdamSlot(weight, default, first, second), CoefficientsOf(settings)), background);
        KeepAlive(x, dy, weight, first);
        GC.KeepAlive(second.Storage);
    }

    private WeightUpdatePass? WeightUpdate(in ConvGeometry g)
    {
        if (!_weightUpdate.TryGetValue(g, out var pass))
        {
            _weightUpdate.Add(g, pass = _algorithms.WeightUpdate(g, MicroKernel, Winograd));
        }

        return pass;
    }

    public void Hold(DeviceSpan w) => _held.AddOrUpdate(w.Storage, new HeldWeight(w));

    public void Release(DeviceSpan w) => _held.Remove(w.Storage);

    private HeldWeight? HeldAt(DeviceSpan w) => _held.TryGetValue(w.Storage, out var held) && held.IsOf(w) ? held : null;

    /// <summary>Pointers alone don't keep storages from being finalized while a kernel uses them.</summary>
    private static void KeepAlive(DeviceSpan a, DeviceSpan b, DeviceSpan c, DeviceSpan? d)
    {
        GC.KeepAlive(a.Storage);
        GC.KeepAlive(b.Storage);
        GC.KeepAlive(c.Storage);
        GC.KeepAlive(d?.Storage);
    }
}
