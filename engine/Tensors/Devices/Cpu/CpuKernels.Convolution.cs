using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Convolution in its three passes. Plans are made once a geometry.</summary>
internal sealed unsafe partial class CpuKernels
{
    private readonly Dictionary<ConvGeometry, (CorrelationPlan? Direct, WinogradPlan? Winograd)> _forwardPlans = [];
    private readonly Dictionary<ConvGeometry, (CorrelationPlan? Direct, WinogradPlan? Winograd)> _inputGradientPlans = [];
    private readonly Dictionary<ConvGeometry, (WeightGradientPlan? Direct, WinogradGradientPlan? Winograd)> _weightGradientPlans = [];
    private readonly CorrelationRunner _correlations = new(threads);
    private readonly WinogradRunner _winograd = new(threads);
    private readonly WeightGradientRunner _weightGradients = new(threads);
    private readonly WinogradGradientRunner _winogradGradients = new(threads);

    /// <summary>The inner loop of products and convolutions; tests choose others than the processor's best.</summary>
    public MicroKernel MicroKernel { get; init; } = MicroKernel.Best;

    /// <summary>Winograd's algorithm where it is faster; off, every convolution is computed directly.</summary>
    public bool UseWinograd { get; init; } = true;

    public void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        if (!_forwardPlans.TryGetValue(g, out var plan))
        {
            _forwardPlans.Add(g, plan = Plan(Correlation.Forward(g)));
        }

        Correlate(plan, x.Pointer(), w.Pointer(), bias is { } b ? b.Pointer() : null, y.Pointer());
        KeepAlive(x, w, y, bias);
    }

    public void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g)
    {
        if (!_inputGradientPlans.TryGetValue(g, out var plan))
        {
            _inputGradientPlans.Add(g, plan = Plan(Correlation.InputGradient(g)));
        }

        Correlate(plan, dy.Pointer(), w.Pointer(), bias is { } b ? b.Pointer() : null, dx.Pointer());
        KeepAlive(dy, w, dx, bias);
    }

    public void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g)
    {
        if (!_weightGradientPlans.TryGetValue(g, out var plan))
        {
            plan = UseWinograd && WinogradGradientPlan.TryCreate(g, MicroKernel) is { } created
                ? (null, created)
                : (new WeightGradientPlan(g, MicroKernel), null);
            _weightGradientPlans.Add(g, plan);
        }

        if (plan.Winograd is { } winograd)
        {
            _winogradGradients.Run(winograd, x.Pointer(), dy.Pointer(), dw.Pointer());
        }
        else
        {
            _weightGradients.Run(plan.Direct!, x.Pointer(), dy.Pointer(), dw.Pointer());
        }

        KeepAlive(x, dy, dw, null);
    }

    private (CorrelationPlan? Direct, WinogradPlan? Winograd) Plan(Correlation correlation) =>
        UseWinograd && WinogradPlan.TryCreate(correlation, MicroKernel) is { } winograd
            ? (null, winograd)
            : (new CorrelationPlan(correlation, MicroKernel), null);

    private void Correlate((CorrelationPlan? Direct, WinogradPlan? Winograd) plan, float* input, float* weight, float* bias, float* output)
    {
        if (plan.Winograd is { } winograd)
        {
            _winograd.Run(winograd, input, weight, bias, output);
        }
        else
        {
            _correlations.Run(plan.Direct!, input, weight, bias, output);
        }
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
