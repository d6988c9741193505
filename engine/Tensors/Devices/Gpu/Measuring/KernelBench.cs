using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// Measures kernels through <see cref="IKernels"/>: convolutions and matrix products on each rung of the ladder, and memory-bound kernels.
/// </summary>
/// <param name="device">the device; on ILGPU's CPU accelerator all is small, and times say nothing of a GPU</param>
/// <param name="layer">the layer that convolutions are measured on; null for one that suits the device</param>
/// <param name="isCold">whether kernels are timed in a CUDA graph and with cold caches, as in a training step</param>
internal sealed class KernelBench(GpuDevice device, BenchLayer? layer, bool isCold)
{
    private readonly GpuKernels _kernels = (GpuKernels)device.Kernels;

    /// <summary>Names of the calls that can be measured.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["conv2d", "conv2d-input-gradient", "conv2d-weight-gradient", "matmul", .. MemoryBoundKernels.Names];

    /// <summary>The layer that convolutions are measured on.</summary>
    public BenchLayer Layer { get; } = layer
        ?? (device.IsForDebugging ? BenchLayer.Tiny
            : ProductDevice.Of(device.Queue.Accelerator).IsProcessor ? BenchLayer.Small : BenchLayer.ResidualBlock);

    /// <summary>Whether kernels are timed with cold caches.</summary>
    public bool IsCold => isCold;

    /// <summary>Measures all variants of a call, lazily.</summary>
    /// <param name="name">one of <see cref="Names"/></param>
    /// <exception cref="DeviceException">cold caches were requested, and the device has no CUDA graphs</exception>
    public IEnumerable<KernelMeasurement> Measure(string name) => name switch
    {
        "conv2d" =>
            Convolution(
                name, (x, w, y) => _kernels.Run(new Conv2dCall(x, w, null, y, Layer.Geometry)),
                (x, w, y) => ConvolutionProducts.Forward(x, w, default, y, Layer.Geometry), ConvolutionPass.Forward),
        "conv2d-input-gradient" =>
            Convolution(
                name, (x, w, y) => _kernels.Run(new Conv2dInputGradientCall(y, w, null, x, Layer.Geometry)),
                (x, w, y) => ConvolutionProducts.InputGradient(y, w, default, x, Layer.Geometry), ConvolutionPass.InputGradient),
        "conv2d-weight-gradient" =>
            Convolution(
                name, (x, w, y) => _kernels.Run(new Conv2dWeightGradientCall(x, y, w, Layer.Geometry)),
                (x, w, y) => ConvolutionProducts.WeightGradient(x, y, w, Layer.Geometry), ConvolutionPass.WeightGradient),
        "matmul" => MatMul(),
        _ => [MemoryBound(name)],
    };

