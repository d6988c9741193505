using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Forward or data gradient of one geometry, ready to run.</summary>
/// <param name="held">forms of the weight that are kept; null for one that may change</param>
/// <param name="bias">null for none</param>
internal unsafe delegate void ConvolutionPass(float* input, float* weight, HeldWeight? held, float* bias, float* output);

/// <summary>Weight gradient of one geometry, ready to run.</summary>
internal unsafe delegate void WeightGradientPass(float* x, float* dy, float* dw);

/// <summary>Weight gradient of one geometry that moves the weights along it, ready to run.</summary>
/// <param name="later">is left with the most of the work, which must then be run in the background; null to have it done on return</param>
internal unsafe delegate void WeightUpdatePass(float* x, float* dy, in AdamTarget target, OuterProductRunner.BackgroundProduct? later);

/// <summary>
/// The one place where a geometry is given its algorithm. A choice follows from the shape, the processor and whether the weight is held, nothing else.
/// </summary>
internal sealed unsafe class ConvolutionAlgorithms
{
    private readonly CpuThreads _threads;
    private readonly ConvolutionMemory _memory;
    private readonly CorrelationRunner _direct;
    private readonly InnerProductRunner _innerProducts;
    private readonly OuterProductRunner _outerProducts;
    private readonly ColumnGradientRunner _columns;
    private readonly WeightGradientRunner _weights;
    private readonly FewTilesRunner _fewTiles;
    private readonly WinogradRunner<SixPoints> _sixPoints;
    private readonly WinogradRunner<FourPoints> _fourPoints;
    private readonly WinogradGradientRunner<SixPoints> _sixPointWeights;
    private readonly WinogradGradientRunner<FourPoints> _fourPointWeights;
    private readonly WinogradGradientRunner<ThreePoints> _threePointWeights;

    public ConvolutionAlgorithms(CpuThreads threads)
    {
        var memory = new ConvolutionMemory(threads);
        (_threads, _memory) = (threads, memory);
        _direct = new(threads, memory);
        _innerProducts = new(threads, memory);
        _outerProducts = new(threads, memory);
        _columns = new(threads, memory);
        _weights = new(threads, memory);
        _fewTiles = new(threads, memory);
        _sixPoints = new(threads, memory);
        _fourPoints = new(threads, memory);
        _sixPointWeights = new(threads, memory);
        _fourPointWeights = new(threads, memory);
        _threePointWeights = new(threads, memory);
    }

    public ConvolutionPass Forward(in ConvGeometry g, PadMode border, bool isHeld, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (g.Groups > 1)
        {
            return Direct(Correlation.Forward(g, border), kernel);
        }

        if (border == PadMode.Constant && TrySeenTaps(g, isHeld, winogradUse) is { } seen && InnerProductPlan.TryCreate(seen.Geometry, kernel) is { } product)
        {
            return (x, w, held, bias, y) => _innerProducts.Run(product, x, seen.Of(w, held, _threads, _memory.Weights), bias, y);
        }

        var correlation = Correlation.Forward(g, border);
        if (FewTilesPlan.TryCreate(correlation, kernel, winogradUse, isHeld) is { } few)
        {
            return (x, w, _, bias, y) => _fewTiles.Run(few, x, w, bias, y);
        }

        if (border == PadMode.Constant && winogradUse < WinogradUse.WhereverPossible && InnerProductPlan.TryCreate(g, kernel) is { } plan)
        {
            return (x, w, _, bias, y) => _innerProducts.Run(plan, x, w, bias, y);
        }

        return Correlate(correlation, isHeld, kernel, winogradUse);
    }

