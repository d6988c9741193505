using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.KernelsTests.Ops;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// Kernels are compiled under the promises that read views overlap no written ones and that views start at multiples of 16 bytes. Launches
/// that break a promise take other code, and what they compute is what C# says.
/// </summary>
[TestFixture("opencl")]
[TestFixtureSource(typeof(TestDevices.Card))]
public sealed class LaunchPromiseTests(string deviceName)
{
    private const int Launches = 500;

    private Context _context = null!;

    private Accelerator _accelerator = null!;

    [OneTimeSetUp]
    public void OpenDevice()
    {
        _context = Context.Create(builder => _ = deviceName == "cuda" ? builder.Cuda() : builder.OpenCL());
        AcceleratorType wanted = deviceName == "cuda" ? AcceleratorType.Cuda : AcceleratorType.OpenCL;
        if (_context.Devices.FirstOrDefault(device => device.AcceleratorType == wanted) is not { } device)
        {
            Assert.Ignore($"There is no {deviceName} device here.");
        }
        else
        {
            _accelerator = device.CreateAccelerator(_context);
        }
    }

    [OneTimeTearDown]
    public void CloseDevice()
    {
        _accelerator?.Dispose();
        _context.Dispose();
    }

    /// <summary>Reads the same element before and after a write that may hit it.</summary>
    private static void ReadTwice(Index1D i, ArrayView<int> read, ArrayView<int> written)
    {
        int before = read[i];
        written[i] = before + 1;
        written[i] += read[i];
    }

    /// <summary>Four neighbours a thread.</summary>
    private static void Quadruple(Index1D i, ArrayView<float> source, ArrayView<float> target)
    {
        for (int k = 0; k < 4; k++)
        {
            target[(4 * i) + k] = 2 * source[(4 * i) + k];
        }
    }

    /// <summary>Reads one view and writes two.</summary>
    private static void Split(Index1D i, ArrayView<int> source, ArrayView<int> low, ArrayView<int> high)
    {
        low[i] = source[i] & 0xFFFF;
        high[i] = source[i] >> 16;
    }

    [Test]
    public void SeparateViewsTakeTheFastCode()
    {
        (Kernel kernel, var launch) = Load<Action<AcceleratorStream, Index1D, ArrayView<int>, ArrayView<int>>>(nameof(ReadTwice));
        using var buffer = _accelerator.Allocate1D(Enumerable.Range(0, 200).ToArray());
        launch(_accelerator.DefaultStream, 100, buffer.View.SubView(0, 100), buffer.View.SubView(100, 100));
        _accelerator.Synchronize();
        Assert.That(buffer.GetAsArray1D().Skip(100), Is.EqualTo(Enumerable.Range(0, 100).Select(x => (2 * x) + 1)));
        Assert.That(kernel.Image.AssumesNoAlias, Is.True);
        Assert.That(kernel.Fallback!.IsValueCreated, Is.False);
    }

    [TestCase(0, TestName = "The same view twice")]
    [TestCase(1, TestName = "Views that overlap but for one element")]
    [TestCase(99, TestName = "Views that share one element")]
    public void OverlappingViewsTakeTheCarefulCode(int shift)
    {
        (Kernel kernel, var launch) = Load<Action<AcceleratorStream, Index1D, ArrayView<int>, ArrayView<int>>>(nameof(ReadTwice));
        using var buffer = _accelerator.Allocate1D(Enumerable.Range(0, 300).ToArray());
        launch(_accelerator.DefaultStream, 1, buffer.View.SubView(shift, 100), buffer.View.SubView(0, 100));
        _accelerator.Synchronize();
        int expected = shift == 0 ? 2 : (2 * shift) + 1;
        Assert.That(buffer.GetAsArray1D()[0], Is.EqualTo(expected));
        Assert.That(kernel.Fallback!.IsValueCreated, Is.True);
    }

