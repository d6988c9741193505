using System.Diagnostics;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// The CUDA runtime on a driver that runs PTX without a card and lets work wait until somebody synchronises: order, lifetimes, graphs,
/// errors.
/// </summary>
public sealed class CudaRuntimeTests
{
    private Context _context = null!;
    private CudaAccelerator _accelerator = null!;

    [SetUp]
    public void Open()
    {
        PtxDriver.FaultsStay = true;
        PtxDriver.Violations.Clear();
        _context = Context.Create(builder => builder.Cuda(PtxDriver.Api).Profiling());
        _accelerator = _context.CreateCudaAccelerator(2);
        PtxDriver.Calls.Clear();
    }

    [TearDown]
    public void Close()
    {
        _accelerator.Dispose();
        _context.Dispose();
        Assert.That(PtxDriver.Violations, Is.Empty);
    }

    private static void AddKernel(Index1D i, ArrayView<int> values, int amount) => values[i] += amount;

    private static void DynamicKernel(ArrayView<int> output)
    {
        var memory = SharedMemory.GetDynamic<int>();
        memory[Group.IdxX] = Group.IdxX;
        Group.Barrier();
        output[Group.IdxX] = memory[Group.DimX - 1 - Group.IdxX] + memory.IntLength;
    }

    private static void OutOfBounds(Index1D i, ArrayView<int> values) => values[i + 1000000] = 1;

    /// <summary>The stream that waits for all others can't be recorded.</summary>
    [Test]
    public void StreamsOfTheirOwnCanBeCaptured()
    {
        using CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        Assert.That((stream.CanCapture, ((CudaStream)_accelerator.DefaultStream).CanCapture), Is.EqualTo((true, false)));
    }

    [Test]
    public void DevicesSayWhatTheyAre()
    {
        Assert.That(_context.GetCudaDevices().Count, Is.EqualTo(3));
        CudaDevice device = _accelerator.Device;
        Assert.That(
            (device.Name, device.Architecture, device.InstructionSet),
            Is.EqualTo(("PTX machine sm_90", (CudaArchitecture?)CudaArchitecture.SM_90, (CudaInstructionSet?)CudaInstructionSet.ISA_78)));
        Assert.That(
            (device.WarpSize, device.MaxNumThreadsPerGroup, device.MaxDynamicSharedMemoryPerGroup), Is.EqualTo((32, 1024, 227 * 1024)));
        Assert.That(device.NVMLPCIBusId, Is.EqualTo("0000:00:02.0"));
        Assert.That(_accelerator.GetFreeMemory(), Is.EqualTo(1L << 30));
    }

    [Test]
    public void WorkIsDoneInTheOrderOfItsStream()
    {
        using CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        using var pinned = _accelerator.AllocatePageLocked1D<int>(100);
        using var buffer = _accelerator.Allocate1D<int>(100);
        pinned.Span.Fill(7);
        var add = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(AddKernel);
        buffer.View.CopyFromPageLockedAsync(stream, pinned);
        add(stream, 100, buffer.AsContiguous(), 3);
        buffer.View.CopyToPageLockedAsync(stream, pinned);
        Assert.That(pinned.Span.ToArray(), Is.All.EqualTo(7), "nothing has run yet");
        stream.Synchronize();
        Assert.That(pinned.Span.ToArray(), Is.All.EqualTo(10));
    }

