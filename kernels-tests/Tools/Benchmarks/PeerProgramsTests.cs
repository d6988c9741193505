using IlgpuGan.Benchmarks.Peers;

namespace IlgpuGan.ToolsTests.Benchmarks;

/// <summary>The programs that peers run do the work that we do; skipped where there is no such peer.</summary>
[Exhaustive]
internal sealed class PeerProgramsTests
{
    private const int WidestRounding = 2;

    /// <summary>Least duration of what is timed, in seconds: here the steps count.</summary>
    private const double Short = 1e-3;

    [TestCase(WorkKind.Training, "pix2pix", 64)]
    [TestCase(WorkKind.Training, "cyclegan", 32)]
    public void PyTorchCountsTheOperationsThatWeCount(WorkKind kind, string network, int size)
    {
        using var files = new BenchmarkFiles();
        var work = new Workload(kind, network, size, 1, 1, 1) { Seconds = Short };
        var torch = Present(Torch());
        var theirs = torch.Run(work, torch.Variants(work)[0], files);
        Assert.That(
            theirs.GflopPerStep, Is.EqualTo(new IlgpuGanRunner().Run(work, RunnerVariant.Default, files).GflopPerStep).Within(0.5).Percent);
        Assert.That(theirs.PeakMb, Is.Null.Or.GreaterThan(100), "PyTorch alone takes more");
    }

    /// <summary>The same weights and inputs on both sides: what is timed is the same step.</summary>
    [TestCase("dcgan", 32)]
    [TestCase("wgan-gp", 32)]
    [TestCase("singan", 24)]
    public void PyTorchHasOurLossesInTheFirstSteps(string network, int size)
    {
        using var files = new BenchmarkFiles();
        var work = new Workload(WorkKind.Training, network, size, 1, 1, 2);
        var torch = Present(Torch());
        var theirs = torch.Run(work, torch.Variants(work)[0], files).FirstLosses!;
        var ours = new IlgpuGanRunner().Run(work, RunnerVariant.Default, files).FirstLosses!;
        Assert.That(theirs, Has.Length.EqualTo(3));
        Assert.That(ours.SelectMany(l => l).ToArray(), Is.EqualTo(theirs.SelectMany(l => l).ToArray()).Within(2e-3));
    }

    /// <summary>Nobody's step is left out, and the networks beside ours are as large.</summary>
    [TestCaseSource(nameof(FamiliesSteps))]
    public void PyTorchCountsTheWeightsThatWeCount(Workload step)
    {
        using var files = new BenchmarkFiles();
        var torch = Present(Torch());
        var theirs = torch.Run(step, torch.Variants(step)[0], files);
        Assert.That(theirs.Parameters, Is.Positive);
        Assert.That(new IlgpuGanRunner().Run(step, RunnerVariant.Default, files).Parameters, Is.EqualTo(theirs.Parameters));
    }

    [Test]
    public void EveryFamilyHasARow() => Assert.That(
        FamilyCatalog.All.Select(f => f.Info.Name).Except(Rows.Select(row => row.Network)), Is.Empty);

    [Test]
    public void PyTorchMakesThePictureThatWeMake()
    {
        using var files = new BenchmarkFiles();
        var work = new Workload(WorkKind.Translation, "resnet9", 256, 2, 1, 0);
        var torch = Present(Torch());
        new IlgpuGanRunner().Run(work, RunnerVariant.Default, files);
        try
        {
            Assert.That(torch.Run(work, RunnerVariant.Default, files).Difference, Is.LessThanOrEqualTo(WidestRounding));
        }
        catch (PeerException lacking) when (lacking.Message.Contains("No module named", StringComparison.Ordinal))
        {
            Assert.Ignore(lacking.Message);
        }
    }

    [Test]
    public void OnnxRuntimeComputesWhatWeCompute()
    {
        using var files = new BenchmarkFiles();
        var work = new Workload(WorkKind.Inference, "resnet9", 64, 1, 2, 0) { Seconds = 0 };
        var sample = Present(new NodeOnnxRunner()).Run(work, RunnerVariant.Default, files);
        Assert.That(sample.Times, Has.Length.EqualTo(2), "its output was checked before, or it would have thrown");
    }

    private static IEnumerable<Workload> Rows => Workload.All([1], quick: false).Where(row => row.Kind == WorkKind.Training);

    private static IEnumerable<TestCaseData> FamiliesSteps() => Rows.Where(row => row.IsSmallPreset)
        .Select(row => new TestCaseData(row with { Steps = 1, Warmup = 1, Seconds = Short }).SetArgDisplayNames(row.Network));

    private static TorchRunner Torch() => new(() => TorchRunner.Here(python: null));

    private static Runner Present(Runner runner)
    {
        if (runner.Absence is { } reason)
        {
            Assert.Ignore($"{runner.Name}: {reason}");
        }

        return runner;
    }
}
