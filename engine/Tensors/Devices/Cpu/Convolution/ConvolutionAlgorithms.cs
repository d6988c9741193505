using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Forward or data gradient of one geometry, ready to run.</summary>
/// <param name="bias">null for none</param>
internal unsafe delegate void ConvolutionPass(float* input, float* weight, float* bias, float* output);

/// <summary>Weight gradient of one geometry, ready to run.</summary>
internal unsafe delegate void WeightGradientPass(float* x, float* dy, float* dw);

/// <summary>The one place where a geometry is given its algorithm. A choice follows from the shape and the processor, nothing else.</summary>
internal sealed unsafe class ConvolutionAlgorithms(CpuThreads threads)
{
    private readonly CorrelationRunner _direct = new(threads);
    private readonly InnerProductRunner _innerProducts = new(threads);
    private readonly OuterProductRunner _outerProducts = new(threads);
    private readonly ColumnGradientRunner _columns = new(threads);
    private readonly WeightGradientRunner _weights = new(threads);
    private readonly WinogradRunner _winograd = new(threads);
    private readonly WinogradGradientRunner _winogradWeights = new(threads);

    public ConvolutionPass Forward(in ConvGeometry g, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (winogradUse != WinogradUse.WhereverPossible && InnerProductPlan.TryCreate(g, kernel) is { } plan)
        {
            return (x, w, bias, y) => _innerProducts.Run(plan, x, w, bias, y);
        }

        return Correlate(Correlation.Forward(g), kernel, winogradUse);
    }

    /// <summary>Forward of x with another border than zeros.</summary>
    public ConvolutionPass Forward(in ConvGeometry g, PadMode border, MicroKernel kernel, WinogradUse winogradUse) =>
        Correlate(Correlation.Forward(g, border), kernel, winogradUse);

    public ConvolutionPass InputGradient(in ConvGeometry g, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (winogradUse != WinogradUse.WhereverPossible && ColumnGradientPlan.TryCreate(g, kernel) is { } plan)
        {
            return (dy, w, bias, dx) => _columns.Run(plan, dy, w, bias, dx);
        }

        return Correlate(Correlation.InputGradient(g), kernel, winogradUse);
    }

    public WeightGradientPass WeightGradient(in ConvGeometry g, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (WinogradGradientPlan.TryCreate(g, kernel, winogradUse) is { } winograd)
        {
            return (x, dy, dw) => _winogradWeights.Run(winograd, x, dy, dw);
        }

        if (OuterProductPlan.TryCreate(g, kernel) is { } few)
        {
            return (x, dy, dw) => _outerProducts.Run(few, x, dy, dw);
        }

        var plan = new WeightGradientPlan(g, kernel);
        return (x, dy, dw) => _weights.Run(plan, x, dy, dw);
    }

    private ConvolutionPass Correlate(Correlation correlation, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (WinogradPlan.TryCreate(correlation, kernel, winogradUse) is { } winograd)
        {
            return (input, weight, bias, output) => _winograd.Run(winograd, input, weight, bias, output);
        }

        var plan = new CorrelationPlan(correlation, kernel);
        return (input, weight, bias, output) => _direct.Run(plan, input, weight, bias, output);
    }
}
