using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Forward or data gradient of one geometry, ready to run.</summary>
/// <param name="held">cached forms of a held weight; null for a weight that may change</param>
/// <param name="bias">null for none</param>
internal unsafe delegate void PreparedConvolution(float* input, float* weight, HeldWeight? held, float* bias, float* output);

/// <summary>Weight gradient of one geometry, ready to run.</summary>
internal unsafe delegate void WeightGradientPass(float* x, float* dy, float* dw);

/// <summary>Weight gradient of one geometry, fused with the update of the weights, ready to run.</summary>
/// <param name="background">receives most of the work, to be run in the background; null to complete it before returning</param>
internal unsafe delegate void WeightUpdatePass(float* x, float* dy, in AdamTarget target, OuterProductRunner.BackgroundProduct? background);

/// <summary>
/// Selects the algorithm for a geometry: of the candidates that apply, the one of least cost. The choice depends only on the shape, the
/// processor and whether the weight is held.
/// </summary>
internal sealed unsafe class ConvolutionAlgorithms
{
    public const string DirectName = "direct";

    private const string InnerTapsName = "inner taps";
    private const string InnerProductsName = "inner products";
    private const string ColumnsName = "columns";
    private const string OuterProductsName = "outer products";
    private const string ThreePointWinogradName = "winograd on 3 points";

    /// <summary>
    /// Time of the direct algorithm relative to its multiply-adds at full speed, excluding the loss that Winograd's products have as well.
    /// </summary>
    private const double DirectOverhead = 1.03;

    /// <summary>As <see cref="DirectOverhead"/>, for the weight gradient.</summary>
    private const double GradientOverhead = 1.1;

    /// <summary>
    /// Six points must cost less than this fraction of four points: they need more than twice the memory for the weight, and round more.
    /// For small images, Winograd's algorithm must cost less than this fraction of the others.
    /// </summary>
    private const double ClearlyLess = 0.95;

    private readonly CpuThreads _threads;
    private readonly Scratch _innerTaps = new();
    private readonly CorrelationRunner _direct;
    private readonly InnerProductRunner _innerProducts;
    private readonly OuterProductRunner _outerProducts;
    private readonly ColumnGradientRunner _columns;
    private readonly WeightGradientRunner _weights;
    private readonly ThreePointWinogradRunner _threePointWinograd;
    private readonly WinogradRunner<SixPoints> _sixPoints;
    private readonly WinogradRunner<FourPoints> _fourPoints;
    private readonly WinogradGradientRunner<SixPoints> _sixPointWeights;
    private readonly WinogradGradientRunner<FourPoints> _fourPointWeights;
    private readonly WinogradGradientRunner<ThreePoints> _threePointWeights;

    public ConvolutionAlgorithms(CpuThreads threads)
    {
        var memory = new ConvolutionMemory(threads);
        _threads = threads;
        _direct = new(threads, memory);
        _innerProducts = new(threads, memory);
        _outerProducts = new(threads, memory);
        _columns = new(threads, memory);
        _weights = new(threads, memory);
        _threePointWinograd = new(threads, memory);
        _sixPoints = new(threads, memory);
        _fourPoints = new(threads, memory);
        _sixPointWeights = new(threads, memory);
        _fourPointWeights = new(threads, memory);
        _threePointWeights = new(threads, memory);
    }

    public ConvolutionChoice<PreparedConvolution> Forward(
        in ConvGeometry g, PadMode border, bool isHeld, MicroKernel kernel, WinogradUse winogradUse)
    {
        var correlation = Correlation.Forward(g, border);
        var candidates = new List<ConvolutionCandidate<PreparedConvolution>>();
        var isPlain = g.Groups == 1 && border == PadMode.Constant && winogradUse < WinogradUse.WhereverPossible;
        if (isPlain && isHeld && InnerTaps.Of(g) is { } seen && InnerProductPlan.TryCreate(seen.Geometry, kernel) is { } seenProduct)
        {
            candidates.Add(new(InnerTapsName, SeenCost(g, correlation), () =>
                (x, w, held, bias, y) => _innerProducts.Run(seenProduct, x, seen.Of(w, held, _threads, _innerTaps), bias, y)));
        }

        var product = isPlain ? InnerProductPlan.TryCreate(g, kernel) : null;
        AddGeneral(candidates, correlation, isHeld, kernel, UseFor(g, winogradUse), productCost: null, product is null ? null : cost =>
            new(InnerProductsName, cost, () => (x, w, _, bias, y) => _innerProducts.Run(product, x, w, bias, y)));
        return ConvolutionChoice<PreparedConvolution>.Of(candidates);
    }

