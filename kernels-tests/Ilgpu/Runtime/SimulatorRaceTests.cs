using ILGPU;
using ILGPU.AtomicOperations;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// Data races in buffers and reads of what nobody wrote: each defective kernel beside the one that differs from it by what it lacks.
/// Groups run one after the other and side by side; neither may hide a race or invent one.
/// </summary>
[TestFixture(CPUAcceleratorMode.Sequential)]
[TestFixture(CPUAcceleratorMode.Parallel)]
public sealed class SimulatorRaceTests(CPUAcceleratorMode mode)
{
    private const int Groups = 6;

    private const int Threads = 64;

    private Context _context = null!;

    private CPUAccelerator _accelerator = null!;

    [OneTimeSetUp]
    public void OpenSimulator()
    {
        _context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Races(RaceChecks.Strict));
        _accelerator = _context.CreateCPUAccelerator(0, mode);
    }

    [OneTimeTearDown]
    public void CloseSimulator()
    {
        _accelerator.Dispose();
        _context.Dispose();
    }

    [Test]
    public void ARaceIsNamedWithBothSides()
    {
        string message = Races(view => view[Group.IdxX] = Grid.IdxX);
        Assert.That(message, Does.Contain("data race: writes 4 bytes at offset "));
        Assert.That(message, Does.Contain("of the buffer of 'view'"));
        Assert.That(message, Does.Contain(nameof(ARaceIsNamedWithBothSides)));
        Assert.That(message, Does.Match(
            @"which group \(\d, 0, 0\), thread \(\d+, 0, 0\) writes at \S*SimulatorRaceTests\.cs:\d+ .*" +
            @"nothing orders groups of a launch, at \S*SimulatorRaceTests\.cs:\d+ .*; group \(\d, 0, 0\), thread \(\d+, 0, 0\)\."));
    }

    [Test]
    public void EachThreadForItself() => Runs(view => view[Grid.GlobalIndex.X] += Grid.IdxX);

    [Test]
    public void EvenTheSameValueIsWrittenByOneThreadOnly()
    {
        Races(view => view[5] = 77);
        Runs(view =>
        {
            if (Grid.GlobalLinearIndex == 100)
            {
                view[5] = 77;
            }
        });
    }

    [Test]
    public void NeighboursAreReadAfterABarrier()
    {
        Assert.That(Races(view => Shift(view, false)), Does.Contain("with no barrier between"));
        Runs(view => Shift(view, true));
    }

    [Test]
    public void NeighboursOfAnotherGroupAreNotReadAtAll() =>
        Assert.That(
            Races(view =>
            {
                view[Grid.GlobalIndex.X] = 1;
                Group.Barrier();
                view[(Groups * Threads) + Grid.GlobalIndex.X] = view[(Grid.GlobalIndex.X + 1) % (Groups * Threads)];
            }),
            Does.Contain("nothing orders groups"));

    [Test]
    public void WhatAnotherReadsIsNotWritten()
    {
        Races(view =>
        {
            int mine = view[Group.IdxX];
            if (Grid.IdxX == Groups - 1)
            {
                view[Group.IdxX] = mine + 1;
            }
        });
        Runs(view =>
        {
            int mine = view[Group.IdxX];
            view[Threads + Grid.GlobalIndex.X] = mine + 1;
        });
    }

    [Test]
    public void AReaderAmongManyIsRemembered()
    {
        // Thread 40 reads first; then all threads of the first warp do, and thread 3 writes.
        Races(view => ReadThenWrite(view, false));
        Runs(view => ReadThenWrite(view, true));
    }

    [Test]
    public void ReadsByLanesOfAWarpAreOrderedByItsBarrier()
    {
        Races(view => ReadAndReplace(view, false));
        Runs(view => ReadAndReplace(view, true));
    }

    [Test]
    public void AtomicOperationsMeetOnlyAtomicOperations()
    {
        Runs(view => Atomic.Add(ref view[0], 1));
        Assert.That(
            Races(view =>
            {
                if (Grid.IdxX == 3)
                {
                    view[0] = 5;
                }
                else
                {
                    Atomic.Add(ref view[0], 1);
                }
            }),
            Does.Contain("updates"));
        Races(view =>
        {
            Atomic.Max(ref view[0], Grid.IdxX);
            view[1 + Grid.GlobalIndex.X] = view[0];
        });
    }

    [Test]
    public void AtomicsThenAPlainReadBehindABarrier()
    {
        Races(view => CountInGroup(view, false));
        Runs(view => CountInGroup(view, true));
    }

    [Test]
    public void MakeAtomicIsAtomic() =>
        Runs(view => Atomic.MakeAtomic(ref view[3], Grid.IdxX, default(LargerOne), default(CompareExchangeInt32)));

    [Test]
    public void FencesAndFlagsMayOrderGroups()
    {
        using var buffer = _accelerator.Allocate1D<int>(Groups + 2);
        buffer.MemSetToZero();
        _accelerator.LoadStreamKernel<ArrayView<int>>(LastGroupSums)((Groups, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[^1], Is.EqualTo(Groups * (Groups + 1) / 2));
    }

    [Test]
    public void BytesOfAWordAreToldApart()
    {
        using var buffer = _accelerator.Allocate1D<byte>(Threads * Groups);
        buffer.MemSetToZero();
        _accelerator.LoadStreamKernel<ArrayView<byte>>(view => view[Grid.GlobalIndex.X] = (byte)Group.IdxX)(
            (Groups, Threads), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[Threads + 3], Is.EqualTo(3));
        Assert.That(
            () =>
                _accelerator.LoadStreamKernel<ArrayView<byte>>(view => view[Grid.GlobalIndex.X / 2] = 1)(
                    (Groups, Threads), buffer.AsContiguous()),
            Throws.TypeOf<SimulatorException>());
    }

    [Test]
    public void WideAccessesMeetNarrowOnes()
    {
        using var buffer = _accelerator.Allocate1D<long>(4);
        buffer.MemSetToZero();
        _accelerator.LoadStreamKernel<ArrayView<long>>(Kernel)((1, 3), buffer.AsContiguous());
        Assert.That(
            () => _accelerator.LoadStreamKernel<ArrayView<long>>(Kernel)((1, 4), buffer.AsContiguous()),
            Throws.TypeOf<SimulatorException>(),
            "thread 3 writes the upper half of element 1");

        static void Kernel(ArrayView<long> view)
        {
            if (Group.IdxX < 3)
            {
                view[Group.IdxX] = Group.IdxX;
            }
            else
            {
                view.Cast<int>()[Group.IdxX] = 1;
            }
        }
    }

    [Test]
    public void LaunchesAreOrdered()
    {
        using var buffer = _accelerator.Allocate1D<int>(Threads);
        buffer.MemSetToZero();
        var kernel = _accelerator.LoadStreamKernel<ArrayView<int>, int>((view, by) => view[(Group.IdxX + by) % Threads] += by);
        for (int launch = 1; launch <= 5; launch++)
        {
            kernel((1, Threads), buffer.AsContiguous(), launch);
        }
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(15));
    }

    [Test]
    public void WhatNobodyWroteIsNotRead()
    {
        using var buffer = _accelerator.Allocate1D<int>(Threads);
        using var target = _accelerator.Allocate1D<int>(Threads);
        var copy = _accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>((from, to) => to[Group.IdxX] = from[Group.IdxX]);
        Assert.That(
            () => copy((1, Threads), buffer.AsContiguous(), target.AsContiguous()),
            Throws.TypeOf<SimulatorException>().With.Message.Contains(
                "reads what nobody has written: 4 bytes at offset 0 of the buffer of 'from'"));
        buffer.View.SubView(0, 8).CopyFromCPU(new int[8]);
        copy((1, 8), buffer.AsContiguous(), target.AsContiguous());
        Assert.That(
            () => copy((1, 9), buffer.AsContiguous(), target.AsContiguous()),
            Throws.TypeOf<SimulatorException>().With.Message.Contains("offset 32"));
        copy((1, 8), target.AsContiguous(), buffer.AsContiguous());
    }

    [Test]
    public void ACopyOfWhatNobodyWroteIsAsBad()
    {
        using var buffer = _accelerator.Allocate1D<int>(4);
        using var target = _accelerator.Allocate1D<int>(4);
        buffer.View.SubView(0, 2).MemSetToZero();
        target.CopyFrom(buffer);
        var read = _accelerator.LoadStreamKernel<ArrayView<int>, int>((view, at) => view[0] = view[at]);
        read((1, 1), target.AsContiguous(), 1);
        Assert.That(() => read((1, 1), target.AsContiguous(), 2), Throws.TypeOf<SimulatorException>());
    }

    [Test]
    public void AtomicOperationsNeedAValueToStartFrom()
    {
        using var buffer = _accelerator.Allocate1D<int>(1);
        var add = _accelerator.LoadStreamKernel<ArrayView<int>>(view => Atomic.Add(ref view[0], 1));
        Assert.That(
            () => add((1, 4), buffer.AsContiguous()),
            Throws.TypeOf<SimulatorException>().With.Message.Contains("updates what nobody has written"));
    }

    [Test]
    public void WhoKnowsTheAddressMayHaveWritten()
    {
        using var buffer = _accelerator.Allocate1D<int>(1);
        unsafe
        {
            *(int*)buffer.NativePtr = 41;
        }

        _accelerator.LoadStreamKernel<ArrayView<int>>(view => view[0]++)((1, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D()[0], Is.EqualTo(42));
    }

    [Test]
    public void TheCheckCanBeSwitchedOff()
    {
        Assert.That(_accelerator.ChecksBuffers, Is.True);
        _accelerator.ChecksBuffers = false;
        using var buffer = _accelerator.Allocate1D<int>(2);
        _accelerator.LoadStreamKernel<ArrayView<int>>(view => view[0] = view[1])((Groups, Threads), buffer.AsContiguous());
        _accelerator.ChecksBuffers = true;
    }

    private static void Shift(ArrayView<int> view, bool waits)
    {
        view[Grid.GlobalIndex.X] = Group.IdxX;
        if (waits)
        {
            Group.Barrier();
        }
        int next = view[(Grid.IdxX * Group.DimX) + ((Group.IdxX + 1) % Group.DimX)];
        if (waits)
        {
            Group.Barrier();
        }
        view[Grid.GlobalIndex.X] = next;
    }

    private static void ReadThenWrite(ArrayView<int> view, bool waits)
    {
        int at = Grid.IdxX;
        int sum = Group.IdxX == 40 ? view[at] : 0;
        if (Group.IdxX < 32)
        {
            sum += view[at];
        }
        Warp.Barrier();
        if (waits)
        {
            Group.Barrier();
        }
        if (Group.IdxX == 3)
        {
            view[at] = sum;
        }
    }

    private static void ReadAndReplace(ArrayView<int> view, bool waits)
    {
        int at = (Grid.IdxX * 2) + Warp.WarpIdx;
        int sum = view[at];
        if (waits)
        {
            Warp.Barrier();
        }
        if (Warp.IsFirstLane)
        {
            view[at] = sum + 1;
        }
    }

    private static void CountInGroup(ArrayView<int> view, bool waits)
    {
        Atomic.Add(ref view[Grid.IdxX], 1);
        if (waits)
        {
            Group.Barrier();
        }
        view[Groups + Grid.GlobalIndex.X] = view[Grid.IdxX];
    }

    // Which group comes last is decided by an atomic operation; the fence makes what the others wrote visible to it.
    private static void LastGroupSums(ArrayView<int> view)
    {
        view[Grid.IdxX] = Grid.IdxX + 1;
        MemoryFence.DeviceLevel();
        if (Atomic.Add(ref view[Grid.DimX], 1) != Grid.DimX - 1)
        {
            return;
        }
        int sum = 0;
        for (int k = 0; k < Grid.DimX; k++)
        {
            sum += view[k];
        }
        view[Grid.DimX + 1] = sum;
    }

    private string Races(Action<ArrayView<int>> kernel)
    {
        using var buffer = _accelerator.Allocate1D(new int[3 * Groups * Threads]);
        var launcher = _accelerator.LoadStreamKernel(kernel);
        string message = Assert.Throws<SimulatorException>(() => launcher((Groups, Threads), buffer.AsContiguous()))!.Message;
        Assert.That(message, Does.Contain("data race"));
        return message;
    }

    private void Runs(Action<ArrayView<int>> kernel)
    {
        using var buffer = _accelerator.Allocate1D(new int[3 * Groups * Threads]);
        var launcher = _accelerator.LoadStreamKernel(kernel);
        for (int launch = 0; launch < 3; launch++)
        {
            launcher((Groups, Threads), buffer.AsContiguous());
        }
    }

    private readonly struct LargerOne : IAtomicOperation<int>
    {
        public int Operation(int current, int value) => Math.Max(current, value);
    }
}
