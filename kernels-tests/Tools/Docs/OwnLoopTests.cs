using IlgpuGan.Models.Reporting;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ToolsTests.Docs;

/// <summary>The WGAN-GP of the library's second page trains, resumes and reports as the page says.</summary>
[NonParallelizable]
public sealed class OwnLoopTests
{
    private const int MostLines = 57;

    private static readonly string s_sample = Sources.SamplePath("wgan");

    [Test]
    [MaxSeconds(6)] // It may be the first to load the compiler.
    public void AResumedLoopEndsWithTheBitsOfOneThatNeverStopped()
    {
        var before = Environment.CurrentDirectory;
        using var folder = new TinyRun();
        try
        {
            Environment.CurrentDirectory = Directory.CreateDirectory(folder.PathOf("whole")).FullName;
            DrawPictures();
            Run(steps: 20);
            Assert.That(LogEntry.ReadFile("runs/wgan/log.jsonl").Select(e => e.Step), Is.EqualTo(new long[] { 5, 10, 15, 20 }));
            Assert.That(File.Exists("runs/wgan/samples/step00000020-grid.png"));
            Assert.That(File.ReadAllText("runs/wgan/report.html"), Does.Contain("D_gp").And.Contain("20 of 20"));
            var whole = File.ReadAllBytes("runs/wgan/latest.safetensors");

            Environment.CurrentDirectory = Directory.CreateDirectory(folder.PathOf("parts")).FullName;
            DrawPictures();
            Run(steps: 10);
            Run(steps: 20);
            Assert.That(File.ReadAllBytes("runs/wgan/latest.safetensors"), Is.EqualTo(whole));
            Assert.That(LogEntry.ReadFile("runs/wgan/log.jsonl").Select(e => e.Step), Is.EqualTo(new long[] { 5, 10, 15, 20 }));
            using var file = TensorFile.Open("runs/wgan/latest.safetensors");
            Assert.That(file.Metadata["step"], Is.EqualTo("20"));
            Assert.That(
                file.Contains("netG.0.weight") && file.Contains("optD.0.weight.exp_avg") && file.Contains("average.0.weight.average"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public void TheLoopIsShort()
    {
        var loop = File.ReadLines(s_sample).SkipWhile(l => !l.StartsWith("using var device", StringComparison.Ordinal));
        Assert.That(loop.Count(l => l.Any(char.IsLetter)), Is.LessThanOrEqualTo(MostLines));
    }

    private static void DrawPictures()
    {
        var facades = new SyntheticFacades(20, 32);
        Directory.CreateDirectory("pictures");
        for (var i = 0; i < facades.Count; i++)
        {
            PictureFile.Save(new Picture(facades.Draw(i).Photo), $"pictures/{facades.NameOf(i)}.png");
        }
    }

    private static void Run(int steps) => PageCodeTests
        .ProgramOf(PageCodeTests.SampleText(s_sample).Replace("steps = 2000", $"steps = {steps}", StringComparison.Ordinal))
        .Invoke(null, [Array.Empty<string>()]);
}
