using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Algorithms.Sequencers;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>The algorithms that build on kernels.</summary>
public sealed class AlgorithmTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly int[] s_data = [.. Enumerable.Range(0, 1000).Select(i => (i * 7919 % 1009) - 500)];

    public readonly struct Squares : ISequencer<long>
    {
        public long ComputeSequenceElement(LongIndex1D sequenceIndex) => sequenceIndex.X * sequenceIndex.X;
    }

    public readonly struct HalfOf(int divisor) : ITransformer<int, float>
    {
        public float Transform(int value) => value / (float)divisor;
    }

    public readonly struct Doubling(ArrayView<int> view) : IGridStrideKernelBody
    {
        public void Execute(LongIndex1D linearIndex) => view[linearIndex] *= 2;

        public void Finish()
        {
        }
    }

    [Test]
    public void ViewsAreReduced()
    {
        using var input = Accelerator.Allocate1D(s_data);
        Assert.That(Accelerator.Reduce<int, AddInt32>(Accelerator.DefaultStream, input.AsContiguous()), Is.EqualTo(s_data.Sum()));
        Assert.That(Accelerator.Reduce<int, MaxInt32>(Accelerator.DefaultStream, input.AsContiguous()), Is.EqualTo(s_data.Max()));
        Assert.That(Accelerator.Reduce<int, MinInt32>(Accelerator.DefaultStream, input.View.SubView(5, 1)), Is.EqualTo(s_data[5]));
        Assert.That(Accelerator.Reduce<int, AddInt32>(Accelerator.DefaultStream, default), Is.Zero);
        using var output = Accelerator.Allocate1D<int>(1);
        Accelerator.CreateReduction<int, Stride1D.Dense, AddInt32>()(Accelerator.DefaultStream, input.View, output.AsContiguous());
        Assert.That(output.GetAsArray1D()[0], Is.EqualTo(s_data.Sum()));
    }

    [Test]
    public void FloatsAreReduced()
    {
        float[] values = [.. s_data.Select(v => v * 0.25f)];
        using var input = Accelerator.Allocate1D(values);
        Assert.That(
            Accelerator.Reduce<float, AddFloat>(Accelerator.DefaultStream, input.AsContiguous()), Is.EqualTo(values.Sum()),
            "quarters add up exactly");
        Assert.That(Accelerator.Reduce<float, MaxFloat>(Accelerator.DefaultStream, input.AsContiguous()), Is.EqualTo(values.Max()));
        Assert.That(
            Accelerator.ReduceAsync<float, MinFloat>(Accelerator.DefaultStream, input.AsContiguous()).Result, Is.EqualTo(values.Min()));
        var everySecond = new ArrayView1D<float, Stride1D.General>(input.AsContiguous(), values.Length / 2, new Stride1D.General(2));
        float sum = values.Where((_, i) => i % 2 == 0).Take(values.Length / 2).Sum();
        Assert.That(Accelerator.Reduce<float, Stride1D.General, AddFloat>(Accelerator.DefaultStream, everySecond), Is.EqualTo(sum));
        Assert.That(
            Accelerator.ReduceAsync<float, Stride1D.General, AddFloat>(Accelerator.DefaultStream, everySecond).Result, Is.EqualTo(sum));
    }

    [TestCase(32)]
    [TestCase(64)]
    [TestCase(37)]
    [TestCase(1)]
    public void GroupsReduceAndScan(int size)
    {
        int[] input = s_data[..(2 * size)];
        using var source = Accelerator.Allocate1D(input);
        using var target = Accelerator.Allocate1D<int>(2 * size * 7);
        Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(Kernel)((2, size), source.AsContiguous(), target.AsContiguous());
        int[] result = target.GetAsArray1D();
        for (int i = 0; i < 2 * size; i++)
        {
            int[] group = input[(i / size * size)..(i / size * size + size)];
            int lane = i % size;
            int[] expected =
            [
                group.Sum(), group.Max(), group[..lane].Sum(), group[..(lane + 1)].Sum(), group[..(lane + 1)].Min(), group[0],
                group[..^1].Sum(),
            ];
            Assert.That(result[(i * 7)..(i * 7 + 7)], Is.EqualTo(expected));
        }

        static void Kernel(ArrayView<int> from, ArrayView<int> to)
        {
            int i = Grid.GlobalIndex.X;
            int value = from[i];
            to[i * 7] = GroupExtensions.AllReduce<int, AddInt32>(value);
            to[i * 7 + 1] = GroupExtensions.AllReduce<int, MaxInt32>(value);
            to[i * 7 + 2] = GroupExtensions.ExclusiveScanWithBoundaries<int, AddInt32>(value, out ScanBoundaries<int> exclusive);
            to[i * 7 + 3] = GroupExtensions.InclusiveScanWithBoundaries<int, AddInt32>(value, out ScanBoundaries<int> inclusive);
            to[i * 7 + 4] = GroupExtensions.InclusiveScan<int, MinInt32>(value);
            to[i * 7 + 5] = inclusive.LeftBoundary + exclusive.LeftBoundary;
            to[i * 7 + 6] = exclusive.RightBoundary;
        }
    }

    [Test]
    public void WarpsReduceAndScan()
    {
        int width = Accelerator.WarpSize;
        int[] input = s_data[..64];
        using var source = Accelerator.Allocate1D(input);
        using var target = Accelerator.Allocate1D<int>(64 * 3);
        Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(Kernel)((1, 64), source.AsContiguous(), target.AsContiguous());
        int[] result = target.GetAsArray1D();
        for (int i = 0; i < 64; i++)
        {
            int[] warp = input[(i / width * width)..(i / width * width + width)];
            Assert.That(
                result[(i * 3)..(i * 3 + 3)], Is.EqualTo(new[] { warp.Sum(), warp[..(i % width)].Sum(), warp[..(i % width + 1)].Max() }));
        }

        static void Kernel(ArrayView<int> from, ArrayView<int> to)
        {
            int i = Group.IdxX;
            to[i * 3] = WarpExtensions.AllReduce<int, AddInt32>(from[i]);
            to[i * 3 + 1] = WarpExtensions.ExclusiveScan<int, AddInt32>(from[i]);
            to[i * 3 + 2] = WarpExtensions.InclusiveScan<int, MaxInt32>(from[i]);
        }
    }

    [Test]
    public void ViewsAreInitializedSequencedAndTransformed()
    {
        using var numbers = Accelerator.Allocate1D<long>(777);
        Accelerator.Initialize(Accelerator.DefaultStream, numbers.AsContiguous(), 42L);
        Assert.That(numbers.GetAsArray1D(), Is.All.EqualTo(42));
        Accelerator.Sequence(Accelerator.DefaultStream, numbers.AsContiguous(), new Squares());
        Assert.That(numbers.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 777).Select(i => (long)i * i)));

        using var source = Accelerator.Allocate1D(s_data);
        using var target = Accelerator.Allocate1D<float>(s_data.Length);
        Accelerator.Transform<int, float, HalfOf>(Accelerator.DefaultStream, source.AsContiguous(), target.AsContiguous(), new HalfOf(2));
        Assert.That(target.GetAsArray1D(), Is.EqualTo(s_data.Select(v => v / 2f)));
        using var copy = Accelerator.Allocate1D<int>(s_data.Length);
        Accelerator.Transform<int, IdentityTransformer<int>>(
            Accelerator.DefaultStream, source.AsContiguous(), copy.AsContiguous(), default);
        Assert.That(copy.GetAsArray1D(), Is.EqualTo(s_data));
    }

    [Test]
    public void BodiesRunOverAnyNumberOfIndices()
    {
        using var buffer = Accelerator.Allocate1D(s_data);
        Accelerator.LaunchGridStride(s_data.Length, new Doubling(buffer.AsContiguous()));
        Accelerator.LoadGridStrideKernel<Doubling>()(Accelerator.DefaultStream, s_data.Length, new Doubling(buffer.AsContiguous()));
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(s_data.Select(v => v * 4)));
    }
}
