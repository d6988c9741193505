using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Gpu.Norm;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// Kernels as no call of a test asks for them: sums of more parts than a group loads at once, planes of more pieces than a grid counts, and
/// the measure of the peak.
/// </summary>
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

    /// <summary>A plane of 8192 x 8192 has more pieces than a grid's Y counts; here it has four, and the grid two.</summary>
    [Test]
    public void GroupsOfThreadsTakeThePiecesOfAPlaneThatTheGridDoesNotCount()
    {
        const int Group = 64, Inner = (3 * Group * Element.PerThread) + 5;
        using var step = Device.Step();
        var x = Tensor.From(Numbers(2 * Inner), new Shape(2, Inner), Device);
        var (mean, variance) = (Tensor.From([0.5f, -1], new Shape(2), Device), Tensor.From([4f, 0.25f], new Shape(2), Device));
        float[][] results = [.. new[] { 4, 2 }.Select(Normalized)];
        Assert.That(results[1], Is.EqualTo(results[0]).And.All.Matches<float>(float.IsFinite));

        var config = ((GpuKernels)Device.OwnKernels).ForNormalize(new NormGeometry(1, 4, 8192 * 8192, PerInstance: true));
        Assert.That((config.GridDim.X, config.GridDim.Y, config.GridDim.Z), Is.EqualTo((4, 65535, 1)));

        float[] Normalized(int pieces)
        {
            var (y, none) = (Tensor.From(Enumerable.Repeat(float.NaN, 2 * Inner).ToArray(), x.Shape, Device), ILGPU.ArrayView<float>.Empty);
            Device.Queue.Launch(
                NormalizeKernels.Apply, new ILGPU.KernelConfig(new ILGPU.Index2D(2, pieces), new ILGPU.Index2D(Group, 1)),
                new NormalizationArgs(x.Span.View(), mean.Span.View(), variance.Span.View(), none, none), y.Span.View(), 2, Inner,
                (byte)1, 1e-5f);
            return y.ToArray();
        }
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
