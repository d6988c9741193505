using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>Products, which convolutions and matrix products share.</content>
internal sealed partial class GpuKernels
{
    /// <summary>How long a tuner measures one variant.</summary>
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(30);

    /// <summary>Results that are compared bit for bit: enough to reveal another order of summation.</summary>
    private const int MaxCompared = 1 << 20;

    /// <summary>Floats in 16 bytes.</summary>
    private const int Alignment = 4;

    private readonly ProductDevice _device = card ?? ProductDevice.Of(queue.Accelerator);

    private readonly ArrayView<int>[] _counters =
        [.. pools.Select(_ => ArrivalCounters.For(queue, card ?? ProductDevice.Of(queue.Accelerator)))];

    private readonly ProductLauncher?[] _launchers = new ProductLauncher?[pools.Count];

    /// <summary>Which variant computes which product.</summary>
    internal ProductChoice Products { get; } = new(
        card ?? ProductDevice.Of(queue.Accelerator), ProductTuner.TuningsOf(queue.Accelerator), firstUse);

    /// <summary>The time budget for measuring variants with the same bits.</summary>
    internal TuningBudget FirstUseTime { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>Whether shapes without a tuning are measured. The environment (<c>ILGPUGAN_TUNE</c>) gives the default.</summary>
    internal bool Tunes { get; set; } = Tunings.IsWanted;

    private ProductLauncher Launcher => _launchers[queue.Lane] ??= new(queue, Pool, _device, Counters);

    /// <summary>Counters of the present lane.</summary>
    internal ArrayView<int> Counters => _counters[queue.Lane];

    /// <summary>The precision that factors are rounded to.</summary>
    private ProductPrecision Precision => precision();

    /// <summary>Computes a product by the variant chosen for it.</summary>
    /// <returns>false if that is naive, or can't compute the requested row sums: the caller launches another kernel then</returns>
    private bool TryProduct(Product product, bool isAlongDepth, bool isAligned)
    {
        var shape = ProductShape.Of(product, isAlongDepth, isAligned);
        if (Tunes && Products.LacksTuning(shape, Precision))
        {
            Tune(product, shape, isAligned);
        }
        else if (Products.LacksFirstUse(shape, Precision) && FirstUseTime.IsLeft)
        {
            TuneKind(product, shape, isAligned);
        }

        var variant = Products.For(shape, Precision);
        if (variant.Rung == ProductRung.Naive || (variant.Rung == ProductRung.Tiled && product.Sums.Rows > 0))
        {
            return false;
        }

        Launcher.Run(product, shape, variant, Precision, isAligned);
        return true;
    }

    /// <summary>Times the variants on the product itself. Each writes the whole target; the chosen one runs again afterwards.</summary>
    private void Tune(Product product, ProductShape shape, bool isAligned)
    {
        product.Sums = default;
        if (CanTimeCold)
        {
            TimeCold(timer => Learn(
                shape, variant => timer.Measure(() => Launcher.Run(product, shape, variant, Precision, isAligned), s_enough).Min));
            return;
        }
        Learn(shape, variant => LaunchTimer.Measure(
            queue.Stream.Synchronize, () => Launcher.Run(product, shape, variant, Precision, isAligned), s_enough).Min);
    }

    /// <summary>
    /// Times the variants that add in the order of the table's variant. Their bits are also compared, since a compiler may contract a
    /// multiplication and addition in one kernel and not in another.
    /// </summary>
    private void TuneKind(Product product, ProductShape shape, bool isAligned)
    {
        using var spending = FirstUseTime.Begin();
        product.Sums = default;
        var target = product.Target.Data.SubView(0, Math.Min(product.Target.Data.Length, MaxCompared));
        var (byTable, expected) = (Products.ByTable(shape, ProductPrecision.Fp32), new float[target.Length]);
        var found = new float[target.Length];
        var fastest = new ProductTuner(_device, Seconds).FastestWithSameBits(shape, byTable, () => FirstUseTime.IsLeft);
        if (fastest is { } variant)
        {
            Products.LearnKind(shape, variant);
        }

        double Seconds(ProductVariant variant)
        {
            Launch();
            var results = variant == byTable ? expected : found;
            target.CopyToHost(queue.Stream, results.AsSpan());
            var isAlike = variant == byTable
                || MemoryMarshal.AsBytes(expected.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(found.AsSpan()));
            return isAlike ? LaunchTimer.Measure(queue.Stream.Synchronize, Launch, s_enough).Min : double.PositiveInfinity;

            void Launch() => Launcher.Run(product, shape, variant, ProductPrecision.Fp32, isAligned);
        }
    }

    private void Learn(ProductShape shape, Func<ProductVariant, double> measure) =>
        Products.Learn(shape, Precision, new ProductTuner(_device, measure).Fastest(shape, Precision));

    /// <summary>Whether launches can be captured as CUDA graphs, which <see cref="ColdGraphTimer"/> needs.</summary>
    internal bool CanTimeCold => queue.CanCapture && queue.Accelerator is ILGPU.Runtime.Cuda.CudaAccelerator;

    /// <summary>
    /// Runs a measurement with cold caches; requires <see cref="CanTimeCold"/>. Caches are flushed by reading twice the size of the L2
    /// cache, which also leaves nothing to be written back.
    /// </summary>
    internal void TimeCold(Action<ColdGraphTimer> measure)
    {
        var count = Math.Max(((ILGPU.Runtime.Cuda.CudaAccelerator)queue.Accelerator).L2CacheSize / sizeof(float) * 2, 1);
        var memory = Pool.Rent(count + 1L);
        memory.Acquire();
        try
        {
            var (others, sum) = (new DeviceSpan(memory, 0, count), new DeviceSpan(memory, count, 1));
            Run(new FillCall(others, 0));
            measure(new ColdGraphTimer(queue, () => Run(new ReduceCall(Reduction.Sum, others, new Shape(count), sum, new Shape(1)))));
        }
        finally
        {
            memory.Release();
        }
    }

    private static bool AreAligned(DeviceSpan a, DeviceSpan b, DeviceSpan c) =>
        a.Offset % Alignment == 0 && b.Offset % Alignment == 0 && c.Offset % Alignment == 0;
}
