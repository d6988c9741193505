using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuGan.Models.Distilling;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>The distill command, with students of a few steps.</summary>
public sealed class DistillationTests : CommandFixture
{
    [Test]
    [MaxSeconds(30)] // Two students, each without a teacher as well, a segmenter and the evaluations.
    public async Task TheNarrowestStudentThatIsGoodEnoughIsKept()
    {
        var teacher = await TrainedRun();
        string[] command =
            ["distill", "--model", teacher, "--data", In("data"), "--out", In("small"), "--steps", "2", "--json", "--device", "cpu"];

        var all = JsonDocument.Parse(await Do([.. command, "--widths", "2", "1", "--loss", "0"])).RootElement;
        var (first, whole) = (all.GetProperty("students")[0], all.GetProperty("teacher"));
        Assert.That(first.GetProperty("width").GetInt32(), Is.EqualTo(1), "from the narrowest on");
        Assert.That(first.GetProperty("multiplyAdds").GetDouble(), Is.LessThan(0.5 * whole.GetProperty("multiplyAdds").GetDouble()));
        Assert.That(first.GetProperty("weights").GetInt64(), Is.LessThan(0.5 * whole.GetProperty("weights").GetInt64()));

        // Its runs are finished: the same command with another bound only measures.
        var stamp = File.GetLastWriteTimeUtc(In("small", "width-1", "checkpoints", "latest.safetensors"));
        var one = JsonDocument.Parse(await Do([.. command, "--widths", "1", "2", "--loss", "100"])).RootElement;
        Assert.That(one.GetProperty("chosen").GetInt32(), Is.EqualTo(1));
        Assert.That(one.GetProperty("students").GetArrayLength(), Is.EqualTo(1));
        Assert.That(File.GetLastWriteTimeUtc(In("small", "width-1", "checkpoints", "latest.safetensors")), Is.EqualTo(stamp));
        Assert.That(File.ReadAllText(In("small", "distill.md")), Does.Contain("**student**, width 1").And.Contain("fewer"));

        // One split is all there is: half of it decides, the other tells; and a generator without the teacher is set beside the student.
        Assert.That(one.GetProperty("chosenOn").GetString(), Is.EqualTo("half of val"));
        Assert.That(one.GetProperty("reportedOn").GetString(), Is.EqualTo("its other half"));
        var (student, alone) = (one.GetProperty("students")[0], one.GetProperty("alone"));
        Assert.That(alone.GetProperty("width").GetInt32(), Is.EqualTo(1));
        Assert.That(
            one.GetProperty("teacherGains").GetDouble(),
            Is.EqualTo(student.GetProperty("reported").GetDouble() - alone.GetProperty("reported").GetDouble()));
        Assert.That(
            File.ReadAllText(In("small", "distill.md")), Does.Contain("without a teacher, width 1").And.Contain("The teacher gains "));
        Assert.That(RunOptions("width-1").Teacher, Is.Not.Empty);
        Assert.That(RunOptions("width-1-alone"), Is.EqualTo(RunOptions("width-1") with { Teacher = "" }));

        var input = Directory.GetFiles(In("data", "val"))[0];
        await Do("translate", "--model", In("small", "student.safetensors"), "--input", input, "--out", In("made.png"), "--device", "cpu");
        Assert.That(File.Exists(In("made.png")));
    }

    /// <summary>Each half of a split has the pairs that the other lacks.</summary>
    [Test]
    public async Task HalvesShareNoPair()
    {
        await DrawnData();
        var all = AlignedFolder.Open(In("data", "train"));
        var halves = new[] { 0, 1 }.Select(half => new PartOfPairs(all, half, parts: 2)).ToList();
        Assert.That(halves.Sum(half => half.Count), Is.EqualTo(all.Count));
        Assert.That(
            halves.SelectMany(half => Enumerable.Range(0, half.Count).Select(half.NameOf)).Order(),
            Is.EqualTo(Enumerable.Range(0, all.Count).Select(all.NameOf).Order()));
        Assert.That(halves.SelectMany(half => half.Files), Is.EquivalentTo(all.Files));
    }

    /// <summary>In words, and where the generator is that does as well.</summary>
    [TestCase(0.7, "The teacher gains 0.1000: trained for as many steps without it, the same generator scores 0.7000.")]
    [TestCase(0.8, "The teacher gains nothing: trained for as many steps without it, the same generator scores 0.8000, the student " +
        "0.8000; it is in width-4-alone.")]
    [TestCase(0.9, "the same generator scores 0.9000, the student 0.8000; it is in width-4-alone.")]
    public void ATeacherThatGainsNothingIsTold(double alone, string sentence)
    {
        var report = new DistillationReport("MS-SSIM", new(32, 100, 100, 1, 0.95, 0.9), [new(4, 2, 2, 1, 0.93, 0.8)], 4, 64, "a device")
        {
            ChosenOn = "val", ReportedOn = "test", Alone = new(4, 2, 2, 1, 0.5, alone),
        };
        Assert.That(report.ToMarkdown(), Does.Contain(sentence).And.Contain("| 11.1 % |"));
        Assert.That(
            (report with { ReportedOn = null }).ToMarkdown(), Does.Contain("no other pairs than those that decide, val"));
    }

    /// <summary>Nothing is a share of nothing.</summary>
    [Test]
    public void WhatATeacherWithoutAScoreLosesIsNotTold()
    {
        var report = new DistillationReport("MS-SSIM", new(32, 100, 100, 1, 0), [new(4, 2, 2, 1, 0.1)], 4, 64, "a device")
        {
            ChosenOn = "val", ReportedOn = null,
        };
        Assert.That(report.ToMarkdown(), Does.Contain("–").And.Not.Contain("Infinity").And.Not.Contain("NaN").And.Not.Contain(" %"));
    }

    /// <summary>A student takes all its steps, over all pictures.</summary>
    [Test]
    public void WhatLimitedTheTeacherIsItsOwn()
    {
        var teacher = new Pix2PixOptions { KeepBest = BestMetric.L1, Patience = 2, MaxDatasetSize = 3 };
        var student = (Pix2PixOptions)FamilyCatalog.Students(teacher, "run")!.OfWidth(4);
        Assert.That((student.KeepBest, student.Patience, student.MaxDatasetSize), Is.EqualTo((BestMetric.None, 0, 0)));
    }

    private Pix2PixOptions RunOptions(string run) => (Pix2PixOptions)OptionsJson.Parse(File.ReadAllText(In("small", run, "options.json")));
}
