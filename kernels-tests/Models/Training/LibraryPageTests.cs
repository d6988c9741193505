using System.Runtime.CompilerServices;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>The program on the library's page is the one here, so it compiles; and it does what the page says.</summary>
[NonParallelizable]
public sealed class LibraryPageTests
{
    private const int MostLines = 15;

    [Test]
    [MaxSeconds(4)] // The page's program as it stands.
    public void ThePagesProgramTrainsResumesAndTranslates()
    {
        var before = Environment.CurrentDirectory;
        using var folder = new TinyRun();
        new SyntheticFacades(2, 128).WriteTo(folder.PathOf("facades/train"));
        PictureFile.Save(
            PictureFile.Load(Directory.GetFiles(folder.PathOf("facades/train"))[0]).Resize(150, 90),
            folder.PathOf("map.png"));
        try
        {
            Environment.CurrentDirectory = folder.Folder;
            ThePagesProgram();
            var house = PictureFile.Load("house.png");
            Assert.That((house.Width, house.Height), Is.EqualTo((150, 90)));
            Assert.That(Checkpoint.Read(new RunDirectory("runs/facades").Latest).Position.Step, Is.EqualTo(10), "five epochs of two pairs");
            Assert.That(File.Exists("runs/facades/report.html"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public void ThePageShowsThatProgram()
    {
        var here = Here();
        var page = Path.Combine(Sources.Root, "models", "using-the-library.md");
        var shown = File.ReadLines(page).SkipWhile(l => l != "```csharp")
            .SkipWhile(l => !l.StartsWith("using var device", StringComparison.Ordinal))
            .TakeWhile(l => l != "```").ToList();
        var run = File.ReadLines(here).SkipWhile(l => l != "    private static void ThePagesProgram()").Skip(2).TakeWhile(l => l != "    }")
            .Select(l => l.Length > 8 ? l[8..] : "").ToList();
        Assert.That(shown, Is.EqualTo(run));
        Assert.That(shown.Count(l => l.Any(char.IsLetter)), Is.LessThanOrEqualTo(MostLines));
    }

    private static void ThePagesProgram()
    {
        using var device = Device.OpenBest();
        var options = new Pix2PixOptions
        {
            Data = "facades", Generator = GeneratorKind.Parse("unet128"), Ngf = 16, LoadSize = 143, CropSize = 128, Epochs = 2,
            EpochsDecay = 2,
        };
        using (var run = TrainingRun.Create("runs/facades", options, device: device))
        {
            run.Train();                                // checkpoints, samples, a log and report.html are in runs/facades now
        }

        using (var run = TrainingRun.Resume("runs/facades", o => o with { Epochs = 3 }, device: device))
        {
            run.Train();                                // continues the run; only changed options are given
        }

        using var translator = Translator.Open("runs/facades", device);
        PictureFile.Save(translator.Translate(PictureFile.Load("map.png")), "house.png");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
