using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.ModelsTests.Ranks;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Whether a run's device may measure its kernels.</summary>
internal sealed class TuneOptionTests
{
    private TinyRun _runs = null!;

    [SetUp]
    public void MakeFolder() => _runs = new TinyRun();

    [TearDown]
    public void RemoveFolder() => _runs.Dispose();

    [Test]
    public void ARunSaysSoToItsDeviceAndRemembersIt([Values] bool tunes)
    {
        var options = TinyRun.Pix2Pix with { Tune = tunes, Steps = 0 };
        using (var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options)))
        {
            Assert.That(run.Model.Device.Tuning, Is.EqualTo(tunes ? TuningMode.FirstUse : TuningMode.Table));
        }

        var directory = new RunDirectory(_runs.PathOf("run"));
        var written = File.ReadAllText(Path.Combine(directory.Path, "options.json"));
        Assert.That(written, Does.Contain($"\"tune\": {(tunes ? "true" : "false")}"));
        using var resumed = TrainingRun.Resume(directory.Path, data: TinyRun.Data(options));
        Assert.That(resumed.Model.Device.Tuning, Is.EqualTo(tunes ? TuningMode.FirstUse : TuningMode.Table));
    }

    /// <summary>The same bits for any number of ranks, whatever was measured on the device of one of them.</summary>
    [Test]
    public void RanksTakeTheTable()
    {
        var options = TinyRun.Pix2Pix with
        {
            Norm = NormKind.Instance, Reduction = GradientReduction.Tree, Steps = 0, Threads = 1,
        };
        var modes = ThreadRanks.Run(2, ranks =>
        {
            using var run = TrainingRun.Create(_runs.PathOf("ranks"), options, TinyRun.Data(options), ranks: ranks);
            return run.Model.Device.Tuning;
        });
        Assert.That(modes, Is.All.EqualTo(TuningMode.Table));
    }
}