    private IEnumerable<KernelMeasurement> Convolution(
        string name, Action<DeviceSpan, DeviceSpan, DeviceSpan> call,
        Func<ArrayView<float>, ArrayView<float>, ArrayView<float>, Product> product, ConvolutionPass pass)
    {
        var isAlongDepth = pass == ConvolutionPass.WeightGradient;
        var g = Layer.Geometry;
        using var x = Numbers(Layer.Input);
        using var w = Numbers(Layer.Weight);
        using var y = Numbers(new Shape(g.N, g.K, g.OutH, g.OutW));
        var shape = ProductShape.Of(product(x.Span.View(), w.Span.View(), y.Span.View()), isAlongDepth, isAligned: true);
        var cost = new OpCost(g.Flops, sizeof(float) * (x.Count + w.Count + y.Count));
        var traits = ProductDevice.Of(device.Queue.Accelerator);
        var usesWinograd = device.Precision == ProductPrecision.Fp32 && ConvolutionTable.Winograd(g, pass, traits).IsTaken;
        var fitsFewPixels = ConvolutionTable.UsesFewPixels(g, pass, traits);
        var usesFewPixels = fitsFewPixels && _kernels.FewPixelsAllowed;
        var others = ChannelsLastOf(pass, traits).ToList();
        var usesChannelsLast = !usesFewPixels && others.Exists(other => other.Precision == device.Precision && other.IsChosen);
        foreach (var measurement in Ladder(name, Layer.ToString(), shape, cost, () => call(x.Span, w.Span, y.Span)))
        {
            yield return usesWinograd || usesFewPixels || usesChannelsLast ? measurement with { IsChosen = false } : measurement;
        }

        foreach (var (precision, parts, _) in others)
        {
            var variant = new ProductVariant(ProductRung.ChannelsLast, TileShape.Large, parts);
            var variantName = $"{variant} {precision.ToString().ToLowerInvariant()}";
            yield return Forced(
                variant, precision,
                () => Measured(
                    name, variantName, Layer.ToString(), usesChannelsLast && precision == device.Precision, cost,
                    () => call(x.Span, w.Span, y.Span)));
        }

        if (fitsFewPixels)
        {
            yield return WithFewPixels(
                () => Measured(name, "few-pixels", Layer.ToString(), usesFewPixels, cost, () => call(x.Span, w.Span, y.Span)));
        }

        if (device.Precision == ProductPrecision.Fp32 && ConvolutionTable.HasLargeWinogradProducts(g, pass))
        {
            yield return WithWinograd(
                () => Measured(name, "winograd", Layer.ToString(), usesWinograd, cost, () => call(x.Span, w.Span, y.Span)));
        }
    }

    /// <summary>In which precisions the layer's pass can be computed with channels last, conversions included.</summary>
    private IEnumerable<(ProductPrecision Precision, int Parts, bool IsChosen)> ChannelsLastOf(ConvolutionPass pass, ProductDevice traits)
    {
        var g = Layer.Geometry;
        if ((g.Groups, g.DilationH, g.DilationW) != (1, 1, 1))
        {
            yield break;
        }

        foreach (var (precision, type) in ((ProductPrecision, FactorType)[])
            [(ProductPrecision.Tf32, FactorType.Tf32), (ProductPrecision.Bf16, FactorType.Bfloat16)])
        {
            var last = pass == ConvolutionPass.InputGradient
                ? ChannelsLastGeometry.InputGradient(g, type) : ChannelsLastGeometry.Forward(g, type);
            if (pass == ConvolutionPass.WeightGradient && ChannelsLastTable.CanRun(g, type, traits))
            {
                yield return (precision, ChannelsLastTable.Parts(g, type, traits), ChannelsLastTable.Suits(g, type));
            }
            else if (pass != ConvolutionPass.WeightGradient && ChannelsLastTable.CanRun(last, traits))
            {
                yield return (precision, ChannelsLastTable.Parts(last, traits), ChannelsLastTable.Suits(last));
            }
        }
    }

    /// <summary>Runs an action with Winograd forced for all convolutions that support it.</summary>
    private T WithWinograd<T>(Func<T> action)
    {
        _kernels.ForcedWinograd = true;
        try
        {
            return action();
        }
        finally
        {
            _kernels.ForcedWinograd = null;
        }
    }

    /// <summary>Runs an action with the few-pixels kernels allowed, whatever the environment says.</summary>
    private T WithFewPixels<T>(Func<T> action)
    {
        var before = _kernels.FewPixelsAllowed;
        _kernels.FewPixelsAllowed = true;
        try
        {
            return action();
        }
        finally
        {
            _kernels.FewPixelsAllowed = before;
        }
    }

