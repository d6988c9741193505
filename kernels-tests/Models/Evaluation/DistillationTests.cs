using System.Text.Json;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>The distill command, with students of a few steps.</summary>
public sealed class DistillationTests : CommandFixture
{
    [Test]
    [MaxSeconds(20)] // Two students, a segmenter and three evaluations.
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

        var input = Directory.GetFiles(In("data", "val"))[0];
        await Do("translate", "--model", In("small", "student.safetensors"), "--input", input, "--out", In("made.png"), "--device", "cpu");
        Assert.That(File.Exists(In("made.png")));
    }

    [Test]
    [MaxSeconds(30)] // A student and its evaluations.
    public async Task StudentsOfAnotherTeacherOrOfOtherDataAreNotGivenOut()
    {
        var (teacher, other) = (await TrainedRun(), await TrainedRun(steps: 3, "other"));
        string[] Command(string model, string data, string steps = "2") =>
            ["distill", "--model", model, "--data", data, "--out", In("small"), "--steps", steps, "--widths", "1", "--device", "cpu"];
        await Do(Command(teacher, In("data")));
        AssertExplained(await Run(Command(other, In("data"))), 1, "another teacher", "another --out", In("small", "width-1"));
        await Do("train", "--resume", teacher, "--steps", "3", "--quiet");
        AssertExplained(await Run(Command(teacher, In("data"))), 1, "trained further");

        Directory.Delete(In("small"), recursive: true);
        await Do(Command(teacher, In("data")));
        await Do("data", "synth", "--out", In("else"), "--count", "6", "--val", "2", "--size", "32", "--seed", "5");
        AssertExplained(await Run(Command(teacher, In("else"))), 1, "other pictures", "another --out");
        AssertExplained(await Run([.. Command(teacher, In("data")), "--seed", "5"]), 2, In("small", "width-1"), "--seed", "another --out");
        AssertExplained(await Run(Command(teacher, In("data"), steps: "1")), 2, In("small", "width-1"), "another --out");
        File.Delete(Directory.GetFiles(In("data", "train"))[0]);
        AssertExplained(await Run(Command(teacher, In("data"))), 1, "other pictures", "another --out");
    }

    [Test]
    public async Task WhatCannotBeDistilledIsExplained()
    {
        var teacher = await TrainedRun();
        AssertExplained(
            await Run("distill", "--model", teacher, "--data", In("data"), "--out", In("small"), "--widths", "4", "--device", "cpu"), 2,
            "width 4", "no smaller");
        AssertExplained(
            await Run("distill", "--model", "zoo:edges-shapes", "--data", In("data"), "--out", In("small"), "--device", "cpu"), 2,
            "zoo:edges-shapes", "U-Net or ResNet");
        AssertExplained(
            await Run(
                ["train", "pix2pix", "--data", In("data"), "--out", In("other"), "--teacher", In("nowhere"), .. Tiny(), "--device", "cpu"]),
            1, In("nowhere"));
    }
}
