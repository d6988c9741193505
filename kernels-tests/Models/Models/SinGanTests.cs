using IlgpuGan.Models.Families.SinGan;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Checkpoints;

namespace IlgpuGan.ModelsTests.Models;

public sealed class SinGanTests : InFolder
{
    private static readonly Family s_family = FamilyCatalog.Find("singan")!;

    /// <summary>Three levels of 14, 16 and 18 pixels, three steps each.</summary>
    private static readonly SinGanOptions s_tiny = new()
    {
        MinSize = 14, MaxSize = 18, Nfc = 4, MaxNfc = 4, Niter = 3, Dsteps = 2, Gsteps = 1, Device = "cpu", LogFreq = 1, SampleFreq = 0,
        Seed = 3,
    };

    [TestCase(16, 7_971, 7_681)]
    [TestCase(32, 29_763, 29_185)]
    [TestCase(64, 114_819, 113_665)]
    [TestCase(128, 450_819, 448_513)]
    public void ALevelHasThePublishedNumberOfWeights(int width, int generator, int discriminator)
    {
        Assert.That(SinGanNetwork.Generator(width).ParameterCount, Is.EqualTo(generator));
        Assert.That(SinGanNetwork.Discriminator(width).ParameterCount, Is.EqualTo(discriminator));
    }

    [Test]
    public void TheWidthDoublesEveryFourLevels() =>
        Assert.That(
            Enumerable.Range(0, 14).Select(new SinGanOptions().WidthOf),
            Is.EqualTo(new[] { 32, 32, 32, 32, 64, 64, 64, 64, 128, 128, 128, 128, 128, 128 }));

    [Test]
    public void TheSmallRunHasSevenLevels()
    {
        var small = (SinGanOptions)s_family.Defaults("small") with { PictureWidth = 64, PictureHeight = 64 };
        Assert.That(small.Pyramid.Sizes.Select(s => s.Height), Is.EqualTo(new[] { 18, 23, 28, 34, 42, 52, 64 }));
        Assert.That(small.Pyramid.Ratio, Is.EqualTo(0.81).Within(0.001));
        Assert.That(Enumerable.Range(0, 7).Select(small.WidthOf), Is.All.EqualTo(16));
    }

    /// <summary>Plain ceilings of rounded products make one more of it for 91 squares.</summary>
    [Test]
    public void TheCoarsestSideIsTheLeastAskedFor()
    {
        var trapped = 0;
        for (var side = 30; side <= 250; side++)
        {
            var pyramid = Pyramid.Of(side, side, 25, 250, 0.75);
            Assert.That(pyramid.Sizes[0], Is.EqualTo((25, 25)), $"{side}");
            Assert.That(pyramid.Sizes[^1], Is.EqualTo((side, side)));
            trapped += Math.Ceiling(pyramid.ScaleOf(0) * side) == 25 ? 0 : 1;
        }

        Assert.That(trapped, Is.GreaterThan(40), "the trap that the rounding guards against is there");
    }

    [Test]
    public void ALargePictureIsShrunkAndLosesTheLevelsAbove()
    {
        var pyramid = Pyramid.Of(1000, 500, 25, 250, 0.75);
        Assert.That(pyramid.Shrinking, Is.EqualTo(0.25));
        Assert.That(pyramid.Sizes[^1], Is.EqualTo((125, 250)));
        Assert.That(pyramid.Sizes[0], Is.EqualTo((25, 50)));
        Assert.That(pyramid.Levels, Is.EqualTo(8), "⌈10.41⌉ + 1 − ⌈4.82⌉ is the finest one's number, 7");
        Assert.That(Pyramid.Problem(4000, 300, 25, 250), Does.Contain("--max-size 250").And.Contain("19"));
        Assert.That(Pyramid.Problem(20, 300, 25, 500), Does.Contain("--min-size 25").And.Contain("20x300"));
        Assert.That(Pyramid.Problem(64, 64, 18, 64), Is.Null);
    }

    /// <summary>Ratio 4^(−1/6), and the number of levels rounded down.</summary>
    [Test]
    public void SuperResolutionTruncatesItsLevels()
    {
        var options = (SinGanOptions)s_family.Defaults("super-resolution") with { PictureWidth = 128, PictureHeight = 128 };
        Assert.That(options.ScaleFactor, Is.EqualTo(0.7937f).Within(1e-4f));
        Assert.That(options.Pyramid.Levels, Is.EqualTo(10), "⌊8.49⌋ + 1 is the finest one's number");
        Assert.That((options.Alpha, options.MinSize), Is.EqualTo((100f, 18)));
    }

