using System.Diagnostics;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation;
using IlgpuGan.ModelsTests.ModelInterop;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Layer by layer, in strips of a few rows, every network makes of a picture what it makes of it in one piece.</summary>
public sealed class ExactTranslationTests
{
    /// <summary>Of 65,536 levels; one of 256 levels is 257 of them.</summary>
    private const int MostLevelsOff = 8;

    private const int SmallestTile = 8;

    private static readonly object[] s_networks =
    [
        new object[] { "unet32", new UNet(3, 3, downs: 5, ngf: 4), false },
        new object[] { "unet32", new UNet(3, 3, downs: 5, ngf: 4), true },
        new object[] { "unet16", new UNet(3, 1, downs: 4, ngf: 4, NormKind.Instance, dropout: false), false },
        new object[] { "unet16-upsample", new UNet(3, 3, downs: 4, ngf: 4, upsample: true), false },
        new object[] { "encoder-decoder16", new UNet(3, 3, downs: 4, ngf: 4, skips: false), false },
        new object[] { "resnet3", new ResNetGenerator(3, 3, blocks: 3, ngf: 4), false },
        new object[] { "resnet2", new ResNetGenerator(3, 3, blocks: 2, ngf: 4, NormKind.Batch, padding: BlockPadding.Zero), false },
        new object[] { "resnet2", new ResNetGenerator(3, 3, blocks: 2, ngf: 4, NormKind.None, padding: BlockPadding.Replicate), false },
        new object[] { "resnet2-antialias", new ResNetGenerator(3, 3, blocks: 2, ngf: 4, scaling: ScalingKind.Antialias), false },
        new object[] { "resnet1-antialias", new ResNetGenerator(
            3, 1, blocks: 1, ngf: 4, NormKind.Batch, scaling: ScalingKind.Antialias), true },
        new object[] { "resnet2-smooth", new ResNetGenerator(3, 3, blocks: 2, ngf: 4, scaling: ScalingKind.Smooth), false },
        new object[] { "resnet2-painting", new ResNetGenerator(3, 3, blocks: 2, ngf: 4, scaling: ScalingKind.Painting), false },
        new object[] { "resnet2-upsample", new ResNetGenerator(3, 3, blocks: 2, ngf: 4, scaling: ScalingKind.Upsample), false },
    ];

    [TestCaseSource(nameof(s_networks))]
    public void StripsAreTheWhole(string kind, Layer network, bool eval)
    {
        network.Seasoned(seed: 3, 1, 3, 64, 64);
        var options = new Pix2PixOptions { Generator = GeneratorKind.Parse(kind) };
        var generator = new SavedGenerator(network, options);
        var picture = Colours(75, 91);
        var whole = new Translator([generator], SampleNetworks.Cpu, new TranslationSettings { Eval = eval }).Translate(picture);
        foreach (var tile in new[] { SmallestTile, 32, 70 })
        {
            var exact = new Translator([generator], SampleNetworks.Cpu, new TranslationSettings { Eval = eval, Exact = true, Tile = tile })
                .Translate(picture);
            Assert.That((exact.Width, exact.Height, exact.Channels), Is.EqualTo((75, 91, whole.Channels)));
            var off = exact.Layers[0].Words.Zip(whole.Layers[0].Words, (a, b) => Math.Abs(a - b)).Max();
            Assert.That(off, Is.LessThanOrEqualTo(MostLevelsOff), $"tile {tile}");
        }
    }

    /// <summary>That the comparison bites: tiles by themselves are far off where there is a norm.</summary>
    [Test]
    public void TilesByThemselvesAreNotTheWhole()
    {
        var generator = new SavedGenerator(
            new ResNetGenerator(3, 3, blocks: 2, ngf: 4)
                .Seasoned(seed: 3, 1, 3, 64, 64), new CycleGanOptions { Generator = GeneratorKind.ResNet(2) });
        var picture = Colours(120, 100);
        var whole = new Translator([generator], SampleNetworks.Cpu).Translate(picture);
        var tiled =
            new Translator([generator], SampleNetworks.Cpu, new TranslationSettings { Tile = 64, Overlap = 16 }).Translate(picture);
        Assert.That(tiled.Layers[0].Words.Zip(whole.Layers[0].Words, (a, b) => Math.Abs(a - b)).Max(), Is.GreaterThan(257));
    }

