using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>What convolutions and matrix products share.</content>
internal sealed partial class GpuKernels
{
    /// <summary>How long a tuner looks at one variant.</summary>
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(30);

    /// <summary>Numbers of a target that are compared: enough for another order of adding to show.</summary>
    private const int MostCompared = 1 << 20;

    /// <summary>Floats in 16 bytes.</summary>
    private const int Alignment = 4;

    private readonly ProductDevice _device = card ?? ProductDevice.Of(queue.Accelerator);

    private readonly ArrayView<int> _counters = Arrivals.For(queue, card ?? ProductDevice.Of(queue.Accelerator));

    /// <summary>Which variant computes which product.</summary>
    internal ProductChoice Products { get; } = new(
        card ?? ProductDevice.Of(queue.Accelerator), ProductTuner.TuningsOf(queue.Accelerator), firstUse);

    /// <summary>What may be spent on measuring kernels of the same bits.</summary>
    internal TuningTime FirstUseTime { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>Whether shapes that no tuning is known of are measured; as the environment says until it is set.</summary>
    internal bool Tunes { get; set; } = Tunings.IsWanted;

    private ProductLauncher Launcher => field ??= new(queue, pool, _device, _counters);

    /// <summary>What factors of convolutions and matrix products are rounded to.</summary>
    private ProductPrecision Precision => precision();

    /// <summary>Computes a product by the variant chosen for it.</summary>
    /// <returns>false if that is naive, or adds up no rows where they are asked for: the caller's to launch</returns>
    private bool TryProduct(Product product, bool isAlongDepth, bool isAligned)
    {
        product.HasPairs = isAligned ? 1 : 0;
        var shape = ProductShape.Of(product, isAlongDepth, isAligned);
        if (Tunes && Products.LacksTuning(shape, Precision))
        {
            Tune(product, shape);
        }
        else if (Products.LacksFirstUse(shape, Precision) && FirstUseTime.IsLeft)
        {
            TuneKind(product, shape);
        }

        var variant = Products.For(shape, Precision);
        if (variant.Rung == ProductRung.Naive || (variant.Rung == ProductRung.Tiled && product.Sums.Rows > 0))
        {
            return false;
        }

        Launcher.Run(product, shape, variant, Precision);
        return true;
    }

    /// <summary>Tries the variants on the product itself: each writes the whole target, so the last word is the chosen one's.</summary>
    private void Tune(Product product, ProductShape shape)
    {
        product.Sums = default;
        if (CanTimeCold)
        {
            TimeCold(timer => Learn(
                shape, variant => timer.Measure(() => Launcher.Run(product, shape, variant, Precision), s_enough).Min));
            return;
        }
        Learn(shape, variant => LaunchTimer.Measure(
            queue.Stream.Synchronize, () => Launcher.Run(product, shape, variant, Precision), s_enough).Min);
    }

    /// <summary>
    /// Tries the variants that add as the table's does. That they have its bits is seen as well: a compiler may contract what another
    /// kernel rounds.
    /// </summary>
    private void TuneKind(Product product, ProductShape shape)
    {
        using var spending = FirstUseTime.Begin();
        product.Sums = default;
        var target = product.Target.Data.SubView(0, Math.Min(product.Target.Data.Length, MostCompared));
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

            void Launch() => Launcher.Run(product, shape, variant, ProductPrecision.Fp32);
        }
    }

    private void Learn(ProductShape shape, Func<ProductVariant, double> measure) =>
        Products.Learn(shape, Precision, new ProductTuner(_device, measure).Fastest(shape, Precision));

    /// <summary>Whether launches can become CUDA graphs, in which work is timed as a step runs it.</summary>
    internal bool CanTimeCold => queue.CanCapture && queue.Accelerator is ILGPU.Runtime.Cuda.CudaAccelerator;

    /// <summary>
    /// Lets work be timed with cold caches, where <see cref="CanTimeCold"/>: reading twice as much as the second-level cache holds leaves
    /// nothing else in it, and nothing to be written back.
    /// </summary>
    internal void TimeCold(Action<ColdGraphTimer> measure)
    {
        var count = Math.Max(((ILGPU.Runtime.Cuda.CudaAccelerator)queue.Accelerator).L2CacheSize / sizeof(float) * 2, 1);
        var memory = pool.Rent(count + 1L);
        memory.Acquire();
        try
        {
            var (others, sum) = (new DeviceSpan(memory, 0, count), new DeviceSpan(memory, count, 1));
            Fill(others, 0);
            measure(new ColdGraphTimer(queue, () => Reduce(Reduction.Sum, others, new Shape(count), sum, new Shape(1))));
        }
        finally
        {
            memory.Release();
        }
    }

    private static bool AreAligned(DeviceSpan a, DeviceSpan b, DeviceSpan c) =>
        a.Offset % Alignment == 0 && b.Offset % Alignment == 0 && c.Offset % Alignment == 0;
}