    public ConvolutionPass InputGradient(in ConvGeometry g, bool isHeld, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (g.Groups > 1)
        {
            return Direct(Correlation.InputGradient(g), kernel);
        }

        if (TrySeenTaps(g, isHeld, winogradUse) is { } seen && ColumnGradientPlan.TryCreate(seen.Geometry, kernel) is { } product)
        {
            var (planes, plane) = ((g.N, g.C), g.H * g.W);
            return (dy, w, held, bias, dx) =>
            {
                _columns.Run(product, dy, seen.Of(w, held, _threads, _memory.Weights), null, dx);
                AddBias(bias, dx, planes, plane);
            };
        }

        var correlation = Correlation.InputGradient(g);
        if (FewTilesPlan.TryCreate(correlation, kernel, winogradUse, isHeld) is { } few)
        {
            return (dy, w, _, bias, dx) => _fewTiles.Run(few, dy, w, bias, dx);
        }

        if (winogradUse < WinogradUse.WhereverPossible && ColumnGradientPlan.TryCreate(g, kernel) is { } plan)
        {
            return (dy, w, _, bias, dx) => _columns.Run(plan, dy, w, bias, dx);
        }

        return Correlate(correlation, isHeld, kernel, winogradUse);
    }

    public WeightGradientPass WeightGradient(in ConvGeometry g, PadMode border, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (g.Groups == 1 && WinogradGradientPlan.TryCreate(g, border, kernel, winogradUse) is { } winograd)
        {
            return winograd.Points switch
            {
                ThreePoints.Points => (x, dy, dw) => _threePointWeights.Run(winograd, x, dy, dw),
                FourPoints.Points => (x, dy, dw) => _fourPointWeights.Run(winograd, x, dy, dw),
                _ => (x, dy, dw) => _sixPointWeights.Run(winograd, x, dy, dw),
            };
        }

        if (g.Groups == 1 && border == PadMode.Constant && OuterProductPlan.TryCreate(g, kernel) is { } few)
        {
            return (x, dy, dw) => _outerProducts.Run(few, x, dy, dw);
        }

        var plan = new WeightGradientPlan(g, border, kernel);
        return (x, dy, dw) => _weights.Run(plan, x, dy, dw);
    }

    /// <summary>The pass that updates weights with the bits of <see cref="WeightGradient"/>; null where its algorithm has nothing to gain from that.</summary>
    public WeightUpdatePass? WeightUpdate(in ConvGeometry g, MicroKernel kernel, WinogradUse winogradUse) =>
        g.Groups == 1 && WinogradGradientPlan.TryCreate(g, PadMode.Constant, kernel, winogradUse) is null && OuterProductPlan.TryCreate(g, kernel) is { } plan
            ? (x, dy, in target, later) => UpdateWeight(plan, x, dy, target, later)
            : null;

    private void UpdateWeight(OuterProductPlan plan, float* x, float* dy, in AdamTarget target, OuterProductRunner.BackgroundProduct? later)
    {
        if (later is null)
        {
            _outerProducts.Update(plan, x, dy, target);
        }
        else
        {
            _outerProducts.Assign(later, plan, x, dy, target);
        }
    }

    private static SeenTaps? TrySeenTaps(in ConvGeometry g, bool isHeld, WinogradUse winogradUse) =>
        isHeld && winogradUse < WinogradUse.WhereverPossible ? SeenTaps.Of(g) : null;

    /// <summary>Adds to each plane of dx [N, C, plane] its channel's bias.</summary>
    private static void AddBias(float* bias, float* dx, (int N, int C) planes, int plane)
    {
        for (var i = 0; bias != null && i < planes.N * planes.C * plane; i++)
        {
            dx[i] += bias[i / plane % planes.C];
        }
    }

    private ConvolutionPass Correlate(Correlation correlation, bool isHeld, MicroKernel kernel, WinogradUse winogradUse)
    {
        if (WinogradPlan.TryCreate(correlation, kernel, winogradUse, isHeld) is { } winograd)
        {
            return winograd.Points == FourPoints.Count
                ? (input, weight, held, bias, output) => _fourPoints.Run(winograd, input, weight, held, bias, output)
                : (input, weight, held, bias, output) => _sixPoints.Run(winograd, input, weight, held, bias, output);
        }

        return Direct(correlation, kernel);
    }

    private ConvolutionPass Direct(Correlation correlation, MicroKernel kernel)
    {
        var plan = new CorrelationPlan(correlation, kernel);
        return (input, weight, _, bias, output) => _direct.Run(plan, input, weight, bias, output);
    }
}
