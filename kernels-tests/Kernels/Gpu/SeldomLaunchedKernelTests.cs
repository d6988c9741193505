using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>Kernels that no call asks for by itself: sums of more parts than a group loads at once, and the measure of the peak.</summary>
[TestFixture("ilgpu-cpu")]
[TestFixture("opencl")]
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class SeldomLaunchedKernelTests(string name)
{
    private GpuDevice Device => (GpuDevice)TestDevices.Open(name);

    /// <summary>
    /// Two results a thread, the second one beyond the end for some, and a part more than are loaded at once: in float32 and in the order
    /// of the parts.
    /// </summary>
    [Test]
    public void PartsAreAddedInOrderByFewThreads()
    {
        const int Rows = 3, Columns = 70, Parts = SplitSumKernel.LoadsInFlight + 1, Results = Rows * Columns;
        Assert.That((SplitSumKernel.PerThread, SplitSumKernel.LoadsInFlight), Is.EqualTo((2, 4)), "as the kernel is written out");
        using var step = Device.Step();
        var numbers = Numbers(Parts * Results);
        var (parts, sums) = (
            Tensor.From(numbers, new Shape(Parts, Rows, Columns), Device),
            Tensor.From(Enumerable.Repeat(float.NaN, Results).ToArray(), new Shape(Rows, Columns), Device));
        var product = MatMulProduct.Of(
            default, default, sums.Span.View(), new MatMulGeometry(1, Rows, Columns, Parts, TransposeA: false, TransposeB: false));
        (product.PartialColumns, product.Splits, product.Partial) = (new Divisor(Columns), new Divisor(Parts), parts.Span.View());
        Device.Queue.Launch(SplitSumKernel.SplitSum, new ILGPU.KernelConfig(1, SplitSumKernel.GroupSize), product);
        Assert.That(
            sums.ToArray(),
            Is.EqualTo(Enumerable.Range(0, Results)
                .Select(i => Enumerable.Range(0, Parts).Aggregate(0f, (sum, part) => sum + numbers[(part * Results) + i]))));
    }

    [Test]
    public void TheMeasureOfThePeakComputesWhatItSays()
    {
        using var step = Device.Step();
        var queue = Device.Queue;
        var results = Tensor.Empty(new Shape(queue.GroupSize), Device);
        queue.Launch(PeakKernels.FusedMultiplyAdd, new ILGPU.KernelConfig(1, queue.GroupSize), results.Span.View(), 0.5f, 1);
        Assert.That(results.ToArray(), Is.All.Matches<float>(float.IsFinite));
    }

    private static float[] Numbers(int count) => OpCase.DrawNumbers(new Random(5), count);
}
