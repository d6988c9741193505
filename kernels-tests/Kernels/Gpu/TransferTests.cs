using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Transfers;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>Copies that nobody waits for, on a driver that orders the work of two streams as badly as it may.</summary>
internal sealed class TransferTests
{
    private readonly GpuDevice _device = (GpuDevice)TestDevices.Open("ptx");

    [SetUp]
    public void TheMachineGoesOnAfterAFault()
    {
        _device.Synchronize();
        PtxDriver.FaultsPersist = false;
        PtxDriver.ClearCalls();
    }

    [TearDown]
    public void ClearNextFailure() => PtxDriver.NextFailure = null;

    [Test]
    public void AnUploadTakesItsNumbersAlongAndWaitsForNothing([Values] StreamOrder order)
    {
        using var followed = StreamOrders.Follow(order);
        using var step = _device.Step();
        var values = Numbers(100, 1);
        var x = Tensor.From(values, new Shape(100), _device);
        Array.Clear(values);
        var doubled = x + x;
        x.CopyFrom(Numbers(100, 50));
        Assert.That(PtxDriver.Calls, Has.None.Contains("Synchronize"));
        Assert.That(doubled.ToArray(), Is.EqualTo(Numbers(100, 1).Select(v => 2 * v)));
        Assert.That(x.ToArray(), Is.EqualTo(Numbers(100, 50)));
    }

    [Test]
    public void NumbersThatFailedToBeCopiedAreCopiedAgain()
    {
        using var step = _device.Step();
        using var number = new StepNumber(_device, 3);
        PtxDriver.NextFailure = ("cuMemcpyAsync", CudaError.CUDA_ERROR_INVALID_VALUE);
        Assert.Throws<DeviceException>(() => number.ToTensor());
        Assert.That(number.ToTensor().Item(), Is.EqualTo(3));
    }

    [Test]
    public void LongUploadsPassInPieces()
    {
        using var step = _device.Step();
        var values = Numbers((6 << 20) + 5, 3);
        Assert.That(Tensor.From(values, new Shape(values.Length), _device).ToArray(), Is.EqualTo(values));
        Assert.That(PtxDriver.Calls.Count(call => call.StartsWith("cuMemcpyAsync to device", StringComparison.Ordinal)), Is.EqualTo(7));
    }

    [Test]
    public void StagingMemoryIsUsedAgain()
    {
        using var step = _device.Step();
        var x = Tensor.Zeros(new Shape(1000), _device);
        Upload(20);
        PtxDriver.ClearCalls();
        Upload(20);
        Assert.That(PtxDriver.Calls, Has.None.StartsWith("cuMemHostRegister"));

        void Upload(int times)
        {
            for (var k = 0; k < times; k++)
            {
                x.CopyFrom(Numbers(1000, k));
            }

            Assert.That(x.ToArray(), Is.EqualTo(Numbers(1000, times - 1)));
        }
    }

    [Test]
    public void ReadbacksSeeTheNumbersOfTheirMoment([Values] StreamOrder order)
    {
        using var followed = StreamOrders.Follow(order);
        using var step = _device.Step();
        var x = Tensor.From(Numbers(9, 1), new Shape(9), _device);
        var readbacks = new List<Readback>();
        for (var k = 0; k < 7; k++)
        {
            readbacks.Add(_device.BeginDownload(x.Span));
            _device.Kernels.Run(new AddScaledCall(1, x.Span, x.Span));
        }

        Assert.That(PtxDriver.Calls, Has.None.Contains("Synchronize"));
        Assert.That(readbacks[^1].IsReady, Is.EqualTo(order is StreamOrder.AllEager or StreamOrder.FirstEager));
        var taken = new float[9];
        for (var k = 6; k >= 0; k--)
        {
            readbacks[k].Take(taken);
            Assert.That(taken, Is.EqualTo(Numbers(9, 1).Select(v => v * (1 << k))));
        }

        Assert.That(() => readbacks[0].Take(taken), Throws.InvalidOperationException);
    }

