using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>What the simulator finds, and how it says it.</summary>
[TestFixture]
public sealed class SimulatorTests
{
    private Context _context = null!;

    private CPUAccelerator _accelerator = null!;

    [OneTimeSetUp]
    public void OpenSimulator()
    {
        _context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        _accelerator = _context.CreateCPUAccelerator(0);
    }

    [OneTimeTearDown]
    public void CloseSimulator()
    {
        _accelerator.Dispose();
        _context.Dispose();
    }

    /// <summary>It prints without being asked for output, as it runs on the host.</summary>
    [Test]
    [NonParallelizable]
    public void KernelsPrint()
    {
        TextWriter console = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            _accelerator.LoadAutoGroupedStreamKernel<Index1D, int>((i, of) => Interop.WriteLine("thread {0} of {1}", i.X, of))(2, 2);
            _accelerator.LoadAutoGroupedStreamKernel<Index1D, uint, ulong>((_, a, b) => Interop.WriteLine("{1} {0} {0}", a, b))(
                1, uint.MaxValue, ulong.MaxValue);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.That(text.ToString(), Is.EqualTo("thread 0 of 2\nthread 1 of 2\n18446744073709551615 4294967295 4294967295\n"));
    }

    [Test]
    public void AnIndexOutOfBoundsIsNamedWithItsPlace()
    {
        SimulatorException failure = Fails(view => view[Group.IdxX + 30] = 1, 8, 32);
        Assert.That(failure.Message, Does.Contain("index 32 of a view of length 32"));
        Assert.That(failure.Message, Does.Contain("SimulatorTests.cs:"));
        Assert.That(failure.Message, Does.Contain("group (0, 0, 0), thread (2, 0, 0)"));
        Assert.That(failure.Message, Does.Contain(nameof(AnIndexOutOfBoundsIsNamedWithItsPlace)));
    }

    [Test]
    public void NegativeIndicesAreOutOfBounds() =>
        Assert.That(Fails(view => view[Group.IdxX - 1] = 1, 4, 32).Message, Does.Contain("index -1"));

    [Test]
    public void PlanesAreCheckedAgainstTheirExtent()
    {
        using var plane = _accelerator.Allocate2DDenseX<int>((4, 4));
        var kernel =
            _accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<int, Stride2D.DenseX>>((i, view) => view[i.X + 1, i.Y] = 1);
        Assert.That(
            () => kernel((4, 2), plane.View), Throws.TypeOf<SimulatorException>(), "x = 4 is inside the memory but outside the row");
    }

    [Test]
    public void WritingWhatAnotherThreadReadsIsARace() =>
        Assert.That(
            Fails(
                view =>
                {
                    ArrayView<int> shared = SharedMemory.Allocate<int>(32);
                    shared[Group.IdxX] = Group.IdxX;
                    Group.Barrier();
                    int next = shared[(Group.IdxX + 1) % 32];
                    shared[Group.IdxX] = next * 2;
                },
                32,
                32).Message,
            Does.Contain("data race"));

    [Test]
    public void ReadingWithoutABarrierIsARace() =>
        Assert.That(
            Fails(
                view =>
                {
                    ArrayView<int> shared = SharedMemory.Allocate<int>(64);
                    shared[Group.IdxX] = Group.IdxX + 5;
                    view[0] = shared[Group.IdxX / 2];
                },
                64,
                32).Message,
            Does.Contain("data race"));

    [Test]
    public void TwoWritersOfDifferentValuesRace() =>
        Assert.That(
            Fails(
                view =>
                {
                    ref int shared = ref SharedMemory.Allocate<int>();
                    shared = Group.IdxX;
                },
                4,
                4).Message,
            Does.Contain("data race"));

    [Test]
    public void TwoWritersOfTheSameValueRaceAsWell()
    {
        string message = Fails(
            view =>
            {
                ref int shared = ref SharedMemory.Allocate<int>();
                shared = 77;
            },
            4,
            4).Message;
        Assert.That(
            message,
            Does.Contain("data race: writes 4 bytes at offset 0 of shared memory, which group (0, 0, 0), thread (0, 0, 0) writes at "));
        Assert.That(message, Does.EndWith("group (0, 0, 0), thread (1, 0, 0)."));
    }