    /// <summary>The matrix product of the layer's convolution, with both factors stored.</summary>
    private IEnumerable<KernelMeasurement> MatMul()
    {
        var conv = Layer.Geometry;
        var g = new MatMulGeometry(
            1, conv.K, conv.OutH * conv.OutW, conv.C * conv.KernelH * conv.KernelW, TransposeA: false, TransposeB: false);
        using var a = Numbers(new Shape(g.M, g.K));
        using var b = Numbers(new Shape(g.K, g.N));
        using var c = Numbers(new Shape(g.M, g.N));
        var shape = ProductShape.Of(MatMulProduct.Of(a.Span.View(), b.Span.View(), c.Span.View(), g), isAlongDepth: false, isAligned: true);
        var cost = new OpCost(shape.Flops, sizeof(float) * (a.Count + b.Count + c.Count));
        foreach (var measurement
            in Ladder("matmul", $"[{g.M},{g.K}] · [{g.K},{g.N}]", shape, cost, () => _kernels.Run(new MatMulCall(
                a.Span, b.Span, c.Span, g))))
        {
            yield return measurement;
        }
    }

    private IEnumerable<KernelMeasurement> Ladder(string name, string label, ProductShape shape, OpCost cost, Action call)
    {
        var traits = ProductDevice.Of(device.Queue.Accelerator);
        var chosen = _kernels.Products.For(shape, device.Precision);
        var rungs = Enum.GetValues<ProductRung>().Where(rung => rung < ProductRung.TensorCore)
            .Select(rung => ConvolutionTable.Candidates(shape, traits, ProductPrecision.Fp32, rung).First())
            .Append(chosen)
            .Distinct()
            .Where(variant => traits.Accepts(shape, variant, device.Precision));
        foreach (var variant in rungs)
        {
            yield return InLadder(variant, device.Precision, variant.ToString());
        }

        foreach (var precision in Enum.GetValues<ProductPrecision>().Where(p => p != ProductPrecision.Fp32 && device.Supports(p)))
        {
            foreach (var variant in ConvolutionTable.Candidates(shape, traits, precision, ProductRung.TensorCore)
                .Where(variant => variant.Rung == ProductRung.TensorCore && traits.Accepts(shape, variant, precision)))
            {
                yield return InLadder(variant, precision, $"{variant} {precision.ToString().ToLowerInvariant()}");
            }
        }

        KernelMeasurement InLadder(ProductVariant variant, ProductPrecision precision, string variantName)
        {
            var isChosen = variant == chosen && precision == device.Precision;
            return Forced(variant, precision, () => Measured(name, variantName, label, isChosen, cost, call));
        }
    }

    /// <summary>Runs an action with a variant forced for every product that it can compute.</summary>
    private KernelMeasurement Forced(ProductVariant variant, ProductPrecision precision, Func<KernelMeasurement> action)
    {
        var before = device.Precision;
        (device.Precision, _kernels.Products.Forced) = (precision, variant);
        try
        {
            return action();
        }
        finally
        {
            (device.Precision, _kernels.Products.Forced) = (before, null);
        }
    }

    /// <summary>Measures a memory-bound kernel.</summary>
    private KernelMeasurement MemoryBound(string name)
    {
        using var kernels = new MemoryBoundKernels(device);
        var (shape, cost, call) = kernels.Find(name);
        return Measured(name, "", shape, isChosen: true, cost, call);
    }

    private KernelMeasurement Measured(string name, string variant, string shape, bool isChosen, OpCost cost, Action call) =>
        new(name, variant, shape, isChosen, cost, isCold ? TimeCold(call) : LaunchTimer.Measure(device.Synchronize, call));

    private LaunchTimes TimeCold(Action call)
    {
        var times = default(LaunchTimes);
        const int EnoughMilliseconds = 200;
        if (_kernels.CanTimeCold)
        {
            _kernels.TimeCold(timer => times = timer.Measure(call, TimeSpan.FromMilliseconds(EnoughMilliseconds)));
        }
        return times.Min > 0
            ? times
            : throw new DeviceException($"'{device.Name}' can't time kernels with cold caches: that takes CUDA graphs");
    }

    private Tensor Numbers(Shape shape) => Tensor.Uniform(new RandomKey(1, 0, 0, 0), shape, device);
}
