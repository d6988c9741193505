using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// Measures kernels through the seam: convolutions and matrix products on each rung of their ladder, the memory-bound ones as they are. On
/// the simulator it counts instead.
/// </summary>
/// <param name="device">where</param>
/// <param name="layer">what convolutions are measured on; null for one that suits the device</param>
public sealed class KernelBench(GpuDevice device, BenchLayer? layer = null)
{
    private readonly GpuKernels _kernels = (GpuKernels)device.Kernels;

    private const int Channels = 64;

    private const int Side = 256;

    /// <summary>Pixels of each channel of what memory-bound kernels are measured on: no cache holds 64 MB, the simulator needs no more than a few.</summary>
    private int MemoryBoundPixels => IsSimulated(device) ? Side : Side * Side * 4;

    /// <summary>What can be measured.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["conv2d", "conv2d-input-gradient", "conv2d-weight-gradient", "matmul", "copy", "add", "leaky-relu", "instance-norm", "adam"];

    /// <summary>The layer that convolutions are measured on.</summary>
    public BenchLayer Layer { get; } = layer ?? (IsSimulated(device) ? BenchLayer.Tiny : ProductDevice.Of(device.Queue.Accelerator).IsProcessor ? BenchLayer.Small : BenchLayer.ResidualBlock);

    /// <summary>Whether the device counts instead of taking time.</summary>
    public static bool IsSimulated(GpuDevice device) => device.Queue.Accelerator.AcceleratorType == AcceleratorType.CPU;

    /// <summary>Measures everything that has a name, one measurement at a time.</summary>
    /// <param name="name">one of <see cref="Names"/></param>
    public IEnumerable<KernelMeasurement> Measure(string name) => name switch
    {
        "conv2d" => Convolution(name, (x, w, y) => _kernels.Conv2d(x, w, null, y, Layer.Geometry), (x, w, y) => ConvolutionProducts.Forward(x, w, default, y, Layer.Geometry), isAlongDepth: false),
        "conv2d-input-gradient" => Convolution(name, (x, w, y) => _kernels.Conv2dInputGradient(y, w, null, x, Layer.Geometry), (x, w, y) => ConvolutionProducts.InputGradient(y, w, default, x, Layer.Geometry), isAlongDepth: false),
        "conv2d-weight-gradient" => Convolution(name, (x, w, y) => _kernels.Conv2dWeightGradient(x, y, w, Layer.Geometry), (x, w, y) => ConvolutionProducts.WeightGradient(x, y, w, Layer.Geometry), isAlongDepth: true),
        "matmul" => MatMul(),
        _ => [MemoryBound(name)],
    };

    private IEnumerable<KernelMeasurement> Convolution(
        string name, Action<DeviceSpan, DeviceSpan, DeviceSpan> call, Func<ArrayView<float>, ArrayView<float>, ArrayView<float>, Product> product, bool isAlongDepth)
    {
        var g = Layer.Geometry;
        using var x = Numbers(Layer.Input);
        using var w = Numbers(Layer.Weight);
        using var y = Numbers(new Shape(g.N, g.K, g.OutH, g.OutW));
        var shape = ProductShape.Of(product(x.Span.View(), w.Span.View(), y.Span.View()), isAlongDepth, isAligned: true);
        var cost = new OpCost(g.Flops, sizeof(float) * (x.Count + w.Count + y.Count));
        foreach (var measurement in Ladder(name, Layer.ToString(), shape, cost, () => call(x.Span, w.Span, y.Span)))
        {
            yield return measurement;
        }
    }

    /// <summary>The matrix product that the layer's convolution amounts to, both factors stored.</summary>
    private IEnumerable<KernelMeasurement> MatMul()
    {
        var conv = Layer.Geometry;
        var g = new MatMulGeometry(1, conv.K, conv.OutH * conv.OutW, conv.C * conv.KernelH * conv.KernelW, TransposeA: false, TransposeB: false);
        using var a = Numbers(new Shape(g.M, g.K));
        using var b = Numbers(new Shape(g.K, g.N));
        using var c = Numbers(new Shape(g.M, g.N));
        var shape = ProductShape.Of(MatMulProduct.Of(a.Span.View(), b.Span.View(), c.Span.View(), g), isAlongDepth: false, isAligned: true);
        var cost = new OpCost(shape.Flops, sizeof(float) * (a.Count + b.Count + c.Count));
        foreach (var measurement in Ladder("matmul", $"[{g.M},{g.K}] · [{g.K},{g.N}]", shape, cost, () => _kernels.MatMul(a.Span, b.Span, c.Span, g)))
        {
            yield return measurement;
        }
    }