    [Test]
    public void ABarrierThatNotAllReachIsDivergent()
    {
        SimulatorException failure = Fails(
            view =>
            {
                if (Group.IdxX < 3)
                {
                    Group.Barrier();
                }
                view[Group.IdxX] = 1;
            },
            8,
            8);
        Assert.That(failure.Message, Does.Contain("divergent Group.Barrier"));
        Assert.That(failure.Message, Does.Contain("has returned"));
    }

    [Test]
    public void DifferentBarriersAreDivergent() =>
        Assert.That(
            Fails(
                view =>
                {
                    if (Group.IdxX < 3)
                    {
                        view[Group.IdxX] = 1;
                        Group.Barrier();
                    }
                    else
                    {
                        view[Group.IdxX] = 2;
                        Group.Barrier();
                    }
                },
                8,
                8).Message,
            Does.Contain("waits at Group.Barrier"));

    [Test]
    public void AShuffleThatNotAllLanesReachIsDivergent() =>
        Assert.That(
            Fails(
                view =>
                {
                    if (Warp.LaneIdx != 7)
                    {
                        view[Warp.LaneIdx] = Warp.ShuffleDown(view[Warp.LaneIdx], 1);
                    }
                },
                32,
                32).Message,
            Does.Contain("divergent Warp.Shuffle"));

    [Test]
    public void SharedMemoryMustBeWrittenFirst() =>
        Assert.That(
            Fails(view => view[0] = SharedMemory.Allocate<int>(4)[1], 1, 4).Message,
            Does.Contain("reads shared memory that the group has not written"));

    [Test]
    public void LocalMemoryMustBeWrittenFirst() =>
        Assert.That(
            Fails(
                view =>
                {
                    ArrayView<int> local = LocalMemory.Allocate<int>(4);
                    local[view[0] + 1] = 5;
                    view[1] = local[view[0] + 2];
                },
                1,
                4).Message,
            Does.Contain("reads local memory that the thread has not written"));

    [Test]
    public void IntegerDivisionByZeroIsFound() =>
        Assert.That(Fails(view => view[1] = 5 / view[0], 1, 4).Message, Does.Contain("divides an integer by zero"));

    [Test]
    public void QuotientsThatDoNotExistAreFound()
    {
        Assert.That(Fails(view => view[1] = (int.MinValue + view[0]) / (view[0] - 1), 1, 4).Message, Does.Contain("divides"));
        Assert.That(Fails(view => view[1] = (int)((long.MinValue + view[0]) % (view[0] - 1L)), 1, 4).Message, Does.Contain("divides"));
        Assert.That(Fails(view => view[1] = (int)(5u % (uint)view[0]), 1, 4).Message, Does.Contain("divides an integer by zero"));
    }

    [Test]
    public void FailedAssertionsStopTheKernel() =>
        Assert.That(
            Fails(view => System.Diagnostics.Trace.Assert(view[0] == 1, "the first element is one"), 1, 4).Message,
            Does.Contain("assertion"));

    [Test]
    public void MisalignedViewsStopTheKernel()
    {
        Assert.That(Fails(view => view.SubView(1).AsAligned16()[0] = 1, 1, 8).Message, Does.Contain("aligned"));
        Assert.That(Fails(view => view.SubView(16).AsDense().AsAligned128()[0] = 1, 1, 32).Message, Does.Contain("aligned"));
        Assert.That(Fails(view => view.AlignTo(view.IntLength).Main[0] = 1, 1, 24).Message, Does.Contain("aligned"));
    }

    [Test]
    public void TheSimulatorGoesOnAfterAFailure()
    {
        Fails(view => view[100] = 1, 1, 4);
        using var buffer = _accelerator.Allocate1D<int>(4);
        _accelerator.LoadStreamKernel<ArrayView<int>>(view => view[Group.IdxX] = 3)((1, 4), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(3));
    }

