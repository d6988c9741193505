using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Convolution in its three passes. Plans are made once a geometry.</summary>
internal sealed unsafe partial class CpuKernels
{
    private readonly Dictionary<ConvGeometry, CorrelationPlan> _forwardPlans = [];
    private readonly Dictionary<ConvGeometry, CorrelationPlan> _inputGradientPlans = [];
    private readonly Dictionary<ConvGeometry, WeightGradientPlan> _weightGradientPlans = [];
    private readonly CorrelationRunner _correlations = new(threads);
    private readonly WeightGradientRunner _weightGradients = new(threads);

    /// <summary>The inner loop of products and convolutions; tests choose others than the processor's best.</summary>
    public MicroKernel MicroKernel { get; init; } = MicroKernel.Best;

    public void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        if (!_forwardPlans.TryGetValue(g, out var plan))
        {
            _forwardPlans.Add(g, plan = new CorrelationPlan(Correlation.Forward(g), MicroKernel));
        }

        _correlations.Run(plan, x.Pointer(), w.Pointer(), bias is { } b ? b.Pointer() : null, y.Pointer());
        KeepAlive(x, w, y, bias);
    }

    public void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g)
    {
        if (!_inputGradientPlans.TryGetValue(g, out var plan))
        {
            _inputGradientPlans.Add(g, plan = new CorrelationPlan(Correlation.InputGradient(g), MicroKernel));
        }

        _correlations.Run(plan, dy.Pointer(), w.Pointer(), bias is { } b ? b.Pointer() : null, dx.Pointer());
        KeepAlive(dy, w, dx, bias);
    }

    public void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g)
    {
        if (!_weightGradientPlans.TryGetValue(g, out var plan))
        {
            _weightGradientPlans.Add(g, plan = new WeightGradientPlan(g, MicroKernel));
        }

        _weightGradients.Run(plan, x.Pointer(), dy.Pointer(), dw.Pointer());
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
