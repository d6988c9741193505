#if !USE_ILGPU_PACKAGES
using ILGPU.Runtime.CPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>What the simulator counted of one kernel.</summary>
/// <param name="Call">the call that launched it, and on what</param>
/// <param name="Counts">of this kernel alone</param>
public sealed record KernelCountsAlone(string Call, SimulationCounts Counts);

/// <content>Counting one kernel of those that a call launches.</content>
public sealed partial class KernelBench
{
    /// <summary>Counts a kernel on the simulator, in the first of these calls that launches it.</summary>
    /// <returns>null if none of them does</returns>
    /// <exception cref="InvalidOperationException">the device is no simulator</exception>
    public KernelCountsAlone? CountAlone(KernelEntry kernel)
    {
        if (device.Queue.Accelerator is not CPUAccelerator simulator)
        {
            throw new InvalidOperationException($"{device.Name} can't count; the simulator can");
        }

        var calls = IsOfProducts(kernel) ? ProductCalls(kernel)
            : kernel.Method.DeclaringType == typeof(Winograd.WinogradKernels) ? WinogradCalls() : MemoryBoundCalls();
        foreach (var (name, call) in calls)
        {
            var counts = new SimulationCounts { Only = kernel.Method };
            CountInto(counts, simulator, call);
            if (counts.Instructions > 0)
            {
                return new KernelCountsAlone(name, counts);
            }
        }

        return null;
    }

    /// <summary>Counts a call; kernels are loaded anew, since counting is a matter of their translation.</summary>
    private void CountInto(SimulationCounts counts, CPUAccelerator simulator, Action call)
    {
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
    }

    private static bool IsOfProducts(KernelEntry kernel) =>
        kernel.Name.Split('/')[0] is "product" or "conv2d" or "conv2d-input-gradient" or "conv2d-weight-gradient" or "matmul";

    /// <summary>The layer's convolution, its gradients and the matrix product that it amounts to, all with one variant.</summary>
    private IEnumerable<(string Name, Action Call)> ProductCalls(KernelEntry kernel)
    {
        var g = Layer.Geometry;
        var m = new MatMulGeometry(1, g.K, g.OutH * g.OutW, g.C * g.KernelH * g.KernelW, TransposeA: false, TransposeB: false);
        using var x = Numbers(Layer.Input);
        using var w = Numbers(Layer.Weight);
        using var y = Numbers(new Shape(g.N, g.K, g.OutH, g.OutW));
        using var b = Numbers(new Shape(m.K, m.N));
        using var c = Numbers(new Shape(m.M, m.N));
        (string, Action)[] calls =
        [
            ($"conv2d, {Layer}", () => _kernels.Conv2d(x.Span, w.Span, null, y.Span, g)),
            ($"conv2d-input-gradient, {Layer}", () => _kernels.Conv2dInputGradient(y.Span, w.Span, null, x.Span, g)),
            ($"conv2d-weight-gradient, {Layer}", () => _kernels.Conv2dWeightGradient(x.Span, y.Span, w.Span, g)),
            ($"matmul, [{m.M},{m.K}] · [{m.K},{m.N}]", () => _kernels.MatMul(w.Span, b.Span, c.Span, m)),
        ];
        foreach (var variant in VariantsFor(kernel))
        {
            foreach (var (name, call) in calls)
            {
                yield return (name, () => Forced(variant, call));
            }
        }
    }

    /// <summary>The variant whose kernel it is; for kernels that are none, those of which other kernels are a part.</summary>
    private static IEnumerable<ProductVariant> VariantsFor(KernelEntry kernel) =>
        ProductKernels.All.FirstOrDefault(product => product.Kernel.Method == kernel.Method) is { } own
            ? [new ProductVariant(own.Rung, own.Shape ?? TileShape.Medium, Splits: 1)]
            : [new ProductVariant(ProductRung.Naive, TileShape.Medium, Splits: 1),
                new ProductVariant(ProductRung.Tiled, TileShape.Medium, Splits: 2)];

    /// <summary>A layer of 3 x 3 taps by six points.</summary>
    private IEnumerable<(string Name, Action Call)> WinogradCalls()
    {
        var taken = Layer with { Kernel = 3, Stride = 1, Padding = 1 };
        var g = taken.Geometry;
        using var x = Numbers(taken.Input);
        using var w = Numbers(taken.Weight);
        using var y = Numbers(new Shape(g.N, g.K, g.OutH, g.OutW));
        yield return ($"conv2d, {taken}", () => OnPoints(() => _kernels.Conv2d(x.Span, w.Span, null, y.Span, g)));
        yield return (
            $"conv2d-weight-gradient, {taken}", () => OnPoints(() => _kernels.Conv2dWeightGradient(x.Span, y.Span, w.Span, g)));
    }

    private void Forced(ProductVariant variant, Action call)
    {
        _kernels.Products.Forced = variant;
        try
        {
            call();
        }
        finally
        {
            _kernels.Products.Forced = null;
        }
    }

    private IEnumerable<(string Name, Action Call)> MemoryBoundCalls()
    {
        using var kernels = new MemoryBoundKernels(device, planes: 0);
        foreach (var name in MemoryBoundKernels.Names)
        {
            var (shape, _, call) = kernels.Find(name);
            yield return ($"{name}, {shape}", call);
        }

        var random = new Shape(1 << 10);
        yield return ($"random numbers, {random}", () => Numbers(random).Dispose());
    }
}
#endif