    [Test]
    public void StreamsWaitForEachOther()
    {
        using CudaStream first = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        using CudaStream second = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        using var buffer = _accelerator.Allocate1D(new int[64]);
        var add = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(AddKernel);
        buffer.MemSetToZero(first);
        add(first, 64, buffer.AsContiguous(), 5);
        second.WaitFor(first);
        buffer.View.CopyTo(second, buffer.View);
        second.Synchronize();
        first.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(5));
        Assert.That(PtxDriver.Calls, Has.Some.StartsWith("cuStreamWaitEvent").And.Some.StartsWith("cuEventDestroy"));
    }

    [Test]
    public void MarkersMeasureTime()
    {
        using ProfilingMarker start = _accelerator.AddProfilingMarker();
        using var buffer = _accelerator.Allocate1D<int>(10);
        buffer.MemSetToZero();
        using ProfilingMarker end = _accelerator.AddProfilingMarker();
        Assert.That(end - start, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void GraphsAreReplayedAndTakeNewParameters()
    {
        using CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        using var buffer = _accelerator.Allocate1D(new int[40]);
        var add = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(AddKernel);
        using CudaGraph graph = stream.Capture(() => Step(1));
        stream.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(0), "recording runs nothing");
        for (int k = 0; k < 3; k++)
        {
            graph.Launch();
        }
        stream.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(6));
        Assert.That(graph.Update(() => Step(10)), Is.True, "the same sequence takes new arguments in place");
        graph.Launch();
        stream.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(26));
        Assert.That(graph.Update(() => buffer.MemSetToZero(stream)), Is.False, "another sequence makes the graph anew");
        graph.Launch();
        stream.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(0));

        void Step(int amount)
        {
            add(stream, 40, buffer.AsContiguous(), amount);
            add(stream, 40, buffer.AsContiguous(), amount);
        }
    }

    [Test]
    public void AFailedRecordingLeavesTheStreamUsable()
    {
        using CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        using var buffer = _accelerator.Allocate1D(new int[40]);
        Assert.That(() => stream.Capture(() => throw new FormatException("the user's")), Throws.TypeOf<FormatException>());
        Assert.That(
            () => stream.Capture(stream.Synchronize), Throws.TypeOf<CudaException>().With.Message.Contains("STREAM_CAPTURE_UNSUPPORTED"));
        Assert.That(
            () => stream.Capture(() => _accelerator.Allocate1D<int>(4)),
            Throws.TypeOf<CudaException>().With.Message.Contains("cuMemAlloc"));
        Assert.That(() => ((CudaStream)_accelerator.DefaultStream).Capture(() => { }), Throws.TypeOf<NotSupportedException>());
        buffer.MemSet(stream, 1);
        stream.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(0x01010101));
    }

    [Test]
    public void MemoryOfAStreamNeedsNoWaiting()
    {
        using CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        var add = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(AddKernel);
        using (MemoryBuffer raw = _accelerator.AllocateRaw(stream, 64, sizeof(int)))
        {
            raw.MemSet(stream, 0, 0, raw.LengthInBytes);
            add(stream, 64, raw.AsArrayView<int>(0, 64), 1);
        }

        Assert.That(PtxDriver.Calls, Has.Some.StartsWith("cuMemFreeAsync"));
        Assert.That(PtxDriver.Calls, Has.None.StartsWith("cuStreamSynchronize"));
        stream.Synchronize();
        Assert.That(_accelerator.GetFreeMemory(), Is.EqualTo(1L << 30));
    }

    [Test]
    public void ObjectsMayGoInAnyOrder()
    {
        CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        var pinned = _accelerator.AllocatePageLocked1D<int>(16);
        var buffer = _accelerator.Allocate1D<int>(16);
        MemoryBuffer pooled = _accelerator.AllocateRaw(stream, 16, 4);
        buffer.MemSetToZero(stream);
        buffer.View.CopyToPageLockedAsync(stream, pinned);
        CudaGraph graph = stream.Capture(() => buffer.MemSetToZero(stream));
        graph.Launch();
        pinned.Dispose();
        stream.Dispose();
        graph.Dispose();
        pooled.Dispose();
        _accelerator.Dispose();
        buffer.Dispose();
        Assert.That(buffer.IsValid, Is.False);
        _context.Dispose();
        _accelerator.Dispose();
    }

    [Test]
    public void TheAcceleratorTakesItsChildrenAlong()
    {
        _accelerator.Allocate1D<int>(16);
        _accelerator.CreateStream();
        _accelerator.AddProfilingMarker();
        _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(AddKernel);
        _accelerator.Dispose();
        Assert.That(
            PtxDriver.Calls, Has.Some.StartsWith("cuMemFree").And.Some.StartsWith("cuStreamDestroy").And.Some.StartsWith("cuModuleUnload"));
        Assert.That(PtxDriver.Calls[^1], Does.StartWith("cuDevicePrimaryCtxRelease"));
    }

    [Test]
    public void SharedMemoryGoesBeyond48KB()
    {
        const int Bytes = 100 * 1024;
        using var output = _accelerator.Allocate1D<int>(64);
        var kernel = _accelerator.LoadStreamKernel<ArrayView<int>>(DynamicKernel);
        kernel((1, 64, SharedMemoryConfig.RequestDynamic<byte>(Bytes)), output.AsContiguous());
        Assert.That(output.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 64).Select(i => 63 - i + (Bytes / 4))));
        Assert.That(
            () => kernel((1, 64, SharedMemoryConfig.RequestDynamic<byte>(228 * 1024)), output.AsContiguous()),
            Throws.InvalidOperationException.With.Message.Contains("the device has 232448"));
    }

    [Test]
    public void SeveralAcceleratorsWorkSideBySide()
    {
        using CudaAccelerator other = _context.CreateCudaAccelerator(0);
        using var here = _accelerator.Allocate1D(Enumerable.Range(0, 32).ToArray());
        using var there = other.Allocate1D<int>(32);
        there.View.CopyFrom(other.DefaultStream, here.View);
        other.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>(AddKernel)(32, there.AsContiguous(), 1);
        Assert.That(there.GetAsArray1D(), Is.EqualTo(Enumerable.Range(1, 32)));
        Assert.That(_accelerator.CanAccessPeer(other), Is.True);
        Assert.That(_accelerator.EnableBidirectionalPeerAccess(other), Is.True);
        Assert.That(_accelerator.HasPeerAccess(other) && other.HasPeerAccess(_accelerator), Is.True);
        _accelerator.DisablePeerAccess(other);
        Assert.That(_accelerator.HasPeerAccess(other), Is.False);
    }

    [Test]
    public void ThreadsShareAnAccelerator()
    {
        var add = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(AddKernel);
        int[] results = new int[4];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            using AcceleratorStream stream = _accelerator.CreateStream();
            using var buffer = _accelerator.Allocate1D<int>(64);
            buffer.MemSetToZero(stream);
            for (int k = 0; k < 10; k++)
            {
                add(stream, 64, buffer.AsContiguous(), thread + 1);
            }
            stream.Synchronize();
            results[thread] = buffer.GetAsArray1D().Sum();
        });
        Assert.That(results, Is.EqualTo(Enumerable.Range(1, 4).Select(k => 640 * k)));
    }

    [Test]
    public void AFailedKernelIsReportedOnceAndEverythingCanBeReleased()
    {
        using var buffer = _accelerator.Allocate1D<int>(64);
        using CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>>(OutOfBounds)(stream, 8, buffer.AsContiguous());
        Assert.That(
            stream.Synchronize,
            Throws.TypeOf<CudaException>().With.Property("Error").EqualTo("CUDA_ERROR_LAUNCH_FAILED")
                .And.Message.Contains("cuStreamSynchronize failed with CUDA_ERROR_LAUNCH_FAILED (719)").And.Message.Contains("outside of"));
        Assert.That(() => _accelerator.Allocate1D<int>(4), Throws.TypeOf<CudaException>(), "the context is lost");
    }

    [TestCase("cuMemAlloc_v2", CudaError.CUDA_ERROR_OUT_OF_MEMORY, "cuMemAlloc of 400 bytes")]
    [TestCase("cuLaunchKernel", CudaError.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "cuLaunchKernel of '")]
    [TestCase("cuMemsetD8Async", CudaError.CUDA_ERROR_INVALID_VALUE, "cuMemsetD8Async")]
    [TestCase("cuStreamSynchronize", CudaError.CUDA_ERROR_UNKNOWN, "cuStreamSynchronize")]
    [TestCase("cuModuleLoadDataEx", CudaError.CUDA_ERROR_INVALID_IMAGE, "cuModuleLoadDataEx of '")]
    public void ErrorsNameCallCodeAndMeaning(string call, CudaError error, string expected)
    {
        PtxDriver.Sabotage = (call, error);
        Assert.That(
            Work,
            Throws.TypeOf<CudaException>().With.Property("Error")
                .EqualTo(error.ToString()).And.Message.Contains(expected).And.Message.Contains($"{error} ({(int)error}): "));
        PtxDriver.Sabotage = null;
        if (error != CudaError.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)
        {
            Assert.That(Work, Throws.Nothing, "the next attempt succeeds");
        }

        void Work()
        {
            using var buffer = _accelerator.Allocate1D<int>(100);
            buffer.MemSetToZero();
            _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>(AddKernel)(100, buffer.AsContiguous(), 1);
            Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(1));
        }
    }

    // What a launch costs on this side of the driver.
    [UnmanagedCallersOnly]
    private static CudaError DoNothing(
        IntPtr function, uint gridX, uint gridY, uint gridZ, uint groupX, uint groupY, uint groupZ, uint dynamicBytes, IntPtr stream,
        IntPtr parameters, IntPtr extra) => CudaError.CUDA_SUCCESS;

    [Test]
    public unsafe void LaunchesAllocateNothingAndCostLittle()
    {
        var nothing =
            (IntPtr)(delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, IntPtr, IntPtr, CudaError>)&DoNothing;
        using Context quick = Context.Create(builder => builder.Cuda(PtxDriver.With(("cuLaunchKernel", nothing))));
        using CudaAccelerator device = quick.CreateCudaAccelerator(1);
        using var buffer = device.Allocate1D<int>(100);
        var add = device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>(AddKernel);
        double best = double.MaxValue;
        for (int batch = 0; batch < 20; batch++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            for (int k = 0; k < 1000; k++)
            {
                add(100, buffer.AsContiguous(), 1);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / 1000);
            if (batch > 0)
            {
                Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.Zero);
            }
        }

        TestContext.Out.WriteLine($"{best:F0} ns a launch");
        Assert.That(best, Is.LessThan(5000), "nanoseconds");
    }

    [Test]
    public void TooMuchMemorySaysHowMuchIsFree() =>
        Assert.That(
            () => _accelerator.Allocate1D<byte>((1L << 30) + 1),
            Throws.TypeOf<CudaException>().With.Message.Contains($"({1L << 30} bytes are free)"));

    [Test]
    public void RefusedPtxShowsTheAssemblersLog()
    {
        static void Wrong(Index1D i, ArrayView<int> values)
        {
            CudaAsm.Emit("add.s32 %0, %1;", out int r, values[i]);
            values[i] = r;
        }

        Assert.That(
            () => _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>>(Wrong),
            Throws.TypeOf<CudaException>().With.Message.Contains("INVALID_PTX").And.Message.Contains("add.s32: 2 operands instead of 3"));
    }

    [Test]
    public void OldDriversHaveNoGraphsAndNoPools()
    {
        using Context old = Context.Create(builder => builder.Cuda(PtxDriver.Without("cuMemAllocAsync", "cuGraphInstantiateWithFlags")));
        using CudaAccelerator without = old.CreateCudaAccelerator(1);
        using CudaStream stream = without.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        Assert.That(() => without.AllocateRaw(stream, 4, 4), Throws.TypeOf<CapabilityNotSupportedException>());
        Assert.That(() => stream.Capture(() => { }), Throws.TypeOf<NotSupportedException>().With.Message.Contains("CUDA 11.4"));
        Assert.That(
            () => PtxDriver.Without("cuLaunchKernel"),
            Throws.TypeOf<EntryPointNotFoundException>().With.Message.Contains("cuLaunchKernel"));
    }
}
