using System.Diagnostics;
using IlgpuGan.ToolsTests.Docs;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>
/// The sample's family, which uses public members alone, is like a built-in one to every verb. Each command is a process of its own: a
/// family that is registered stays.
/// </summary>
public sealed class FamilyAssembliesTests : CommandFixture
{
    [Test]
    [MaxSeconds(30)] // Eight processes.
    public void AFamilyOfOnesOwnIsTrainedTranslatedAndExported()
    {
        using (var assembly = File.Create(In("family.dll")))
        {
            var emitted = PageCodeTests.Compiled(
                PageCodeTests.SampleText(Sources.SamplePath("family")), "family").Emit(assembly);
            Assert.That(emitted.Success, string.Join('\n', emitted.Diagnostics));
        }

        string[] small = ["--generator", "unet32", "--ngf", "4", "--load-size", "32", "--crop-size", "32", "--device", "cpu"];
        Told("data", "synth", "--out", In("data"), "--count", "4", "--val", "2", "--size", "32");
        Told(["train", "regression", "--data", In("data"), "--out", In("run"), "--steps", "3", "--lambda-square", "2", .. small]);
        Told("train", "--resume", In("run"), "--steps", "5");
        Assert.That(File.ReadAllText(In("run", "log.jsonl")), Does.Contain("\"step\":5").And.Contain("G_L2"));
        Assert.That(Told("families"), Does.Contain("regression"));
        Assert.That(Told("explain", "lambda-square"), Does.Contain("squared difference"));
        Told("translate", "--model", In("run"), "--input", In("data", "val"), "--out", In("made"));
        Assert.That(Directory.GetFiles(In("made")), Has.Length.EqualTo(2));
        Assert.That(Told("evaluate", "--model", In("run"), "--data", In("data"), "--no-labels"), Does.Contain("L1"));

        var without = Ended(["translate", "--model", In("run"), "--input", In("data", "val"), "--out", In("none")]);
        Assert.That(without.Code, Is.EqualTo(1));
        Assert.That(without.Text, Does.Contain("'model' can't be \"regression\"").And.Contain("--families FILE.dll"));

        string Told(params string[] arguments)
        {
            var (code, text) = Ended([.. arguments, "--families", In("family.dll")]);
            Assert.That(code, Is.Zero, text);
            return text;
        }
    }

    [TestCase("nothing.dll", "there is no such file")]
    [TestCase("text.dll", "is no .NET assembly")]
    [TestCase("IlgpuGan.Imaging.dll", "holds no public class that derives from Family")]
    public async Task OtherFilesAreRefused(string name, string reason)
    {
        await File.WriteAllTextAsync(In("text.dll"), "no assembly");
        var file = name.StartsWith("Ilgpu", StringComparison.Ordinal)
            ? Path.Combine(TestContext.CurrentContext.TestDirectory, name)
            : In(name);
        AssertExplained(await Run("families", "--families", file), 2, $"--families {file}: {reason}");
    }

    private static (int Code, string Text) Ended(string[] arguments)
    {
        var (code, output, errors) = SystemProgram.Finish(new ProcessStartInfo("dotnet", [SystemProgram.Command, .. arguments]));
        return (code, output + errors);
    }
}