    [Test]
    public void NeighboursDoNotOverlap()
    {
        var ranges = new ViewRange[] { new(1, 0, 400), new(1, 400, 800), new(1, 399, 401), new(2, 0, 400), default };
        Assert.That(ranges[0].Overlaps(ranges[1]), Is.False);
        Assert.That(ranges[0].Overlaps(ranges[2]) && ranges[2].Overlaps(ranges[0]), Is.True);
        Assert.That(ranges[0].Overlaps(ranges[3]), Is.False);
        Assert.That(ranges[0].Overlaps(ranges[4]), Is.False);
    }

    [TestCase(0, 0, false)]
    [TestCase(4, 8, false)]
    [TestCase(1, 0, true)]
    [TestCase(0, 2, true)]
    [TestCase(3, 3, true)]
    public void MisalignedViewsTakeScalarCode(int from, int to, bool breaksPromise)
    {
        (Kernel kernel, var launch) = Load<Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>>>(nameof(Quadruple));
        float[] values = [.. Enumerable.Range(0, 128).Select(x => (float)x)];
        using var source = _accelerator.Allocate1D(values);
        using var target = _accelerator.Allocate1D<float>(128);
        launch(_accelerator.DefaultStream, 16, source.View.SubView(from, 64), target.View.SubView(to, 64));
        _accelerator.Synchronize();
        Assert.That(target.GetAsArray1D()[to..(to + 64)], Is.EqualTo(values[from..(from + 64)].Select(x => 2 * x)));
        Assert.That(kernel.Image.Parameters.Max(parameter => parameter.VectorAlignment), Is.EqualTo(16));
        Assert.That(kernel.Fallback!.IsValueCreated, Is.EqualTo(breaksPromise));
    }

    [Test]
    public void EitherWrittenViewCounts()
    {
        (Kernel kernel, var launch) =
            Load<Action<AcceleratorStream, Index1D, ArrayView<int>, ArrayView<int>, ArrayView<int>>>(nameof(Split));
        using var buffer = _accelerator.Allocate1D(Enumerable.Repeat(0x30007, 64).ToArray());
        using var other = _accelerator.Allocate1D<int>(64);
        launch(_accelerator.DefaultStream, 32, buffer.View.SubView(0, 32), other.View, buffer.View.SubView(32, 32));
        Assert.That(kernel.Fallback!.IsValueCreated, Is.False);
        launch(_accelerator.DefaultStream, 32, buffer.View.SubView(0, 32), other.View, buffer.View.SubView(0, 32));
        _accelerator.Synchronize();
        Assert.That(other.GetAsArray1D()[..32], Is.All.EqualTo(7));
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(3).Or.EqualTo(0x30007));
        Assert.That(kernel.Fallback!.IsValueCreated, Is.True);
    }

    [Test]
    public void LaunchesAllocateNothing()
    {
        (_, var launch) = Load<Action<AcceleratorStream, Index1D, ArrayView<int>, ArrayView<int>>>(nameof(ReadTwice));
        using var buffer = _accelerator.Allocate1D<int>(200);
        ArrayView<int> low = buffer.View.SubView(0, 100), high = buffer.View.SubView(100, 100);
        Run();
        _accelerator.Synchronize();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Launches; i++)
        {
            Run();
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        _accelerator.Synchronize();

        void Run()
        {
            launch(_accelerator.DefaultStream, 100, low, high);
            launch(_accelerator.DefaultStream, 100, low, low);
        }
    }

    private (Kernel Kernel, TLauncher Launcher) Load<TLauncher>(string name)
        where TLauncher : Delegate
    {
        // Without the cache: each test sees the careful code loaded by its own launches only.
        _accelerator.ClearCache(ClearCacheMode.Everything);
        Kernel kernel =
            _accelerator.LoadAutoGroupedKernel(typeof(LaunchPromiseTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!);
        return (kernel, kernel.CreateLauncherDelegate<TLauncher>());
    }
}
