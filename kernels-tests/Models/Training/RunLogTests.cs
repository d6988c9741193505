using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>The log of a run that goes on, and what is reported of it.</summary>
internal sealed class RunLogTests : InFolder
{
    /// <summary>A number may be damaged such that it is one of a later step.</summary>
    [Test]
    public void ADamagedStepCutsOffNoOtherLine()
    {
        var file = In("log.jsonl");
        string[] lines = [.. Enumerable.Range(1, 9).Select(step => $$"""{"step":{{(step == 4 ? 94 : step)}},"epoch":1}""")];
        File.WriteAllLines(file, lines);
        RunLog.Open(file, step: 6).Dispose();
        Assert.That(File.ReadAllLines(file), Is.EqualTo(lines[..6]));
    }

    /// <summary>Some write infinity as a sign, and none of them reads that of another.</summary>
    [Test]
    public void ALogIsReadInEveryLanguage()
    {
        var file = In("log.jsonl");
        using var commas = new WithCommas();
        using (var log = RunLog.Open(file, step: 0))
        {
            log.Write(new TrainingProgress
            {
                Step = 1, TotalSteps = 1, Epoch = 1, Losses = [new Loss("G", float.PositiveInfinity)], LearningRate = 0.5f,
                StepSeconds = 1, ImagesPerSecond = 1, Elapsed = default, Remaining = default, Seconds = 1,
            });
        }

        Assert.That(File.ReadAllText(file), Does.Contain("\"Infinity\""));
        Assert.That(LogEntry.ReadFile(file)[0].Losses[0].Value, Is.EqualTo(double.PositiveInfinity));
    }

    /// <summary>A batch asks for more pictures than there are, and the report counts those.</summary>
    [Test]
    public void AReportCountsThePicturesThatThereAre()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { BatchSize = 64, Steps = 2 });
        var report = StoredReport.Read(_runs.PathOf("run"));
        Assert.That((report.BatchSize, report.PicturesPerEpoch), Is.EqualTo((64, (int?)5)));
        Assert.That(report.ImagesPerSecond, Is.EqualTo(2 * 5 / report.Time!.Seconds).Within(1e-9));
    }

    /// <summary>
    /// What a full disk has refused would fail again when the log is closed, in place of the message that names the last good checkpoint.
    /// </summary>
    [Test]
    public void NothingOfALogWaitsInMemory()
    {
        var path = In("log.jsonl");
        using var file = Disk.Current.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        file.Write("{}\n"u8);
        Assert.That(new FileInfo(path).Length, Is.EqualTo(3));
    }
}
