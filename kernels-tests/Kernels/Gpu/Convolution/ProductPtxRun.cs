using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Computes a product on the PTX machine as a card would, with a choice that a device makes by itself.</summary>
internal static class ProductPtxRun
{
    /// <summary>Runs one variant.</summary>
    /// <param name="product">its numbers; its views are ignored</param>
    /// <param name="left">the left factor</param>
    /// <param name="right">the image</param>
    /// <param name="results">how many there are</param>
    /// <param name="bias">a number for each row, or null</param>
    /// <param name="sumsInLaunch">whether the last group of each tile adds its parts, or another launch</param>
    /// <param name="isBackwards">whether groups run from the last to the first</param>
    public static float[] Run(
        ProductVariant variant, Product product, in ProductShape shape, ProductPrecision precision, float[] left, float[] right,
        int results, float[]? bias = null, bool sumsInLaunch = false, bool isBackwards = false)
    {
        var device = (GpuDevice)TestDevices.Open("ptx");
        var queue = device.Queue;
        using var step = device.Step();
        Tensor Put(float[] values) => Tensor.From(values, new Shape(values.Length), device);
        var target = Put([.. Enumerable.Repeat(float.NaN, results)]);
        (product.Left.Data, product.Right.Image, product.Target.Data) = (Put(left).Span.View(), Put(right).Span.View(), target.Span.View());
        product.Target.HasBias = bias is null ? 0 : 1;
        product.Target.Bias = Put(bias ?? [0]).Span.View();

        // Where groups are not counted parts are added apart; on one multiprocessor nothing is gained by that.
        var card = ProductDevice.Of(queue.Accelerator) with { Multiprocessors = 1 };
        var counters = ArrivalCounters.For(queue, card);
        var launcher = new ProductLauncher(
            queue, device.Pool, sumsInLaunch ? card : card with { Kind = AcceleratorType.OpenCL }, counters);
        PtxDriver.RunsBackwards = isBackwards;
        try
        {
            var before = queue.Launches;
            launcher.Run(product, shape, variant, precision, isAligned: false);
            var (parts, _) = ProductLauncher.Split(
                product.LongestDepth, variant.Splits, ProductKernels.Find(variant, shape, precision)!.Tile.Depth);
            Assert.That(queue.Launches - before, Is.EqualTo(parts == 1 || sumsInLaunch ? 1 : 2));
            var values = target.ToArray();
            var counts = new int[(int)counters.Length];
            counters.CopyToHost(queue.Stream, counts.AsSpan());
            Assert.That(counts, Is.All.Zero, "counters are ready for the next launch");
            return values;
        }
        finally
        {
            PtxDriver.RunsBackwards = false;
        }
    }
}
