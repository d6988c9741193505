using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// Races that do no harm, in buffers and in shared memory, and what becomes of the others: nothing, a report, or the end of the launch.
/// </summary>
[TestFixture(CPUAcceleratorMode.Sequential)]
[TestFixture(CPUAcceleratorMode.Parallel)]
public sealed class RaceCheckTests(CPUAcceleratorMode mode)
{
    private const int Groups = 6;

    private const int Threads = 64;

    private static readonly Action<ArrayView<int>>[] s_harmless =
        [SameValue, SameValueShared, GuessAndExchange, GuessAndExchangeShared, LookBeforeMax];

    private static readonly Action<ArrayView<int>>[] s_harmful =
        [OtherValues, OtherValuesShared, ReadBesideAdd, ReadBesideWrite, WriteBesideExchange, AlmostTheSame];

    private static IEnumerable<TestCaseData> HarmlessCases() =>
        s_harmless.Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(kernel.Method.Name));

    private static IEnumerable<TestCaseData> HarmfulCases() =>
        s_harmful.Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(kernel.Method.Name));

    [TestCaseSource(nameof(HarmlessCases))]
    public void HarmlessRacesRunUnlessTheCheckIsStrict(Action<ArrayView<int>> kernel)
    {
        int[] result = Run(kernel, RaceChecks.Stop, RaceChecks.Stop);
        Assert.That(result[0], Is.EqualTo(77));
        Assert.That(
            () =>
                Run(kernel, RaceChecks.Strict, RaceChecks.Strict), Throws.TypeOf<SimulatorException>().With.Message.Contains("data race"));
    }

    [TestCaseSource(nameof(HarmfulCases))]
    public void OthersEndTheLaunchOrAreReportedOrPassed(Action<ArrayView<int>> kernel)
    {
        Assert.That(
            () => Run(kernel, RaceChecks.Stop, RaceChecks.Stop), Throws.TypeOf<SimulatorException>().With.Message.Contains("data race"));
        var reports = new List<string>();
        int[] result = Run(kernel, RaceChecks.Report, RaceChecks.Report, reports);
        Assert.That(result[1], Is.EqualTo(Groups * Threads), "all threads came to their end");
        Assert.That(reports, Is.Not.Empty.And.All.Contains("has a data race").And.All.Contains(nameof(RaceCheckTests)));
        Assert.That(reports, Has.Count.LessThan(Threads), "each pair of lines is named once");
        reports.Clear();
        Run(kernel, RaceChecks.Off, RaceChecks.Off, reports);
        Assert.That(reports, Is.Empty);
    }

    /// <summary>A program of many launches is told once: nobody reads ten thousand lines.</summary>
    [Test, NonParallelizable]
    public void WithoutAHandlerTheErrorOutputSaysItOnce()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Races(RaceChecks.Report));
        using CPUAccelerator accelerator = context.CreateCPUAccelerator(0, mode);
        using var buffer = accelerator.Allocate1D(new int[2 + (Groups * Threads)]);
        var kernel = accelerator.LoadStreamKernel<ArrayView<int>>(ReadBesideAdd);
        var printed = new StringWriter();
        TextWriter before = Console.Error;
        Console.SetError(printed);
        try
        {
            for (int launch = 0; launch < 3; launch++)
            {
                kernel((Groups, Threads), buffer.AsContiguous());
            }
        }
        finally
        {
            Console.SetError(before);
        }

        string[] places = [.. printed.ToString().Split('\n').Where(line => line.Contains("has a data race"))];
        Assert.That(places, Is.Not.Empty.And.All.Contains("ILGPUGAN_RACES=stop ends it here"));
        Assert.That(places, Has.Length.LessThanOrEqualTo(2), "the read before and the read behind the addition, each once");
    }

    [Test]
    public void BuffersAndSharedMemoryAreChosenApart()
    {
        Run(OtherValues, RaceChecks.Off, RaceChecks.Stop);
        Run(OtherValuesShared, RaceChecks.Stop, RaceChecks.Off);
        Assert.That(() => Run(OtherValues, RaceChecks.Stop, RaceChecks.Off), Throws.TypeOf<SimulatorException>());
        Assert.That(() => Run(OtherValuesShared, RaceChecks.Off, RaceChecks.Stop), Throws.TypeOf<SimulatorException>());
    }

    [Test]
    public void AnAcceleratorChangesItsMind()
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Races(RaceChecks.Off));
        using CPUAccelerator accelerator = context.CreateCPUAccelerator(0, mode);
        using var buffer = accelerator.Allocate1D(new int[2 + (Groups * Threads)]);
        var kernel = accelerator.LoadStreamKernel<ArrayView<int>>(OtherValues);
        var shared = accelerator.LoadStreamKernel<ArrayView<int>>(OtherValuesShared);
        kernel((Groups, Threads), buffer.AsContiguous());
        accelerator.BufferRaces = RaceChecks.Stop;
        Assert.That(() => kernel((Groups, Threads), buffer.AsContiguous()), Throws.TypeOf<SimulatorException>());
        shared((Groups, Threads), buffer.AsContiguous());
        accelerator.SharedRaces = RaceChecks.Stop;
        Assert.That(() => shared((Groups, Threads), buffer.AsContiguous()), Throws.TypeOf<SimulatorException>());
    }

    /// <summary>What else is wrong ends a launch whatever becomes of races.</summary>
    [Test]
    public void UnwrittenSharedMemoryIsFoundWithoutRaces() => Assert.That(
        () => Run(
            view =>
            {
                var shared = SharedMemory.Allocate<int>(2);
                if (Group.IsFirstThread)
                {
                    shared[0] = 1;
                }
                Group.Barrier();
                view[2 + Grid.GlobalIndex.X] = shared[1];
            },
            RaceChecks.Off,
            RaceChecks.Off),
        Throws.TypeOf<SimulatorException>().With.Message.Contains("reads shared memory that the group has not written"));

    [Test]
    public void TheVariableDecidesWhereTheContextDoesNot()
    {
        Assert.That(RaceChecksVariable.Parse(null), Is.EqualTo((RaceChecks.Report, RaceChecks.Report)));
        Assert.That(RaceChecksVariable.Parse("Report"), Is.EqualTo((RaceChecks.Report, RaceChecks.Report)));
        Assert.That(RaceChecksVariable.Parse("shared=off"), Is.EqualTo((RaceChecks.Report, RaceChecks.Off)));
        Assert.That(RaceChecksVariable.Parse("buffers=strict, shared=report"), Is.EqualTo((RaceChecks.Strict, RaceChecks.Report)));
        foreach (string wrong in new[] { "loud", "2", "local=off", "a=b=c" })
        {
            Assert.That(
                () => RaceChecksVariable.Parse(wrong),
                Throws.ArgumentException.With.Message.Contains($"'{wrong}'").And.Message.Contains("strict"));
        }

        using Context silent = Context.Create(builder => builder.DefaultCPU());
        using CPUAccelerator byVariable = silent.CreateCPUAccelerator(0);
        Assert.That((byVariable.BufferRaces, byVariable.SharedRaces), Is.EqualTo(RaceChecksVariable.Read()));
        using Context set = Context.Create(builder => builder.DefaultCPU().Races(RaceChecks.Report));
        using CPUAccelerator byContext = set.CreateCPUAccelerator(0);
        Assert.That((byContext.BufferRaces, byContext.SharedRaces), Is.EqualTo((RaceChecks.Report, RaceChecks.Report)));
    }

    private static void SameValue(ArrayView<int> view) => view[0] = 77;

    private static void SameValueShared(ArrayView<int> view)
    {
        var found = SharedMemory.Allocate<int>(1);
        found[0] = 77;
        Group.Barrier();
        if (Group.IsFirstThread && Grid.IdxX == 0)
        {
            view[0] = found[0];
        }
    }

    // The largest of 1 to 77, by a loop that reads plainly and exchanges.
    private static void GuessAndExchange(ArrayView<int> view)
    {
        int mine = (Grid.GlobalIndex.X % 77) + 1;
        int seen = view[0];
        while (seen < mine)
        {
            int before = Atomic.CompareExchange(ref view[0], seen, mine);
            if (before == seen)
            {
                break;
            }
            seen = before;
        }
    }

    private static void GuessAndExchangeShared(ArrayView<int> view)
    {
        var most = SharedMemory.Allocate<int>(1);
        if (Group.IsFirstThread)
        {
            most[0] = 0;
        }
        Group.Barrier();
        int mine = Group.IdxX + 14;
        int seen = most[0];
        while (seen < mine)
        {
            seen = Atomic.CompareExchange(ref most[0], seen, mine) == seen ? mine : most[0];
        }
        Group.Barrier();
        if (Group.IsFirstThread && Grid.IdxX == 0)
        {
            view[0] = most[0];
        }
    }

    private static void LookBeforeMax(ArrayView<int> view)
    {
        int mine = (Grid.GlobalIndex.X % 77) + 1;
        if (view[0] < mine)
        {
            Atomic.Max(ref view[0], mine);
        }
    }

    private static void OtherValues(ArrayView<int> view)
    {
        view[0] = Grid.GlobalIndex.X;
        Atomic.Add(ref view[1], 1);
    }

    private static void OtherValuesShared(ArrayView<int> view)
    {
        var shared = SharedMemory.Allocate<int>(1);
        shared[0] = Group.IdxX;
        Group.Barrier();
        view[2 + Grid.GlobalIndex.X] = shared[0];
        Atomic.Add(ref view[1], 1);
    }

    private static void ReadBesideAdd(ArrayView<int> view)
    {
        Atomic.Add(ref view[0], 1);
        view[2 + Grid.GlobalIndex.X] = view[0];
        Atomic.Add(ref view[1], 1);
    }

    private static void ReadBesideWrite(ArrayView<int> view)
    {
        if (Grid.GlobalIndex.X == 100)
        {
            view[0] = 1;
        }
        else
        {
            view[2 + Grid.GlobalIndex.X] = view[0];
        }
        Atomic.Add(ref view[1], 1);
    }

    private static void WriteBesideExchange(ArrayView<int> view)
    {
        if (Grid.GlobalIndex.X == 100)
        {
            view[0] = 9;
        }
        else
        {
            Atomic.CompareExchange(ref view[0], 0, 1);
        }
        Atomic.Add(ref view[1], 1);
    }

    // All but one store the same value.
    private static void AlmostTheSame(ArrayView<int> view)
    {
        view[0] = Grid.GlobalIndex.X == 200 ? 78 : 77;
        Atomic.Add(ref view[1], 1);
    }

    private int[] Run(Action<ArrayView<int>> kernel, RaceChecks buffers, RaceChecks shared, List<string>? reports = null)
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Races(buffers, shared));
        using CPUAccelerator accelerator = context.CreateCPUAccelerator(0, mode);
        accelerator.RaceReported += (_, message) => reports?.Add(message);
        using var buffer = accelerator.Allocate1D(new int[2 + (Groups * Threads)]);
        accelerator.LoadStreamKernel(kernel)((Groups, Threads), buffer.AsContiguous());
        return buffer.GetAsArray1D();
    }
}