    [Test]
    public void GroupsRunInParallelAndInSequenceAlike()
    {
        using CPUAccelerator sequential = _context.CreateCPUAccelerator(0, CPUAcceleratorMode.Sequential);
        using CPUAccelerator parallel = _context.CreateCPUAccelerator(0, CPUAcceleratorMode.Parallel);
        Assert.That(sequential.UsesSequentialExecution, Is.True);
        Assert.That(Histogram(parallel), Is.EqualTo(Histogram(sequential)));

        static int[] Histogram(Accelerator accelerator)
        {
            using var bins = accelerator.Allocate1D<int>(8);
            bins.MemSetToZero();
            accelerator.LoadStreamKernel<ArrayView<int>>(view => Atomic.Add(ref view[Grid.GlobalIndex.X * 31 % 8], Grid.IdxX))(
                (64, 32), bins.AsContiguous());
            return bins.GetAsArray1D();
        }
    }

    [Test]
    public void WorkIsCounted()
    {
        using CPUAccelerator counting = _context.CreateCPUAccelerator(0);
        var counts = new SimulationCounts();
        counting.Counts = counts;
        using var buffer = counting.Allocate1D(new float[128]);
        counting.LoadStreamKernel<ArrayView<float>>(Kernel)((2, 64), buffer.AsContiguous());
        Assert.That(counting.Counts, Is.SameAs(counts));
        Assert.That(
            (counts.GlobalReads, counts.GlobalWrites, counts.SharedReads, counts.SharedWrites, counts.Barriers, counts.Multiplications),
            Is.EqualTo((128L, 128L, 128L, 128L, 2L, 128L)));
        Assert.That(counts.GlobalSectors, Is.EqualTo(2 * 128 * sizeof(float) / SimulationCounts.SectorBytes), "neighbours share sectors");
        Assert.That(counts.Instructions, Is.GreaterThan(6 * 128));
        Assert.That((counts.FloatOperations, counts.BankConflicts, counts.DivergentBranches), Is.EqualTo((128L, 0L, 0L)));
        Assert.That(counts.Lines.Sum(line => line.GlobalSectors), Is.EqualTo(counts.GlobalSectors));
        Assert.That(counts.Lines.Sum(line => line.SharedAccesses), Is.EqualTo(256));
        Assert.That(counts.Lines.Sum(line => line.Instructions), Is.InRange(6L * 128, counts.Instructions));
        Assert.That(
            counts.Lines.Select(line => Path.GetFileName(line.Place.File)), Has.Some.EqualTo("SimulatorTests.cs"), "lines of the kernel");

        static void Kernel(ArrayView<float> view)
        {
            ArrayView<float> shared = SharedMemory.Allocate<float>(64);
            shared[Group.IdxX] = view[Grid.GlobalIndex.X];
            Group.Barrier();
            view[Grid.GlobalIndex.X] = shared[63 - Group.IdxX] * 2.5f;
        }
    }

    [Test]
    public void SmallTilesAreFastEnough()
    {
        using var buffer = _accelerator.Allocate1D<float>(64 * 64);
        using var sums = _accelerator.Allocate1D<float>(64 * 64);
        buffer.MemSetToZero();
        var kernel = _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>>(Kernel);
        kernel(64 * 64, buffer.AsContiguous(), sums.AsContiguous());
        var watch = System.Diagnostics.Stopwatch.StartNew();
        kernel(64 * 64, buffer.AsContiguous(), sums.AsContiguous());
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), "half a million checked accesses");

        static void Kernel(Index1D i, ArrayView<float> view, ArrayView<float> sums)
        {
            float sum = 0;
            for (int k = 0; k < 128; k++)
            {
                sum += view[(i / 64 * 64) + (k & 63)] * 0.5f;
            }
            sums[i] = sum;
        }
    }

    private SimulatorException Fails(Action<ArrayView<int>> kernel, int threads, int length)
    {
        using var buffer = _accelerator.Allocate1D<int>(length);
        buffer.MemSetToZero();
        var launcher = _accelerator.LoadStreamKernel(kernel);
        return Assert.Throws<SimulatorException>(() => launcher((1, threads), buffer.AsContiguous()))!;
    }
}
