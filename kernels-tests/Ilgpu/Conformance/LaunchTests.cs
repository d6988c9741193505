using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Every way to load and launch a kernel, and what launches refuse.</summary>
public sealed class LaunchTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static void Count(Index1D i, ArrayView<int> view, int by) => view[i] += by + i;

    private static void CountPlane(Index2D i, ArrayView2D<int, Stride2D.DenseX> view) => view[i] = i.X * 10 + i.Y;

    private static void CountGroups(ArrayView<int> view)
    {
        int i = Grid.GlobalLinearIndex;
        if (i < view.IntLength)
        {
            view[i] = i + 1;
        }
    }

    private static void Fill(ArrayView<int> view, int value) => view[Grid.GlobalIndex.X] = value;

    [Test]
    public void AutomaticGroupsWithAndWithoutStream()
    {
        using var buffer = Accelerator.Allocate1D<int>(1001);
        buffer.MemSetToZero();
        using AcceleratorStream stream = Accelerator.CreateStream();
        Accelerator.Synchronize();
        Accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(Count)(stream, 1001, buffer.AsContiguous(), 5);
        stream.Synchronize();
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>(Count, out KernelInfo? info)(
            (int)buffer.Length, buffer.AsContiguous(), 7);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 1001).Select(i => 2 * i + 12)));
        Assert.That(info!.MinGroupSize, Is.GreaterThan(0));
    }

    [Test]
    public void GivenGroupSizes()
    {
        foreach (int size in new[] { 0, 1, 3, 16 })
        {
            using var buffer = Accelerator.Allocate1D<int>(50);
            buffer.MemSetToZero();
            Accelerator.LoadImplicitlyGroupedStreamKernel<Index1D, ArrayView<int>, int>(Count, size)(50, buffer.AsContiguous(), 1);
            Accelerator.LoadImplicitlyGroupedKernel<Index1D, ArrayView<int>, int>(Count, size)(
                Accelerator.DefaultStream, 50, buffer.AsContiguous(), 1);
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 50).Select(i => 2 * i + 2)));
        }
    }

    [Test]
    public void ConfigurationsOfAllDimensions()
    {
        KernelConfig[] configs =
        [
            (4, 8), (new Index2D(2, 2), new Index2D(4, 2)), (new Index3D(2, 2, 1), new Index3D(2, 2, 2)),
            (new Index3D(4, 1, 1), new Index1D(8)),
            (new Index3D(4, 1, 1), new Index2D(4, 2)), new(2, 2, 1, 4, 2, 1), ((4, 1, 1), (8, 1, 1)),
        ];
        using var buffer = Accelerator.Allocate1D<int>(32);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<int>>(CountGroups);
        foreach (KernelConfig config in configs)
        {
            buffer.MemSetToZero();
            kernel(config, buffer.AsContiguous());
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(1, 32)), config.ToString());
        }
    }

    [Test]
    public void SpecializationsLimitTheGroup()
    {
        using var buffer = Accelerator.Allocate1D<int>(32);
        var kernel = Accelerator.LoadKernel<ArrayView<int>>(CountGroups, new KernelSpecialization(8, null));
        kernel(Accelerator.DefaultStream, (4, 8), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(1, 32)));
        Assert.That(() => kernel(Accelerator.DefaultStream, (2, 16), buffer.AsContiguous()), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void LaunchingLoadsOnce()
    {
        using var buffer = Accelerator.Allocate1D<int>(20);
        for (int k = 0; k < 3; k++)
        {
            Accelerator.Launch(Fill, (4, 5), buffer.AsContiguous(), k);
        }
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(2));
        Accelerator.LaunchAutoGrouped<Index1D, ArrayView<int>, int>(Count, 20, buffer.AsContiguous(), 1);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(3, 20)));
        using AcceleratorStream stream = Accelerator.CreateStream();
        Accelerator.Launch(Fill, stream, (4, 5), buffer.AsContiguous(), 9);
        stream.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(9));
    }

    [Test]
    public void KernelsAreLoadedByMethod()
    {
        using var buffer = Accelerator.Allocate1D<int>(20);
        System.Reflection.MethodInfo method = ((Action<ArrayView<int>, int>)Fill).Method;
        Kernel kernel = Accelerator.LoadKernel(method);
        var launcher = kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, ArrayView<int>, int>>();
        launcher(Accelerator.DefaultStream, (4, 5), buffer.AsContiguous(), 6);
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(6));
        kernel.Launch(Accelerator.DefaultStream, (KernelConfig)(4, 5), buffer.AsContiguous(), 8);
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(8));
        Assert.That(kernel.NumParameters, Is.EqualTo(2));
        Assert.That(Accelerator.EstimateGroupSize(kernel, out int gridSize), Is.GreaterThan(0));
        Assert.That(gridSize, Is.GreaterThan(0));
        Assert.That(Accelerator.EstimateOccupancyPerMultiprocessor(kernel, 8), Is.InRange(0f, 1f));
    }

    [Test]
    public void PlanesAreLaunchedOverTheirExtent()
    {
        using var buffer = Accelerator.Allocate2DDenseX<int>((13, 7));
        Accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<int, Stride2D.DenseX>>(CountPlane)(buffer.IntExtent, buffer.View);
        int[,] result = buffer.GetAsArray2D();
        Assert.That((result[12, 6], result[0, 6], result[12, 0]), Is.EqualTo((126, 6, 120)));
    }

    [Test]
    public void BuffersConvertToViewsAsArguments()
    {
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = Accelerator.Allocate1D<int>(5);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView1D<int, Stride1D.Dense>>((i, view) => view[i] = i * i);
        kernel(5, buffer);
        kernel((int)buffer.Length, buffer.View);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 0, 1, 4, 9, 16 }));
    }

    [Test]
    public void SpecializedValuesAreConstants()
    {
        using var buffer = Accelerator.Allocate1D<int>(6);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, SpecializedValue<int>>(Kernel);
        foreach (int n in new[] { 4, 8, 4, 0 })
        {
            kernel(6, buffer.AsContiguous(), SpecializedValue.New(n));
            Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 6).Select(i => n * (n - 1) / 2 * i)));
        }

        static void Kernel(Index1D i, ArrayView<int> view, SpecializedValue<int> n)
        {
            int sum = 0;
            for (int k = 0; k < n; k++)
            {
                sum += k * i;
            }
            view[i] = sum;
        }
    }

    [Test]
    public void ShapesThatNoDeviceRunsAreRefused()
    {
        using var buffer = Accelerator.Allocate1D<int>(4);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<int>>(CountGroups);
        int tooLarge = Accelerator.MaxNumThreadsPerGroup + 1;
        Assert.That(
            () => kernel((1, tooLarge), buffer.AsContiguous()),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("groupDim"));
        Assert.That(
            () => kernel((0, 4), buffer.AsContiguous()),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Invalid grid dimension"));
        Assert.That(
            () => kernel((1, 1, SharedMemoryConfig.RequestDynamic<int>(4)), buffer.AsContiguous()), Throws.InvalidOperationException);
        var implicitly = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>(Count);
        Assert.That(() => implicitly(0, buffer.AsContiguous(), 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Accelerator.LoadImplicitlyGroupedStreamKernel<Index1D, ArrayView<int>, int>(Count, -1),
            Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Accelerator.LoadImplicitlyGroupedStreamKernel<Index1D, ArrayView<int>, int>(Count, tooLarge),
            Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void ManyLaunchesStayInOrder()
    {
        using var buffer = Accelerator.Allocate1D<int>(64);
        buffer.MemSetToZero();
        var kernel =
            Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>((i, view, factor) => view[i] = view[i] * 3 + factor);
        int expected = 0;
        for (int k = 0; k < 50; k++)
        {
            kernel(64, buffer.AsContiguous(), k);
            expected = expected * 3 + k;
        }

        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(expected));
    }

    [Test]
    public void KernelsKnowTheirDevice()
    {
        using var buffer = Accelerator.Allocate1D<int>(1);
        Accelerator.LoadStreamKernel<ArrayView<int>>(view => view[0] = (int)ILGPU.Runtime.Accelerator.CurrentType)(
            (1, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[0], Is.EqualTo((int)Accelerator.AcceleratorType));
    }
}