    public ConvolutionChoice<PreparedConvolution> InputGradient(
        in ConvGeometry g, bool isHeld, MicroKernel kernel, WinogradUse winogradUse)
    {
        var correlation = Correlation.InputGradient(g);
        var candidates = new List<ConvolutionCandidate<PreparedConvolution>>();
        var isPlain = g.Groups == 1 && winogradUse < WinogradUse.WhereverPossible;
        if (isPlain && isHeld && InnerTaps.Of(g) is { } seen && ColumnGradientPlan.TryCreate(seen.Geometry, kernel) is { } seenProduct)
        {
            var (planes, plane) = ((g.N, g.C), g.H * g.W);
            candidates.Add(new(InnerTapsName, SeenCost(g, correlation), () => (dy, w, held, bias, dx) =>
            {
                _columns.Run(seenProduct, dy, seen.Of(w, held, _threads, _innerTaps), null, dx);
                AddBias(bias, dx, planes, plane);
            }));
        }

        var product = isPlain ? ColumnGradientPlan.TryCreate(g, kernel) : null;
        AddGeneral(candidates, correlation, isHeld, kernel, UseFor(g, winogradUse), product?.Cost, product is null ? null : cost =>
            new(ColumnsName, cost, () => (dy, w, _, bias, dx) => _columns.Run(product, dy, w, bias, dx)));
        return ConvolutionChoice<PreparedConvolution>.Of(candidates);
    }

    public ConvolutionChoice<WeightGradientPass> WeightGradient(
        in ConvGeometry g, PadMode border, MicroKernel kernel, WinogradUse winogradUse)
    {
        var (geometry, directCost) = (g, g.Flops / 2.0);
        var candidates = new List<ConvolutionCandidate<WeightGradientPass>>();
        foreach (var plan in g.Groups == 1 ? WinogradGradientPlan.Candidates(g, border, kernel, winogradUse) : [])
        {
            candidates.Add(new(WinogradName(plan.Points), Forced(winogradUse) ? 0 : plan.Cost / GradientOverhead, () => plan.Points switch
            {
                ThreePoints.Points => (x, dy, dw) => _threePointWeights.Run(plan, x, dy, dw),
                FourPoints.Points => (x, dy, dw) => _fourPointWeights.Run(plan, x, dy, dw),
                _ => (x, dy, dw) => _sixPointWeights.Run(plan, x, dy, dw),
            }));
        }

        if (g.Groups == 1 && border == PadMode.Constant && OuterProductPlan.TryCreate(g, kernel) is { } few)
        {
            candidates.Add(new(OuterProductsName, directCost, () => (x, dy, dw) => _outerProducts.Run(few, x, dy, dw)));
        }

        candidates.Add(new(DirectName, directCost, () =>
        {
            var plan = new WeightGradientPlan(geometry, border, kernel);
            return (x, dy, dw) => _weights.Run(plan, x, dy, dw);
        }));
        return ConvolutionChoice<WeightGradientPass>.Of(candidates);
    }

    /// <summary>
    /// The pass fused with the weight update, with the bits of <see cref="WeightGradient"/>; null if its algorithm gains nothing by fusion.
    /// </summary>
    public WeightUpdatePass? WeightUpdate(in ConvGeometry g, MicroKernel kernel, WinogradUse winogradUse) =>
        WeightGradient(g, PadMode.Constant, kernel, winogradUse).Name == OuterProductsName
            && OuterProductPlan.TryCreate(g, kernel) is { } plan
            ? (x, dy, in target, background) => UpdateWeight(plan, x, dy, target, background)
            : null;

    private void UpdateWeight(
        OuterProductPlan plan, float* x, float* dy, in AdamTarget target, OuterProductRunner.BackgroundProduct? background)
    {
        if (background is null)
        {
            _outerProducts.Update(plan, x, dy, target);
        }
        else
        {
            _outerProducts.Assign(background, plan, x, dy, target);
        }
    }

    /// <summary>Groups have the direct algorithm alone.</summary>
    private static WinogradUse UseFor(in ConvGeometry g, WinogradUse use) => g.Groups > 1 ? WinogradUse.Never : use;