    [Test]
    public void InputsComeWhileTheStepBeforeStillReadsItsOwn([Values] StreamOrder order)
    {
        using var followed = StreamOrders.Follow(order);
        using var feed = new InputFeed(_device);
        using var sums = Tensor.Zeros(new Shape(8), _device);
        var buffers = Enumerable.Range(0, 3).Select(_ => _device.AllocateHost(8)).ToList();
        var addresses = new HashSet<long>();
        var readbacks = new List<Readback>();
        for (var k = 0; k < 9; k++)
        {
            var buffer = buffers[k % buffers.Count];
            buffer.Wait();
            Numbers(8, k).CopyTo(buffer.Numbers);
            feed.Next();
            using var input = feed.Add(buffer, new Shape(8));
            addresses.Add(input.Span.Offset + ((GpuStorage)input.Span.Storage).Buffer.NativePtr);

            // A step reads its input more than once.
            _device.Kernels.Run(new AddScaledCall(1, input.Span, sums.Span));
            readbacks.Add(_device.BeginDownload(input.Span));
            _device.Kernels.Run(new AddScaledCall(1, input.Span, sums.Span));
        }

        Assert.That(addresses, Has.Count.EqualTo(2));
        var taken = new float[8];
        for (var k = 0; k < 9; k++)
        {
            readbacks[k].Take(taken);
            Assert.That(taken, Is.EqualTo(Numbers(8, k)), $"input {k}");
        }

        Assert.That(sums.ToArray(), Is.EqualTo(Enumerable.Range(0, 8).Select(i => 2f * Enumerable.Range(0, 9).Sum(k => Numbers(8, k)[i]))));
        buffers.ForEach(buffer => buffer.Dispose());
    }

    /// <summary>Nothing runs but what somebody waits for: waiting for a copy tells which kernels it waited for.</summary>
    [Test]
    public void InputsWaitForTheStepThatReadTheirPlaceAndForNoOther()
    {
        using var feed = new InputFeed(_device);
        using var sums = Tensor.Zeros(new Shape(8), _device);
        var buffers = Enumerable.Range(0, 6).Select(_ => _device.AllocateHost(8)).ToList();
        var steps = new List<Readback>();
        foreach (var buffer in buffers)
        {
            feed.Next();
            using var input = feed.Add(buffer, new Shape(8));
            _device.Kernels.Run(new AddScaledCall(1, input.Span, sums.Span));
            steps.Add(_device.BeginDownload(sums.Span));
        }

        buffers[5].Wait();
        Assert.That(steps.Select(step => step.IsReady).ToArray(), Is.EqualTo(new[] { true, true, true, true, false, false }));
        steps.ForEach(step => step.Dispose());
        buffers.ForEach(buffer => buffer.Dispose());
    }

    /// <summary>Of memory that nobody touches, so that none is taken.</summary>
    [TestCase(1L << 10)]
    [TestCase((1L << 30) + 4)]
    [TestCase((3L << 30) - 4)]
    public void BlocksHoldWhatIsAskedFor(long bytes)
    {
        using var device = PtxDriver.Open();
        var accelerator = (CudaAccelerator)device.Queue.Accelerator;
        var blocks = new StagingBlocks(accelerator, new HostTransfers(accelerator.DefaultStream));
        var block = blocks.Rent(bytes)!;
        Assert.That(block.Memory.Numbers.Length * (long)sizeof(float), Is.InRange(bytes, Math.Max(2 * bytes, 1 << 16)));
        blocks.Return(block);
        Assert.That(blocks.Rent(bytes), Is.SameAs(block));
    }