    /// <summary>Every byte is itself, and what lies between two is the lower one.</summary>
    [Test]
    public void ResizingTruncatesToBytes()
    {
        using var step = Device.Step();
        float[] bytes = [.. Enumerable.Range(0, 256).Select(v => ((v / 255f) - 0.5f) / 0.5f)];
        var x = Tensor.From(bytes, new Shape(1, 1, 16, 16), Device);
        Assert.That(Levels(x), Is.EqualTo(Enumerable.Range(0, 256)));
        var between = Tensor.From(Array.ConvertAll(bytes, v => v + (0.9f / 127.5f)), x.Shape, Device);
        Assert.That(Levels(between), Is.EqualTo(Enumerable.Range(0, 256)));

        static int[] Levels(Tensor x) => Array.ConvertAll(ByteResize.To(x, (16, 16), 1).ToArray(), v => (int)MathF.Round((v + 1) * 127.5f));
    }

    [Test]
    public void TheRateFallsInEachLevel()
    {
        using var model = GanModel.Create(s_tiny with { Niter = 2000, PictureWidth = 18, PictureHeight = 18, Epochs = 3 }, Device);
        Assert.That(
            new[] { 0L, 1599, 1600, 1999, 2000, 3599, 3600, 5999, 6001 }.Select(model.RateFactorAt),
            Is.EqualTo(new[] { 1, 1, 0.1f, 0.1f, 1, 1, 0.1f, 0.1f, 0.1f }));
        Assert.That(new[] { 0L, 1999, 2000, 5999, 7000 }.Select(model.StageAt), Is.EqualTo(new[] { 0, 0, 1, 2, 2 }));
    }

    [Test]
    public void DataThatAreNotOnePictureAreRefused()
    {
        var folder = Path.GetDirectoryName(Picture())!;
        Fails.With<PictureException>(
            () => TrainingRun.Create(_runs.PathOf("a"), s_tiny with { Data = Path.Combine(folder, "none.png") }), "no such file or folder");
        Assert.That(OnePicture.Open(folder, 7).Count, Is.EqualTo(7));
        PictureFile.Save(PictureFile.Load(Picture()).Crop(0, 0, 17, 18), Path.Combine(folder, "second.png"));
        Fails.With<PictureException>(() => TrainingRun.Create(_runs.PathOf("b"), s_tiny with { Data = folder }), "holds 2 pictures");
        Fails.With<OptionsException>(
            () => TrainingRun.Create(_runs.PathOf("c"), s_tiny with { Data = Picture(), MinSize = 30, MaxSize = 40 }),
            "--min-size 30", "18x18");
        _runs.TrainOnFiles("d", s_tiny with { Data = Picture() }, stopAfter: 1);
        Fails.With<PictureException>(
            () => TrainingRun.Resume(_runs.PathOf("d"), o => o with { Data = Path.Combine(folder, "second.png") }),
            "17x18 pixels, but the run's picture had 18x18");
    }

    /// <summary>Of two inputs, a disk grows around what is white, and its edge falls smoothly.</summary>
    [Test]
    public void TheMaskGrowsAndIsSmooth()
    {
        const int side = 61;
        var bytes = new byte[side * side];
        bytes[(30 * side) + 30] = 255;
        var weights = EditMask.Of(new Picture(new IlgpuGan.Imaging.Image(side, side, 1, bytes)), grow: 7);
        Assert.That((weights.Min(), weights[(30 * side) + 30]), Is.EqualTo((0f, 1f)));
        Assert.That(
            weights[(30 * side) + 40], Is.InRange(0.05f, 0.6f).And.EqualTo(weights[(40 * side) + 30]).Within(1e-6f),
            "beyond the disk, within the Gaussian");
        Assert.That(Enumerable.Range(31, 29).All(x => weights[(30 * side) + x] <= weights[(30 * side) + x - 1] + 1e-6f));
    }