    /// <summary>Whether tests force an algorithm wherever it applies.</summary>
    private static bool Forced(WinogradUse use) => use >= WinogradUse.WhereverPossible;

    private static string WinogradName(int points) => $"winograd on {points} points";

    /// <summary>Such a layer is bound by reading the weight: the cost is proportional to the part that is read.</summary>
    private static double SeenCost(in ConvGeometry g, Correlation c) => c.DirectCost * g.H * g.W / (g.KernelH * g.KernelW);

    /// <summary>Adds to each plane of dx [N, C, plane] its channel's bias.</summary>
    private static void AddBias(float* bias, float* dx, (int N, int C) planes, int plane)
    {
        for (var i = 0; bias != null && i < planes.N * planes.C * plane; i++)
        {
            dx[i] += bias[i / plane % planes.C];
        }
    }

    /// <summary>
    /// Adds the candidates that are not for single pixels: Winograd's algorithm in its forms, the product for few pixels if there is one,
    /// and the direct algorithm.
    /// </summary>
    /// <param name="productCost">
    /// cost of the product where it competes with a plan that <see cref="WinogradCost.IsSmall"/>; null if it is always faster
    /// </param>
    /// <param name="product">
    /// makes the candidate from its cost; it reads the weight once, in place, and is at least as fast as the direct algorithm and, with
    /// that exception, as tiles of three or more outputs
    /// </param>
    private void AddGeneral(
        List<ConvolutionCandidate<PreparedConvolution>> candidates, Correlation correlation, bool isHeld, MicroKernel kernel,
        WinogradUse use, double? productCost, Func<double, ConvolutionCandidate<PreparedConvolution>>? product)
    {
        var plans = WinogradPlan.Candidates(correlation, kernel, use);
        var form = plans.Count > 1 && plans[0].Cost(isHeld) > ClearlyLess * plans[1].Cost(isHeld) ? plans[1] : plans.FirstOrDefault();
        var isSmall = form is not null && WinogradCost.IsSmall(form);
        var layout = isSmall ? new CorrelationPlan(correlation, kernel).LayoutCost : 0;
        var direct = new ConvolutionCandidate<PreparedConvolution>(DirectName, (DirectOverhead * correlation.DirectCost) + layout, () =>
        {
            var plan = new CorrelationPlan(correlation, kernel);
            return (input, weight, _, bias, output) => _direct.Run(plan, input, weight, bias, output);
        });
        var batch = ThreePointWinogradBatch.TryCreate(correlation, kernel, use);
        var few = batch is not null ? null : ThreePointWinogradPlan.TryCreate(correlation, kernel, use);
        if (few is not null && Forced(use))
        {
            candidates.Add(ThreePointWinograd(few, cost: 0));
        }

        if (batch is not null)
        {
            candidates.Add(new(ThreePointWinogradName, Forced(use) ? 0 : batch.Cost, () =>
                (input, weight, _, bias, output) => _threePointWinograd.Run(batch, input, weight, bias, output)));
        }

        if (product is not null)
        {
            var least = form is null ? direct.Cost : Math.Min(form.Cost(isHeld), direct.Cost);
            candidates.Add(product(isSmall && productCost is { } own ? Math.Min(own, direct.Cost) : least));
        }

        if (form is not null && (product is null || (isSmall && productCost is not null)))
        {
            var cost = Forced(use) ? 0 : isSmall ? form.Cost(isHeld) / ClearlyLess : form.Cost(isHeld);
            candidates.Add(new(WinogradName(form.Points), cost, () => form.Points == FourPoints.Count
                ? (input, weight, held, bias, output) => _fourPoints.Run(form, input, weight, held, bias, output)
                : (input, weight, held, bias, output) => _sixPoints.Run(form, input, weight, held, bias, output)));
        }

        // The cost model for few tiles is less certain: require fewer multiply-adds than the direct algorithm, without its overhead.
        if (few is not null && !Forced(use) && few.Cost < correlation.DirectCost)
        {
            candidates.Add(ThreePointWinograd(few, few.Cost));
        }

        candidates.Add(direct);
    }

    private ConvolutionCandidate<PreparedConvolution> ThreePointWinograd(ThreePointWinogradPlan plan, double cost) =>
        new(ThreePointWinogradName, cost, () =>
            (input, weight, _, bias, output) => _threePointWinograd.Run(plan, input, weight, bias, output));
}