    /// <summary>
    /// The driver refuses to lock memory that it has locked already: what nobody refers to any more must not be given out again.
    /// </summary>
    [Test]
    public void LockedMemoryIsNotCollected()
    {
        using var device = PtxDriver.Open();
        var accelerator = (CudaAccelerator)device.Queue.Accelerator;
        for (var k = 0; k < 8; k++)
        {
            _ = new PageLockedBlock(accelerator, 1 << 16);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
    }

    [Test]
    public void BatchesAreTheSameAsOnTheProcessor([Values] StreamOrder order)
    {
        using var followed = StreamOrders.Follow(order);
        using var processor = Device.Open("cpu", threads: 1);

        // Five samples in batches of two: the last of an epoch is smaller, so that shapes change.
        var pairs = new SyntheticFacades(5, 16);
        var expected = Contents(processor);
        PtxDriver.ClearCalls();
        var readbacks = new List<(Readback Readback, long Count)>();
        foreach (var pair in pairs.Shuffled(seed: 2, batchSize: 2).On(_device, count: 8))
        {
            readbacks.Add((_device.BeginDownload(pair.A.Span), pair.A.Count));
            readbacks.Add((_device.BeginDownload(pair.B.Span), pair.B.Count));
        }

        Assert.That(PtxDriver.Calls, Has.None.StartsWith("cuStreamSynchronize"));
        Assert.That(readbacks.Select(Taken), Is.EqualTo(expected));

        List<float[]> Contents(Device device) =>
            [.. pairs.Shuffled(seed: 2, batchSize: 2).On(device, count: 8)
                .SelectMany(pair => new[] { pair.A.ToArray(), pair.B.ToArray() })];

        static float[] Taken((Readback Readback, long Count) under)
        {
            var values = new float[under.Count];
            under.Readback.Take(values);
            return values;
        }
    }

    /// <summary>As in a container that locks no memory at all, or only so much.</summary>
    [Test]
    public void WhereMemoryCanNotBeLockedCopiesWait([Values] bool fromTheBeginning)
    {
        PtxDriver.NextFailure = fromTheBeginning ? ("cuMemHostRegister_v2", CudaError.CUDA_ERROR_NOT_PERMITTED) : null;
        using var device = PtxDriver.Open();
        Assert.That(
            device.Description,
            fromTheBeginning ? Does.Contain("copies between host and card wait").And.Contain("NOT_PERMITTED") : Does.Not.Contain("wait"));
        PtxDriver.NextFailure = fromTheBeginning ? null : ("cuMemHostRegister_v2", CudaError.CUDA_ERROR_OUT_OF_MEMORY);
        using var buffer = device.AllocateHost(5);
        using var feed = new InputFeed(device);
        for (var k = 0; k < 3; k++)
        {
            buffer.Wait();
            Numbers(5, k).CopyTo(buffer.Numbers);
            feed.Next();
            using var input = feed.Add(buffer, new Shape(5));
            var taken = new float[5];
            device.BeginDownload(input.Span).Take(taken);
            Assert.That(taken, Is.EqualTo(Numbers(5, k)));
        }
    }

    [Test]
    public void WhereNoLargeBlocksCanBeLockedLongCopiesWait()
    {
        using var device = PtxDriver.Open();
        using var step = device.Step();
        var values = Numbers(100_000, 1);
        PtxDriver.ClearCalls();
        PtxDriver.NextFailure = ("cuMemHostRegister_v2", CudaError.CUDA_ERROR_OUT_OF_MEMORY);
        for (var k = 0; k < 3; k++)
        {
            var taken = new float[values.Length];
            device.BeginDownload(Tensor.From(values, new Shape(values.Length), device).Span).Take(taken);
            Assert.That(taken, Is.EqualTo(values));
        }

        Assert.That(PtxDriver.CountOf("cuMemHostRegister_v2"), Is.EqualTo(1), "the system is not asked again");
    }

    /// <summary>The second copy takes the block of the first, which is under way.</summary>
    [Test]
    public void WhereNoMoreBlocksCanBeLockedTheOldestIsUsedAgain()
    {
        using var device = PtxDriver.Open();
        using var step = device.Step();
        PtxDriver.NextFailure = ("cuMemHostRegister_v2", CudaError.CUDA_ERROR_OUT_OF_MEMORY);
        Tensor[] tensors = [.. Enumerable.Range(0, 3).Select(k => Tensor.From(Numbers(1000, k), new Shape(1000), device))];
        Assert.That(PtxDriver.NextFailure, Is.Null, "it was asked for more");
        Assert.That(tensors.Select(tensor => tensor.ToArray()), Is.EqualTo(Enumerable.Range(0, 3).Select(k => Numbers(1000, k))));
    }

    [Test]
    public void AFaultThatShowsAtACopyIsTheDevices()
    {
        using var step = _device.Step();
        var x = Tensor.Ones(new Shape(4), _device);
        var readback = _device.BeginDownload(x.Span);
        PtxDriver.NextFailure = ("cuEventSynchronize", CudaError.CUDA_ERROR_ILLEGAL_ADDRESS);
        Fails.Starting<DeviceException>(
            () => readback.Take(new float[4]), "cuda:0 (PTX machine sm_80) failed while waiting for a copy", "ILLEGAL_ADDRESS");
        readback.Dispose();
    }

    [Test]
    public void WaitingForEachKernelNamesTheOneThatFails()
    {
        using var step = _device.Step();
        var x = Tensor.Ones(new Shape(4), _device);
        _device.Queue.WaitsForEachKernel = true;
        try
        {
            PtxDriver.NextFailure = ("cuStreamSynchronize", CudaError.CUDA_ERROR_ILLEGAL_ADDRESS);
            Fails.Starting<DeviceException>(() => x.Tanh(), "tanh [4] -> [4]: the kernel Apply failed on", "ILLEGAL_ADDRESS");
        }
        finally
        {
            _device.Queue.WaitsForEachKernel = false;
        }
    }

    private static float[] Numbers(int count, int first) => [.. Enumerable.Range(first, count).Select(i => (float)(i % 1000))];
}
