using System.Numerics;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Every operation that reductions and scans combine by, over a device, a group and a warp.</summary>
public sealed class ScanReduceTests(string deviceName) : ConformanceFixture(deviceName)
{
    private const int Count = 700;

    private void Check<T, TAdd, TMin, TMax>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TAdd : struct, IScanReduceOperation<T>
        where TMin : struct, IScanReduceOperation<T>
        where TMax : struct, IScanReduceOperation<T>
    {
        T[] data = [.. Enumerable.Range(0, Count).Select(i => T.CreateChecked((i * 37) % 101))];
        using var input = Accelerator.Allocate1D(data);
        using var output = Accelerator.Allocate1D<T>(3 * 64);
        AcceleratorStream stream = Accelerator.DefaultStream;
        Assert.That(Accelerator.Reduce<T, TAdd>(stream, input.AsContiguous()), Is.EqualTo(data.Aggregate(T.Zero, (a, b) => a + b)));
        Assert.That(Accelerator.Reduce<T, TMin>(stream, input.AsContiguous()), Is.EqualTo(data.Min()));
        Accelerator.Reduce<T, TMax>(stream, input.AsContiguous(), output.AsContiguous());
        Assert.That(output.GetAsArray1D()[0], Is.EqualTo(data.Max()));
        Accelerator.Reduce<T, Stride1D.General, TAdd>(stream, input.View.AsGeneral(), output.AsContiguous());
        Assert.That(output.GetAsArray1D()[0], Is.EqualTo(data.Aggregate(T.Zero, (a, b) => a + b)));
        Accelerator.LoadStreamKernel<ArrayView<T>, ArrayView<T>, TAdd, TMin, TMax>(Kernel)(
            (1, 64), input.AsContiguous(), output.AsContiguous(), default, default, default);
        T[] results = output.GetAsArray1D();
        T sum = T.Zero;
        for (int i = 0; i < 64; i++)
        {
            Assert.That((results[i], results[64 + i]), Is.EqualTo((sum, data[..(i + 1)].Max())));
            sum += data[i];
        }

        Assert.That((results[128], results[129]), Is.EqualTo((data[..64].Min(), data[..Math.Min(Accelerator.WarpSize, 32)].Max())));
        Assert.That(
            (default(TAdd).Apply(data[3], data[4]), default(TAdd).CLCommand, default(TMin).CLCommand, default(TMax).CLCommand),
            Is.EqualTo((data[3] + data[4], "add", "min", "max")));
        T target = data[5];
        Assert.That(
            (
                default(TAdd).Identity, default(TMin).Apply(default(TMin).Identity, target),
                default(TMax).Apply(default(TMax).Identity, target)),
            Is.EqualTo((T.Zero, target, target)));
    }

    private static void Kernel<T, TAdd, TMin, TMax>(ArrayView<T> input, ArrayView<T> output, TAdd add, TMin min, TMax max)
        where T : unmanaged
        where TAdd : struct, IScanReduceOperation<T>
        where TMin : struct, IScanReduceOperation<T>
        where TMax : struct, IScanReduceOperation<T>
    {
        int i = Group.IdxX;
        output[i] = GroupExtensions.ExclusiveScan<T, TAdd>(input[i]);
        output[64 + i] = GroupExtensions.InclusiveScan<T, TMax>(input[i]);
        T least = GroupExtensions.Reduce<T, TMin>(input[i]);
        T most = WarpExtensions.Reduce<T, TMax>(input[i]);
        if (i == 0)
        {
            output[128] = least;
            output[129] = most;
        }
    }

    private readonly struct Twice : ITransformer<int, int>
    {
        public int Transform(int value) => 2 * value;
    }

    private readonly struct Mark(ArrayView<int> target) : IGridStrideKernelBody
    {
        public void Execute(LongIndex1D linearIndex) => target[linearIndex] += 1;

        public void Finish()
        {
        }
    }