    /// <summary>Of five colours with noise k-means finds the five, and each pixel takes the nearest.</summary>
    [Test]
    public void APaletteHasThePicturesColours()
    {
        using var step = Device.Step();
        float[][] colours = [[-1, -1, -1], [1, 1, 1], [1, -1, -1], [-1, 0.5f, -1], [0, -0.5f, 1]];
        var noise = Tensor.Normal(new RandomKey(1, 2, 0, 0), new Shape(1, 3, 20, 20), Device).ToArray();
        float[] planes = [.. Enumerable.Range(0, 3 * 400).Select(i => colours[i % 400 % 5][i / 400])];
        var clean = Tensor.From(planes, new Shape(1, 3, 20, 20), Device);
        var noisy = Tensor.From([.. planes.Zip(noise, (v, n) => v + (0.05f * n))], clean.Shape, Device);
        var found = Palette.Of(noisy, new RandomKey(1, 1, 0, 0));
        foreach (var colour in colours)
        {
            Assert.That(
                found.Chunk(3).Count(c => c.Zip(colour, (a, b) => MathF.Abs(a - b)).Max() < 0.03f), Is.EqualTo(1),
                string.Join(' ', colour));
        }

        var palette = Tensor.From([.. colours.SelectMany(c => c)], new Shape(5, 3), Device);
        Assert.That(Palette.Nearest(noisy, palette).ToArray(), Is.EqualTo(planes));
    }

    /// <summary>With a paint scale, paintings that differ by less than the palette's distances become the same picture.</summary>
    [TestCase(1)]
    [TestCase(0)]
    public void APaintingIsReducedToFewColours(int paintScale)
    {
        var options = s_tiny with { Data = Picture(), PaintScale = paintScale };
        _runs.TrainOnFiles("replayed", options);
        _runs.TrainOnFiles("eager", options with { Eager = true });
        Assert.That(_runs.FinalTensors("eager"), Is.EqualTo(_runs.FinalTensors("replayed")));
        using var run = TrainingRun.Resume(_runs.PathOf("replayed"));
        var painting = Enumerable.Range(0, 18 * 18 * 3).Select(i => (byte)(i / 3 % 18 < 9 ? 40 : 210)).ToArray();
        var same = Made(painting).AsSpan().SequenceEqual(Made([.. painting.Select((b, i) => (byte)(b + (i % 2)))]));
        Assert.That(same, Is.EqualTo(paintScale > 0));
        Fails.With<OptionsException>(
            () => TrainingRun.Create(_runs.PathOf("finer"), options with { PaintScale = 3 }), "--paint-scale 3 must be less than 3");

        float[] Made(byte[] bytes)
        {
            var request = new GenerationRequest
            {
                Inject = new Picture(new IlgpuGan.Imaging.Image(18, 18, 3, bytes)), FromScale = 1, StepsTaken = run.TotalSteps,
            };
            using var made = run.Model.Generate(request).Single();
            return made.ToArray();
        }
    }

    /// <summary>
    /// A pyramid may have more levels than that of the defaults: its networks leave and come back by their names all the same.
    /// </summary>
    [Test]
    public void AFineLevelsNetworkLeavesAndComesBack()
    {
        var options = s_tiny with { ScaleFactor = 0.98f, PictureWidth = 18, PictureHeight = 18 };
        Assert.That(options.Pyramid.Levels, Is.EqualTo(15));
        using var model = GanModel.Create(options with { Epochs = 15 }, Device);
        var latest = Path.Combine(_runs.Folder, "latest.safetensors");
        Checkpoint.Copied(model, new RunPosition(), new CheckpointCopy())(latest, _ => { });
        using var file = NetworkFile.Open(latest);
        var stored = file.Find("netG_14");
        var alone = Path.Combine(_runs.Folder, "netG_14.safetensors");
        NetworkExporter.ToSafetensors(stored.Load(Device), alone, new ExportSettings { Metadata = NetworkFile.MetadataOf(stored) });
        using var back = NetworkFile.Open(alone);
        Assert.That(back.Networks.Select(n => n.Name), Is.EqualTo(new[] { "netG_14" }));
        Assert.That(
            back.Networks[0].Load(Device).Parameters.SelectMany(p => p.Value.ToArray()),
            Is.EqualTo(model.Networks.Single(n => n.Name == "netG_14").Network.Parameters.SelectMany(p => p.Value.ToArray())));
    }

    private string Picture()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_runs.Folder, "picture")).FullName;
        var file = Path.Combine(folder, "one.png");
        if (!File.Exists(file))
        {
            var pair = new SyntheticFacades(1, 32).InOrder();
            using var device = Device.Open("cpu");
            foreach (var batch in pair.On(device))
            {
                PictureFile.Save(PictureTensors.ToPicture(batch.B).Crop(7, 7, 18, 18), file);
            }
        }

        return file;
    }
}