    private IEnumerable<KernelMeasurement> Ladder(string name, string people, ProductShape shape, OpCost cost, Action call)
    {
        var traits = ProductDevice.Of(device.Queue.Accelerator);
        var chosen = _kernels.Products.For(shape, device.Precision);
        var rungs = Enum.GetValues<ProductRung>().Where(rung => rung != ProductRung.TensorCore)
            .Select(rung => ConvolutionTable.Candidates(shape, traits, ProductPrecision.Fp32, rung).First())
            .Append(chosen)
            .Distinct()
            .Where(variant => traits.Accepts(shape, variant, device.Precision));
        foreach (var variant in rungs)
        {
            yield return Forced(variant, device.Precision, variant.ToString());
        }

        foreach (var precision in Enum.GetValues<ProductPrecision>().Where(p => p != ProductPrecision.Fp32 && device.Supports(p)))
        {
            var variant = ConvolutionTable.Candidates(shape, traits, precision).First();
            if (variant.Rung == ProductRung.TensorCore)
            {
                yield return Forced(variant, precision, $"{variant} {precision.ToString().ToLowerInvariant()}");
            }
        }

        KernelMeasurement Forced(ProductVariant variant, ProductPrecision precision, string variantName)
        {
            var before = device.Precision;
            (device.Precision, _kernels.Products.Forced) = (precision, variant);
            try
            {
                return Measured(name, variantName, people, variant == chosen && precision == before, cost, call);
            }
            finally
            {
                (device.Precision, _kernels.Products.Forced) = (before, null);
            }
        }
    }

    /// <summary>A kernel whose time is what its memory traffic takes.</summary>
    private KernelMeasurement MemoryBound(string name)
    {
        var shape = new Shape(1, Channels, MemoryBoundPixels / Side, Side);
        using var x = Numbers(shape);
        using var y = Numbers(shape);
        using var z = Numbers(shape);
        using var v = Tensor.Zeros(shape, device);
        using var mean = Tensor.Zeros(new Shape(Channels), device);
        using var variance = Tensor.Ones(new Shape(Channels), device);
        var norm = new NormGeometry(1, Channels, MemoryBoundPixels, PerInstance: true);
        AdamSlot[] slots = [new(x.Span, y.Span, z.Span, v.Span)];
        var settings = new AdamSettings(1e-4f, 0.5f, 0.999f, 1e-8f, WeightDecay: 0, Step: 1);
        (int accesses, int flops, Action call) = name switch
        {
            "copy" => (2, 0, () => _kernels.Copy(x.Span, y.Span)),
            "add" => (3, 1, () => _kernels.Binary(BinaryFunction.Add, x.Span, shape, y.Span, shape, z.Span, shape)),
            "leaky-relu" => (2, 1, () => _kernels.Unary(UnaryFunction.LeakyRelu, 0.2f, 0, x.Span, y.Span)),
            "instance-norm" => (3, 8, InstanceNorm),
            "adam" => (7, 12, (Action)(() => _kernels.Adam(slots, settings))),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a kernel that can be measured"),
        };
        return Measured(name, "", shape.ToString(), isChosen: true, new OpCost(flops * x.Count, accesses * sizeof(float) * x.Count), call);

        void InstanceNorm()
        {
            _kernels.Moments(x.Span, mean.Span, variance.Span, norm);
            _kernels.Normalize(x.Span, mean.Span, variance.Span, null, null, y.Span, norm, 1e-5f);
        }
    }

    private KernelMeasurement Measured(string name, string variant, string shape, bool isChosen, OpCost cost, Action call)
    {
        if (!IsSimulated(device))
        {
            return new KernelMeasurement(name, variant, shape, isChosen, cost, LaunchTimer.Measure(device.Synchronize, call), Counts: null);
        }

        return new KernelMeasurement(name, variant, shape, isChosen, cost, Times: null, Count(call));
    }

    /// <summary>What one call does; kernels are loaded anew, since counting is a matter of their translation.</summary>
    private KernelCounts Count(Action call)
    {
#if USE_ILGPU_PACKAGES
        throw new DeviceException("the official ILGPU packages' simulator does not count; measure on another device");
#else
        var simulator = (ILGPU.Runtime.CPU.CPUAccelerator)device.Queue.Accelerator;
        var counts = new ILGPU.Runtime.CPU.SimulationCounts();
        simulator.Counts = counts;
        device.Queue.ForgetKernels();
        try
        {
            call();
        }
        finally
        {
            simulator.Counts = null;
            device.Queue.ForgetKernels();
        }

        return KernelCounts.Of(counts);
#endif
    }

    private Tensor Numbers(Shape shape) => Tensor.Uniform(new RandomKey(1, 0, 0, 0), shape, device);
}
