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

        void Copy(Tensor y) => _device.Kernels.Run(new CopyAllCall([new CopySlot(x.Span, y.Span)]));
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
