using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// Two command queues, of which one waits for the other: behind a kernel that takes long, what does not wait would come too early.
/// </summary>
internal sealed class CLEventTests
{
    private const int Count = 1 << 20, Rounds = 400;

    private Context _context = null!;
    private CLAccelerator _accelerator = null!;
    private CLStream _kernels = null!, _copies = null!;
    private Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, int> _add = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _context = Context.Create(builder => builder.OpenCL());
        if (_context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("there is no OpenCL device");
        }

        _accelerator = _context.CreateCLAccelerator(0);
        (_kernels, _copies) = ((CLStream)_accelerator.CreateStream(), (CLStream)_accelerator.CreateStream());
        _add = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, int>(Add);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _accelerator?.Dispose();
        _context.Dispose();
    }

    [Test]
    public void BeforeItIsRecordedAnEventIsReached()
    {
        using CLEvent point = _accelerator.CreateEvent();
        Assert.That(point.IsReached, Is.True);
        point.Synchronize();
        point.LetWait(_copies);
    }

    [Test]
    public void AnEventIsReachedBehindTheWorkOfItsQueue()
    {
        using var x = _accelerator.Allocate1D(new float[Count]);
        using var y = _accelerator.Allocate1D(new float[Count]);
        using CLEvent point = _accelerator.CreateEvent();
        for (var time = 0; time < 2; time++)
        {
            _add(_kernels, Count, x.AsContiguous(), y.AsContiguous(), Rounds);
            point.Record(_kernels);
            Assert.That(point.IsReached, Is.False);
            point.Synchronize();
            Assert.That(point.IsReached, Is.True);
        }
    }

    [Test]
    public void ACopyWaitsForTheKernelThatReadsItsPlace()
    {
        using var x = _accelerator.Allocate1D(Numbers(1));
        using var y = _accelerator.Allocate1D(new float[Count]);
        var next = GC.AllocateUninitializedArray<float>(Count, pinned: true);
        Numbers(2).CopyTo(next, 0);
        using PageLockScope<float> memory = _accelerator.CreatePageLockFromPinned(next);
        using CLEvent read = _accelerator.CreateEvent();
        _add(_kernels, Count, x.AsContiguous(), y.AsContiguous(), Rounds);
        read.Record(_kernels);
        read.LetWait(_copies);
        x.AsContiguous().CopyFromPageLockedAsync(_copies, memory);
        Assert.That(read.IsReached, Is.False, "and the host goes on");
        _accelerator.Synchronize();
        Assert.That(y.GetAsArray1D().SequenceEqual(Numbers(1).Select(v => v * Rounds)));
        Assert.That(x.GetAsArray1D().SequenceEqual(next));
    }

    [Test]
    public void AKernelWaitsForTheCopyThatBringsItsNumbers()
    {
        using var x = _accelerator.Allocate1D(Numbers(1));
        using var y = _accelerator.Allocate1D(new float[Count]);
        using var z = _accelerator.Allocate1D(new float[Count]);
        var next = GC.AllocateUninitializedArray<float>(Count, pinned: true);
        Numbers(2).CopyTo(next, 0);
        using PageLockScope<float> memory = _accelerator.CreatePageLockFromPinned(next);
        using CLEvent copied = _accelerator.CreateEvent();
        _add(_copies, Count, z.AsContiguous(), z.AsContiguous(), Rounds);
        x.AsContiguous().CopyFromPageLockedAsync(_copies, memory);
        copied.Record(_copies);
        copied.LetWait(_kernels);
        _add(_kernels, Count, x.AsContiguous(), y.AsContiguous(), 1);
        Assert.That(copied.IsReached, Is.False);
        _kernels.Synchronize();
        Assert.That(y.GetAsArray1D().SequenceEqual(next));
    }

    [Test]
    public void MemoryIsGivenBackBehindTheCopiesThatUseIt()
    {
        using var x = _accelerator.Allocate1D(new float[Count]);
        using var y = _accelerator.Allocate1D(new float[Count]);
        var numbers = GC.AllocateUninitializedArray<float>(Count, pinned: true);
        Numbers(3).CopyTo(numbers, 0);
        _add(_kernels, Count, x.AsContiguous(), y.AsContiguous(), Rounds);
        PageLockScope<float> memory = _accelerator.CreatePageLockFromPinned(numbers);
        x.AsContiguous().CopyFromPageLockedAsync(_kernels, memory);
        memory.Dispose();
        Array.Clear(numbers);
        Assert.That(x.GetAsArray1D().SequenceEqual(Numbers(3)));
    }

    /// <summary>Adds what it reads to what it writes, so many times.</summary>
    private static void Add(Index1D i, ArrayView<float> from, ArrayView<float> to, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            to[i] += from[i];
        }
    }

    private static float[] Numbers(int first) => [.. Enumerable.Range(first, Count).Select(i => (float)(i % 100))];
}
