using IlgpuGan.Benchmarks.Peers;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Benchmarks;

/// <summary>The programs that peers run do the work that we do; skipped where there is no such peer.</summary>
internal sealed class PeerProgramsTests
{
    private const int WidestRounding = 2;

    [TestCase(WorkKind.Training, "pix2pix", 256)]
    [TestCase(WorkKind.Training, "cyclegan", 64)]
    public void PyTorchCountsTheOperationsThatWeCount(WorkKind kind, string network, int size)
    {
        using var materials = new Materials();
        var work = new Workload(kind, network, size, 1, 1, 1);
        var theirs = Present(new TorchContestant(python: null)).Run(work, materials);
        var ours = new IlgpuGanContestant().Run(work, materials);
        Assert.That(theirs.GflopPerStep, Is.EqualTo(ours.GflopPerStep).Within(0.5).Percent);
        Assert.That(theirs.PeakMb, Is.Null.Or.GreaterThan(100), "PyTorch alone takes more");
        Assert.That(theirs.Blas, Is.Not.EqualTo("reference"));
    }

    [Test]
    public void PyTorchMakesThePictureThatWeMake()
    {
        using var materials = new Materials();
        var work = new Workload(WorkKind.Translation, "resnet9", 256, 2, 1, 0);
        var torch = Present(new TorchContestant(python: null));
        new IlgpuGanContestant().Run(work, materials);
        try
        {
            Assert.That(torch.Run(work, materials).Difference, Is.LessThanOrEqualTo(WidestRounding));
        }
        catch (PeerException lacking) when (lacking.Message.Contains("No module named", StringComparison.Ordinal))
        {
            Assert.Ignore(lacking.Message);
        }
    }

    [Test]
    public void OnnxRuntimeComputesWhatWeCompute()
    {
        using var materials = new Materials();
        var sample = Present(new OnnxContestant()).Run(new Workload(WorkKind.Inference, "resnet9", 64, 1, 2, 0), materials);
        Assert.That(sample.Times, Has.Length.EqualTo(2), "its output was checked before, or it would have thrown");
    }

    private static Contestant Present(Contestant contestant)
    {
        if (contestant.Absence is { } reason)
        {
            Assert.Ignore($"{contestant.Name}: {reason}");
        }

        return contestant;
    }
}
