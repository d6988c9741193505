using System.Diagnostics;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>Streams, events and graphs on a driver that orders work as badly as it may.</summary>
public sealed class CudaGraphTests
{
    private const int Count = 48;

    private Context _context = null!;
    private CudaAccelerator _accelerator = null!;
    private CudaStream _first = null!;
    private CudaStream _second = null!;
    private Action<AcceleratorStream, Index1D, ArrayView<int>, int> _add = null!;
    private Action<AcceleratorStream, Index1D, ArrayView<int>, int> _multiply = null!;

    [SetUp]
    public void Open()
    {
        PtxDriver.FaultsStay = true;
        PtxDriver.Violations.Clear();
        _context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        _accelerator = _context.CreateCudaAccelerator(2);
        (_first, _second) =
            (_accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING), _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING));
        _add = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(AddKernel);
        _multiply = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>(MultiplyKernel);
    }

    [TearDown]
    public void Close()
    {
        _accelerator.Dispose();
        _context.Dispose();
        Assert.That(PtxDriver.Violations, Is.Empty);
    }

    private static void AddKernel(Index1D i, ArrayView<int> values, int amount) => values[i] += amount;

    private static void MultiplyKernel(Index1D i, ArrayView<int> values, int factor) => values[i] *= factor;

    [Test]
    public void EventsAreReachedWhenTheirStreamIs([Values] bool isHasty)
    {
        using var order = StreamOrders.Follow(isHasty ? StreamOrder.AllHasty : StreamOrder.AllLate);
        using var buffer = _accelerator.Allocate1D(new int[Count]);
        using CudaEvent reached = _accelerator.CreateEvent();
        Assert.That(reached.IsReached, Is.True, "never recorded: nothing to wait for");
        reached.Synchronize();
        _add(_first, Count, buffer.AsContiguous(), 1);
        reached.Record(_first);
        Assert.That(reached.IsReached, Is.EqualTo(isHasty));
        _add(_first, Count, buffer.AsContiguous(), 1);
        reached.Synchronize();
        Assert.That(reached.IsReached, Is.True);
        reached.Record(_first);
        _second.WaitFor(reached);
        buffer.View.CopyTo(_second, buffer.View);
        _second.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(2));
    }

    // 0 -> +1 in the first stream, x3 in the second, +1 in the first again.
    [TestCase(true, true, 0)]
    [TestCase(false, true, 1)]
    [TestCase(true, false, 1)]
    public void AMissingWaitShowsInSomeOrder(bool secondWaits, bool firstWaits, int wrongAtLeast)
    {
        int wrong = 0;
        foreach (var order in Enum.GetValues<StreamOrder>())
        {
            using var followed = StreamOrders.Follow(order);
            using var buffer = _accelerator.Allocate1D(new int[Count]);
            using CudaEvent added = _accelerator.CreateEvent(), multiplied = _accelerator.CreateEvent();
            _add(_first, Count, buffer.AsContiguous(), 1);
            added.Record(_first);
            if (secondWaits)
            {
                _second.WaitFor(added);
            }
            _multiply(_second, Count, buffer.AsContiguous(), 3);
            multiplied.Record(_second);
            if (firstWaits)
            {
                _first.WaitFor(multiplied);
            }
            _add(_first, Count, buffer.AsContiguous(), 1);
            _first.Synchronize();
            _second.Synchronize();
            wrong += buffer.GetAsArray1D().All(value => value == 4) ? 0 : 1;
        }

        Assert.That(wrong, wrongAtLeast == 0 ? Is.Zero : Is.AtLeast(wrongAtLeast));
    }

    [Test]
    public void PageLockedMemoryIsReadWhenTheCopyRuns([Values] bool isHasty)
    {
        using var order = StreamOrders.Follow(isHasty ? StreamOrder.AllHasty : StreamOrder.AllLate);
        using var buffer = _accelerator.Allocate1D<int>(Count);
        using var numbers = _accelerator.AllocatePageLocked1D<int>(Count);
        numbers.Span.Fill(1);
        buffer.View.CopyFromPageLockedAsync(_first, numbers);
        numbers.Span.Fill(2);
        _first.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(isHasty ? 1 : 2), "whoever overwrites it too early sees it");
        _first.Synchronize();
    }

    [Test]
    public void AGraphReadsItsInputsAtEachLaunch([Values] StreamOrder order)
    {
        using var followed = StreamOrders.Follow(order);
        using var buffer = _accelerator.Allocate1D<int>(Count);
        using var numbers = _accelerator.AllocatePageLocked1D<int>(Count);
        using CudaGraph graph = _first.Capture(() =>
        {
            buffer.View.CopyFromPageLockedAsync(_first, numbers);
            _add(_first, Count, buffer.AsContiguous(), 5);
            buffer.View.CopyToPageLockedAsync(_first, numbers);
        });
        Assert.That(graph.NumNodes, Is.EqualTo(3));
        numbers.Span.Fill(10);
        graph.Launch();
        graph.Launch();
        _first.Synchronize();
        Assert.That(numbers.Span.ToArray(), Is.All.EqualTo(20));
    }

    // The branches write different buffers and so may run in any order; what is behind the join may not.
    [Test]
    public void BranchesOfAGraphAreJoined([Values] StreamOrder order)
    {
        using var followed = StreamOrders.Follow(order);
        using var left = _accelerator.Allocate1D(new int[Count]);
        using var right = _accelerator.Allocate1D(new int[Count]);
        using CudaEvent forked = _accelerator.CreateEvent(), joined = _accelerator.CreateEvent();
        using CudaGraph graph = _first.Capture(() =>
        {
            left.MemSetToZero(_first);
            forked.Record(_first);
            _second.WaitFor(forked);
            right.MemSetToZero(_second);
            _add(_second, Count, right.AsContiguous(), 7);
            joined.Record(_second);
            _add(_first, Count, left.AsContiguous(), 2);
            _first.WaitFor(joined);
            left.View.CopyTo(_first, right.View.SubView(0, Count));
            _multiply(_first, Count, right.AsContiguous(), 2);
        });
        graph.Launch();
        _first.Synchronize();
        Assert.That(right.GetAsArray1D(), Is.All.EqualTo(4));
        Assert.That(graph.NumNodes, Is.EqualTo(6));
    }

    [Test]
    public void LaunchesOfAGraphNeverOverlap([Values] StreamOrder order)
    {
        using var followed = StreamOrders.Follow(order);
        using var buffer = _accelerator.Allocate1D(new int[Count]);
        using CudaGraph graph = _first.Capture(() =>
        {
            _add(_first, Count, buffer.AsContiguous(), 1);
            _multiply(_first, Count, buffer.AsContiguous(), 2);
        });
        graph.Launch(_first);
        graph.Launch(_second);
        graph.Launch(_first);
        _first.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(14));
    }

    [Test]
    public void WhatACaptureForbidsIsAnErrorAndSpoilsIt()
    {
        using var buffer = _accelerator.Allocate1D(new int[Count]);
        using CudaEvent point = _accelerator.CreateEvent();
        point.Record(_second);
        _add(_second, Count, buffer.AsContiguous(), 1);
        point.Record(_second);
        Forbidden(_accelerator.Synchronize, "CAPTURE_UNSUPPORTED");
        Forbidden(() => _accelerator.Allocate1D<int>(4), "CAPTURE_UNSUPPORTED");
        Forbidden(() => _accelerator.AllocatePageLocked1D<int>(4), "CAPTURE_UNSUPPORTED");
        Forbidden(
            () => _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, int>((i, values, amount) => values[i] -= amount),
            "CAPTURE_UNSUPPORTED");
        Forbidden(() => buffer.View.CopyFromCPU(_first, new int[Count]), "CAPTURE_UNSUPPORTED");
        Forbidden(() => _first.WaitFor(point), "CAPTURE_ISOLATION");
        using CudaEvent inside = _accelerator.CreateEvent();
        Forbidden(
            () =>
            {
                inside.Record(_first);
                inside.Synchronize();
            },
            "CAPTURED_EVENT");
        Assert.That(
            () => _first.Capture(() =>
            {
                inside.Record(_first);
                _second.WaitFor(inside);
                _add(_second, Count, buffer.AsContiguous(), 1);
            }),
            Throws.TypeOf<CudaException>().With.Message.Contains("CAPTURE_UNJOINED"));
        _first.Synchronize();
        _second.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(1), "nothing of a spoilt capture ever runs");

        void Forbidden(Action work, string error) =>
            Assert.That(() => _first.Capture(work), Throws.TypeOf<CudaException>().With.Message.Contains(error));
    }

    [Test]
    public void OtherThreadsGoOnDuringACapture()
    {
        using var buffer = _accelerator.Allocate1D(new int[Count]);
        PageLockedArray1D<int>? own = null;
        using CudaGraph graph = _first.Capture(() =>
        {
            _add(_first, Count, buffer.AsContiguous(), 3);
            var other = new Thread(() =>
            {
                own = _accelerator.AllocatePageLocked1D<int>(4096);
                using CudaStream stream = _accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
                using var mine = _accelerator.Allocate1D<int>(4096);
                mine.View.CopyFromPageLockedAsync(stream, own);
                stream.Synchronize();
            });
            other.Start();
            other.Join();
        });
        own!.Dispose();
        graph.Launch();
        _first.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(3));
    }

    [Test]
    public void ARehearsalLoadsWhatACaptureMayNot()
    {
        using var buffer = _accelerator.Allocate1D(new int[Count]);
        Action<AcceleratorStream, Index1D, ArrayView<int>, SpecializedValue<int>> subtract =
            _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>, SpecializedValue<int>>((i, values, amount) => values[i] -= amount);
        Assert.That(
            () => _first.Capture(() => subtract(_first, Count, buffer.AsContiguous(), SpecializedValue.New(4))),
            Throws.TypeOf<CudaException>().With.Message.Contains("cuModuleLoadDataEx"),
            "the kernel for a value is loaded at its first launch");
        using (_first.Rehearse())
        {
            subtract(_first, Count, buffer.AsContiguous(), SpecializedValue.New(4));
        }
        using CudaGraph graph = _first.Capture(() => subtract(_first, Count, buffer.AsContiguous(), SpecializedValue.New(4)));
        _first.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(0), "nothing has run");
        graph.Launch();
        _first.Synchronize();
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(-4));
    }

    // What a launch of a graph costs on this side of the driver.
    [UnmanagedCallersOnly]
    private static CudaError DoNothing(IntPtr executable, IntPtr stream) => CudaError.CUDA_SUCCESS;

    [Test]
    public unsafe void LaunchesOfAGraphAllocateNothingAndCostLittle()
    {
        var nothing = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&DoNothing;
        using Context quick = Context.Create(builder => builder.Cuda(PtxDriver.With(("cuGraphLaunch", nothing))));
        using CudaAccelerator device = quick.CreateCudaAccelerator(0);
        using CudaStream stream = device.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        using var buffer = device.Allocate1D<int>(Count);
        using CudaGraph graph = stream.Capture(() => buffer.MemSetToZero(stream));
        double best = double.MaxValue;
        for (int batch = 0; batch < 20; batch++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            for (int k = 0; k < 1000; k++)
            {
                graph.Launch();
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / 1000);
            if (batch > 0)
            {
                Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.Zero);
            }
        }

        TestContext.Out.WriteLine($"{best:F0} ns a launch of a graph, without the driver");
        Assert.That(best, Is.LessThan(5000), "nanoseconds");
    }
}
