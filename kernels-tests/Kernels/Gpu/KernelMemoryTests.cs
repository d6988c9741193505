using System.Runtime.CompilerServices;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>What kernels take of a card's memory beside their operands, and when it is given back.</summary>
internal sealed class KernelMemoryTests
{
    private GpuDevice _device = null!;

    [SetUp]
    public void Open()
    {
        PtxDriver.FaultsPersist = false;
        _device = PtxDriver.Open();
    }

    [TearDown]
    public void Close()
    {
        PtxCard.MemoryBytes = 1L << 30;
        _device.Dispose();
    }

    /// <summary>A graph holds addresses from its first run on, in which its calls are made one by one.</summary>
    [Test]
    public void ScratchIsFreedOnceNoGraphUsesIt()
    {
        const int Count = 20_000;
        using var x = Tensor.From([.. Enumerable.Range(0, Count).Select(i => MathF.Sin(i))], new Shape(Count), _device);
        using var mean = Tensor.Zeros(new Shape(1), _device);
        using var variance = Tensor.Zeros(new Shape(1), _device);
        var replay = _device.Prepare([new MomentsCall(x.Span, mean.Span, variance.Span, new NormGeometry(1, 1, Count, PerInstance: true))]);
        float[]? expected = null;
        PtxDriver.ClearCalls();
        for (var run = 0; run < 4; run++)
        {
            replay.Run();
            expected ??= mean.ToArray();
            _device.Trim();
            Assert.That(_device.ScratchBytes, Is.Positive);
            Assert.That(mean.ToArray(), Is.EqualTo(expected));
        }

        Assert.That(PtxDriver.CountOf("cuGraphLaunch"), Is.EqualTo(3));
        replay.Dispose();
        _device.Trim();
        Assert.That(_device.ScratchBytes, Is.Zero);
    }

    [Test]
    public void ScratchOfASizeThatIsNoLongerUsedIsFreed()
    {
        Use(_device.Scratch[0], 100);
        for (var step = 0; step < 3; step++)
        {
            _device.Step().Dispose();
        }

        Use(_device.Scratch[0], 1008);
        Assert.That(_device.ScratchBytes, Is.EqualTo(1008 * sizeof(float)));
    }

    [Test]
    public void ScratchMakesRoomForTensors()
    {
        Use(_device.Scratch[^1], 1 << 16);
        LeaveNoMemory();
        using var tensor = Tensor.Empty(new Shape(1 << 16), _device);
        Assert.That(_device.ScratchBytes, Is.Zero);
    }

    [Test]
    public void TensorsThatNobodyHoldsMakeRoomForTables()
    {
        using var x = Tensor.Ones(new Shape(64), _device);
        var calls = new List<CopyAllCall>(); // Their tables stay as long as they do.
        Tensor[] copies = [.. Enumerable.Range(0, 3).Select(_ => Tensor.Zeros(x.Shape, _device))];
        Copy(copies[0]); // This loads the kernel.
        Tensor.Empty(new Shape(1 << 10), _device).Dispose();
        LeaveNoMemory();
        Copy(copies[1]);
        Assert.That(copies[1].ToArray(), Is.EqualTo(x.ToArray()));
        LeaveNoMemory();
        var failure = Assert.Throws<DeviceException>(() => Copy(copies[2]));
        Assert.That(failure.IsOutOfMemory);
        Assert.That(failure.Message, Does.Contain("out of memory on cuda:0").And.Contain("Take a smaller batch"));
        Array.ForEach(copies, copy => copy.Dispose());

        void Copy(Tensor y)
        {
            calls.Add(new CopyAllCall([new CopySlot(x.Span, y.Span)]));
            _device.Kernels.Run(calls[^1]);
        }
    }

    /// <summary>Tables of addresses, which kernels read that process many arrays in one launch.</summary>
    [Test]
    public void TablesGoWithTheStepThatReadsThem()
    {
        ReplayAStep();
        _device.Trim();
        for (var round = 0; round < 2; round++) // The second finds what finalizers of the first have let go.
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(_device.ScratchBytes, Is.Zero);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Nothing on the stack holds the step afterwards.
    private void ReplayAStep()
    {
        Tensor[] arrays = [.. Enumerable.Range(0, 6).Select(_ => Tensor.Ones(new Shape(64), _device))];
        var spans = Array.ConvertAll(arrays, array => array.Span);
        var settings = new AdamSettings(0.9f, 0.999f, 1e-8f, WeightDecay: 0, StepNumbers.AtOnce);
        using var replay = _device.Prepare(
        [
            new AdamCall([new AdamSlot(spans[0], spans[1], spans[2], spans[3])], settings),
            new CopyAllCall([new CopySlot(spans[0], spans[4]), new CopySlot(null, spans[5])]),
            new ChainCall([new FillCall(spans[4], 1), new UnaryCall(UnaryFunction.Affine, 2, 0, spans[4], spans[5])]),
        ]);
        replay.Run();
        replay.Run();
        Assert.That(_device.ScratchBytes, Is.Positive);
        Array.ForEach(arrays, array => array.Dispose());
    }

    [Test]
    public void ABlockOfAStepIsAsLargeAsAnOpenCLDeviceAllows()
    {
        var device = (GpuDevice)TestDevices.Open("opencl");
        var bytes = ((CLDevice)device.Queue.Accelerator.Device).GetDeviceInfo<long>(CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE);
        Assert.That(device.LargestBlock, Is.EqualTo(bytes / sizeof(float)));
    }

    private static void Use(MemoryPool pool, long count) => new PooledScratch(pool, count).Dispose();

    private void LeaveNoMemory() => PtxCard.MemoryBytes -= ((CudaAccelerator)_device.Queue.Accelerator).GetFreeMemory();
}