    [Test]
    public void LaunchersAreMadeInAdvance()
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var first = Accelerator.Allocate1D<int>(300);
        using var second = Accelerator.Allocate1D<int>(300);
        Accelerator.CreateInitializer<int, Stride1D.Dense>()(stream, first.View, 5);
        Accelerator.Initialize(stream, second.View.AsGeneral(), 1);
        Accelerator.CreateTransformer<int, int, Twice>()(stream, first.AsContiguous(), second.AsContiguous(), default);
        Accelerator.LaunchGridStride(stream, 300, new Mark(second.AsContiguous()));
        stream.Synchronize();
        Assert.That(second.GetAsArray1D(), Is.All.EqualTo(11));
        Assert.That(Accelerator.ComputeGridStrideLoopExtent(300), Is.EqualTo(Accelerator.ComputeGridStrideLoopExtent(300L)));
        using var sum = Accelerator.Allocate1D<int>(1);
        Accelerator.CreateReduction<int, Stride1D.Dense, AddInt32>()(stream, second.View, sum.AsContiguous());
        stream.Synchronize();
        Assert.That(sum.GetAsArray1D()[0], Is.EqualTo(3300));
    }

    [Test]
    public void WholeViewsAreScanned([Values(1, 255, 1000, 5003)] int length)
    {
        int[] data = [.. Enumerable.Range(0, length).Select(i => (i * 37 % 101) - 50)];
        using var input = Accelerator.Allocate1D(data);
        using var output = Accelerator.Allocate1D<int>(length);
        using var temp = Accelerator.Allocate1D<int>(Accelerator.ComputeScanTempStorageSize<int>(length));
        int[] sums = new int[length], before = new int[length], most = new int[length];
        for (int i = 0, sum = 0, high = int.MinValue; i < length; i++)
        {
            (before[i], sums[i], most[i]) = (sum, sum += data[i], high = Math.Max(high, data[i]));
        }
        Accelerator.CreateScan<int, Stride1D.Dense, Stride1D.Dense, AddInt32>(ScanKind.Inclusive)(
            Accelerator.DefaultStream, input.View, output.View, temp.AsContiguous());
        Assert.That(output.GetAsArray1D(), Is.EqualTo(sums));
        Accelerator.CreateScan<int, Stride1D.Dense, Stride1D.Dense, MaxInt32>(ScanKind.Inclusive)(
            Accelerator.DefaultStream, input.View, output.View, temp.AsContiguous());
        Assert.That(output.GetAsArray1D(), Is.EqualTo(most));
        Accelerator.CreateScan<int, Stride1D.Dense, Stride1D.Dense, AddInt32>(ScanKind.Exclusive)(
            Accelerator.DefaultStream, input.View, input.View, temp.AsContiguous());
        Assert.That(input.GetAsArray1D(), Is.EqualTo(before), "in place");
        Assert.That(
            () =>
                Accelerator.CreateScan<int, Stride1D.Dense, Stride1D.Dense, AddInt32>(ScanKind.Inclusive)(
                    Accelerator.DefaultStream, input.View, output.View, default),
            Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void GroupsScanInSteps()
    {
        using var buffer = Accelerator.Allocate1D<long>(192);
        Accelerator.LoadStreamKernel<ArrayView<long>>(Steps)((1, 32), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[..96], Is.EqualTo(Enumerable.Range(0, 96).Select(i => (long)i * (i + 1) / 2)));
        Assert.That(buffer.GetAsArray1D()[96..], Is.EqualTo(Enumerable.Range(0, 96).Select(i => (long)i * (i - 1) / 2)));

        static void Steps(ArrayView<long> r)
        {
            long before = 0, exclusive = 0;
            for (int first = 0; first < 96; first += 32)
            {
                int i = first + Group.IdxX;
                r[i] = before + GroupExtensions.InclusiveScanWithBoundaries<long, AddInt64>(i, out ScanBoundaries<long> boundaries);
                before = GroupExtensions.InclusiveScanNextIteration<long, AddInt64>(before, boundaries.RightBoundary, i);
                r[96 + i] = exclusive + GroupExtensions.ExclusiveScanWithBoundaries<long, AddInt64>(i, out boundaries);
                exclusive = GroupExtensions.ExclusiveScanNextIteration<long, AddInt64>(exclusive, boundaries.RightBoundary, i);
            }
        }
    }

    [Test]
    public void Int32() => Check<int, AddInt32, MinInt32, MaxInt32>();

    [Test]
    public void Int64() => Check<long, AddInt64, MinInt64, MaxInt64>();

    [Test]
    public void UInt32() => Check<uint, AddUInt32, MinUInt32, MaxUInt32>();

    [Test]
    public void UInt64() => Check<ulong, AddUInt64, MinUInt64, MaxUInt64>();

    [Test]
    public void Float() => Check<float, AddFloat, MinFloat, MaxFloat>();

    [Test]
    public void Double() => Check<double, AddDouble, MinDouble, MaxDouble>();
}