    [Test]
    public void NothingIsLeftInTheScratchFolder()
    {
        var folder = Directory.CreateTempSubdirectory("ilgpugan-scratch-").FullName;
        var generator = new SavedGenerator(
            new ResNetGenerator(3, 3, blocks: 1, ngf: 4).Seasoned(seed: 3, 1, 3, 64, 64),
            new CycleGanOptions { Generator = GeneratorKind.ResNet(1) });
        var settings = new TranslationSettings { Exact = true, Tile = SmallestTile, Scratch = folder };
        new Translator([generator], SampleNetworks.Cpu, settings).Translate(Colours(40, 40));
        Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
        Directory.Delete(folder);
        Assert.That(
            () => new Translator([generator], SampleNetworks.Cpu, settings).Translate(Colours(40, 40)),
            Throws.TypeOf<PictureException>().With.Message.StartsWith($"{folder}: layers of the picture can't be kept there"));
        Fails.With<OptionsException>(
            () => new Translator([generator], SampleNetworks.Cpu, settings with { DropoutSeed = 1 }),
            "--exact can't be combined with --dropout-seed");
    }

    /// <summary>The picture that found no room in the scratch folder is named, beside the folder.</summary>
    [Test]
    public void APictureWithoutScratchIsNamed()
    {
        using var runs = new TinyRun();
        var (input, scratch) = (runs.PathOf("in.png"), runs.PathOf("nowhere"));
        PictureFile.Save(Colours(40, 40), input);
        var generator = new SavedGenerator(
            new ResNetGenerator(3, 3, blocks: 1, ngf: 4).Seasoned(seed: 3, 1, 3, 64, 64),
            new CycleGanOptions { Generator = GeneratorKind.ResNet(1) });
        var settings = new TranslationSettings { Exact = true, Tile = SmallestTile, Scratch = scratch };
        var made = FileTranslation.Run(() => new Translator([generator], SampleNetworks.Cpu, settings), [(input, runs.PathOf("out.png"))]);
        Assert.That(made.Single().Failure, Does.StartWith($"{input}: {scratch}: layers of the picture can't be kept there"));
    }

    /// <summary>Four times the pixels take no more memory but for the pixels themselves, which are read, made and encoded whole.</summary>
    [Test]
    [Exhaustive]
    public void MemoryDoesNotGrowWithThePicture()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("peak memory is read from /proc");
        }

        using var runs = new TinyRun();
        runs.Train("run", TinyRun.CycleGan with { Steps = 0, Ngf = 16, Dropout = false });
        foreach (var mode in new[] { new[] { "--exact" }, ["--overlap", "16"] })
        {
            var (small, large) = (PeakMegabytes(1280, 720, mode), PeakMegabytes(2560, 1440, mode));
            TestContext.Out.WriteLine($"{mode[0]}: {small} MB at 1280x720, {large} MB at 2560x1440");
            const int copiesOfPixels = 12; // In, out, encoded in a stream that doubles; one whole layer of the network would be 21.
            Assert.That(large - small, Is.LessThan(copiesOfPixels * 3 * ((2560 * 1440) - (1280 * 720)) >> 20), mode[0]);
        }

        long PeakMegabytes(int width, int height, string[] mode)
        {
            var picture = runs.PathOf($"{width}.png");
            PictureFile.Save(
                new Picture(new Image(width, height, 3, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(i / 997))])),
                picture);
            string[] arguments = ["ilgpugan.dll", "translate", "--model", runs.PathOf("run"), "--input", picture, "--out",
                runs.PathOf("out.png"), "--tile", "128", "--quiet", .. mode];
            using var process =
                Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = TestContext.CurrentContext.TestDirectory })!;
            var peak = 0L;
            while (!process.WaitForExit(20))
            {
                try
                {
                    process.Refresh();
                    peak = Math.Max(peak, process.PeakWorkingSet64);
                }
                catch (InvalidOperationException)
                {
                    break; // It has ended since it was asked.
                }
            }

            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero);
            return peak >> 20;
        }
    }

    /// <summary>Sixteen bits, smooth here and noisy there, bright on one side: tiles of it have statistics of their own.</summary>
    private static Picture Colours(int width, int height)
    {
        var values = SampleNetworks.Picture(5, 1, 3, height, width);
        var samples = new ushort[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (channel, pixel) = Math.DivRem(i, width * height);
            var bright = 0.5f * (pixel % width) / width;
            samples[(pixel * 3) + channel] = (ushort)Math.Clamp(32768 + (20000 * (values[i] + bright)), 0, 65535);
        }

        return new Picture(new Image(width, height, 3, samples));
    }
}
