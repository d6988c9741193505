using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.ModelsTests.ModelInterop;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>Colorization: the lightness of a photograph in, its colours out, a picture with exactly that lightness made of both.</summary>
public sealed class ColorizationTests : OnCpu
{
    private const int Side = 32;

    /// <summary>What rounding to 256 levels changes of L, from 0 to 100.</summary>
    private const double RoundingOfL = 0.5;

    /// <summary>Where tiles overlap, two colours are blended as levels, not as light.</summary>
    private const double MostInBlends = 2;

    private static readonly Pix2PixOptions s_options = Pix2PixOptions.Colorization() with
    {
        Generator = GeneratorKind.UNet(5), Ngf = 4, Ndf = 4, LoadSize = Side, CropSize = Side, Device = "cpu", Steps = 3, SampleFreq = 3,
        LogFreq = 1,
    };

    private readonly TinyRun _runs = new();

    [OneTimeTearDown]
    public void RemoveRuns() => _runs.Dispose();

    [Test]
    public void PlanesAreCielab()
    {
        using var step = _device.Step();
        var rgb = Colours(1).ToTensor(_device);
        var (l, ab) = (Lab.Lightness(rgb).ToArray(), Lab.Chroma(rgb).ToArray());
        var pixels = l.Length;
        var values = rgb.ToArray();
        for (var i = 0; i < pixels; i++)
        {
            var (lightness, a, b) = Definition(values[i], values[pixels + i], values[(2 * pixels) + i]);
            Assert.That(l[i], Is.EqualTo((lightness / 50) - 1).Within(2e-5));
            Assert.That(ab[i], Is.EqualTo(a / 110).Within(5e-5));
            Assert.That(ab[pixels + i], Is.EqualTo(b / 110).Within(5e-5));
        }

        // scikit-image's numbers for pure red.
        var red = Definition(1, -1, -1);
        Assert.That((red.L, red.A, red.B), Is.EqualTo((53.2406, 80.0923, 67.2028)).Using<(double, double, double)>(
            (x, y) => Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) + Math.Abs(x.Item3 - y.Item3) < 1e-3));
    }

    [Test]
    public void ColoursComeBackFromTheirPlanes()
    {
        using var step = _device.Step();
        var rgb = Colours(2).ToTensor(_device);
        var back = Lab.ToRgb(TensorOps.Concat(1, Lab.Lightness(rgb), Lab.Chroma(rgb)));
        Assert.That(back.ToArray(), Is.EqualTo(rgb.ToArray()).Within(2e-4f));
    }

    /// <summary>Also of colours that no screen shows, of which most of what a network may say is made.</summary>
    [Test]
    public void AnyColoursKeepTheLightness()
    {
        using var step = _device.Step();
        var lightness = Tensor.Uniform(new RandomState(1), new Shape(1, 1, 64, 64), _device).Affine(2, -1);
        var chroma = Tensor.Uniform(new RandomState(2), new Shape(1, 2, 64, 64), _device).Affine(2, -1);
        var rgb = Lab.ToRgb(TensorOps.Concat(1, lightness, chroma));
        Assert.That(rgb.ToArray(), Is.All.InRange(-1f, 1f));
        Assert.That(Lab.Lightness(rgb).ToArray(), Is.EqualTo(lightness.ToArray()).Within(2e-4f));
        foreach (var end in new[] { -1f, 1f })
        {
            var flat = Lab.ToRgb(TensorOps.Concat(1, Tensor.Full(lightness.Shape, end, _device), chroma));
            Assert.That(flat.ToArray(), Is.EqualTo(Enumerable.Repeat(end, 3 * 64 * 64)).Within(1e-3f), "black and white have no colour");
        }
    }

    [Test]
    public void TheInputIsGrayAndAsLight([Values] bool sixteenBits)
    {
        var image = Colours(3).Layers[0];
        Picture photo = sixteenBits ? image.ToSixteenBits() : image;
        using var step = _device.Step();
        var gray = GreyPhotographs.GreyOf(photo);
        Assert.That(gray.Channels, Is.EqualTo(1));
        Assert.That(
            Lab.Lightness(gray.ToChannels(3, "gray").ToTensor(_device)).ToArray(),
            Is.EqualTo(Lab.Lightness(photo.ToTensor(_device)).ToArray()).Within(5e-5f));
    }

    /// <summary>Gray and colour, with and without alpha, of 8 and 16 bits, whole, in strips, in tiles: RGB as light as it came.</summary>
    [Test]
    public void TranslationColoursWhatItGets()
    {
        using var translator = Translator.Open(Trained(), _device);
        Assert.That((translator.Generator.InputChannels, translator.Generator.OutputChannels), Is.EqualTo((3, 3)));
        var colours = Colours(4, 43, 29);
        var whole = translator.Translate(colours);
        Assert.That((whole.Width, whole.Height, whole.Channels), Is.EqualTo((43, 29, 3)));
        AssertAsLight(whole, colours);
        Assert.That(HasColour(whole));

        var gray = translator.Translate(GreyPhotographs.GreyOf(colours));
        Assert.That((gray.Channels, gray.Layers[0].BitsPerChannel), Is.EqualTo((3, 16)));
        Assert.That(gray.Layers[0].ToEightBits().Bytes, Is.EqualTo(whole.Layers[0].Bytes).Within(1), "only the lightness is read");

        Picture transparent = colours.Layers[0].ToChannels(4);
        Assert.That(translator.Translate(transparent).Channels, Is.EqualTo(4));

        using var exact = Translator.Open(Trained(), _device, new TranslationSettings { Exact = true, Tile = 8 });
        Assert.That(exact.Translate(colours).Layers[0].Bytes, Is.EqualTo(whole.Layers[0].Bytes).Within(1));
        using var tiled = Translator.Open(Trained(), _device, new TranslationSettings { Tile = 32, Overlap = 4 });
        AssertAsLight(tiled.Translate(colours), colours, MostInBlends);
    }

    /// <summary>A longer photograph gets the colours of a smaller one; its lightness is never scaled.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void ColoursAreScaledAndLightnessIsNot(bool byLongSide)
    {
        var settings = byLongSide ? new TranslationSettings { LongSide = Side } : new TranslationSettings { Size = Side, KeepSize = true };
        using var translator = Translator.Open(Trained(), _device, settings);
        foreach (var image in (Image[])[Colours(6, 70, 70).Layers[0], Colours(7, 70, 70).Layers[0].ToSixteenBits()])
        {
            var made = translator.Translate(image);
            AssertAsLight(made, image);
            Assert.That(HasColour(made));
            using var plain = Translator.Open(Trained(), _device);
            var small = plain.Translate(new Picture(image).Resize(Side, Side)).Resize(70, 70);
            using var step = _device.Step();
            Assert.That(
                Lab.Chroma(made.ToTensor(_device)).ToArray().Average(),
                Is.EqualTo(Lab.Chroma(small.ToTensor(_device)).ToArray().Average()).Within(0.02));
        }
    }

    /// <summary>A photograph of the shape of the training's is no pair, of which one half would be translated.</summary>
    [Test]
    public void PhotographsAreTranslatedWhole()
    {
        using var translator = Translator.Open(Trained(), _device);
        foreach (var (width, height) in ((int, int)[])[(Side, Side), (2 * Side, Side)])
        {
            var photo = Colours(5, width, height);
            Assert.That(translator.InputOf(photo), Is.SameAs(photo));
        }
    }

    /// <summary>The reference's files: a U-Net from one plane to two.</summary>
    [TestCase("pth")]
    [TestCase("safetensors")]
    [TestCase("onnx")]
    public void ForeignNetworksOfOnePlaneAndTwoColourPictures(string format)
    {
        int[] shape = [1, 1, 32, 32];
        var network = new UNet(1, 2, downs: 5, ngf: 4, dropout: false).Seasoned(7, shape);
        var file = _runs.PathOf($"latest_net_G.{format}");
        _ = format switch
        {
            "pth" => Write(() => NetworkExporter.ToPth(network, file)),
            "onnx" => Write(() => NetworkExporter.ToOnnx(network, file)),
            _ => Write(() => NetworkExporter.ToSafetensors(network, file)),
        };
        var run = NetworkImporter.Import(file, _runs.PathOf($"imported-{format}"));
        var options = (Pix2PixOptions)run.Options;
        Assert.That((options.Colorize, options.InputNc, options.OutputNc, options.Preset), Is.EqualTo((true, 1, 2, "colorization")));

        var photo = Colours(6);
        using var step = _device.Step();
        network.Train();
        var expected = Lab.Coloured(photo.ToTensor(_device), network.To(_device));
        byte[]? first = null;
        foreach (var model in new[] { file, run.Directory.Path })
        {
            using var translator = Translator.Open(model, _device);
            var made = translator.Translate(photo);
            first ??= format == "onnx" ? made.Layers[0].Bytes : PictureTensors.ToPicture(expected).Layers[0].Bytes; // A graph has its own.
            Assert.That(made.Layers[0].Bytes, Is.EqualTo(first).Within(1), model);
            AssertAsLight(made, photo);
            Fails.With<RunException>(
                () => Translator.Open(model, _device, new TranslationSettings { Direction = Direction.BToA }), "has no generator for BtoA");
        }

        static bool Write(Action write)
        {
            write();
            return true;
        }
    }

    /// <summary>Photographs in DIR itself, in its splits, or both under their names.</summary>
    [Test]
    public void PhotographsAreReadFromAFolderOrItsSplits()
    {
        var flat = Photographs("flat", "");
        var split = Photographs("split", "train");
        Photographs("split", "val");
        foreach (var data in new[] { flat, split })
        {
            var read = RunData.Open(s_options with { Data = data });
            Assert.That((read.Train.Count, read.HasHeldOut), Is.EqualTo((4, data == split)));
            var pair = ((PairSource)read.Train).LoadPair(0, new RandomSequence(default));
            Assert.That(pair.A.ToChannels(1, "a").ToChannels(3, "a").Layers[0].Words, Is.EqualTo(pair.A.Layers[0].Words), "gray");
            AssertAsLight(pair.A, pair.B);
        }
    }

    [Test]
    public void EvaluationComparesColours()
    {
        var outcome = RunEvaluation.Run(
            new EvaluationRequest { Model = Trained(), Data = Photographs("evaluated", "val"), Output = _runs.PathOf("evaluation") },
            _device,
            progress: (_, input, made, target) =>
            {
                Assert.That((input.Channels, made.Channels, target.Channels), Is.EqualTo((3, 3, 3)));
                AssertAsLight(input, target);
                AssertAsLight(made, target);
                Assert.That(HasColour(input), Is.False, "the sheet shows what the network saw");
            });
        Fails.With<PictureException>(
            () => RunEvaluation.Run(new EvaluationRequest { Model = Trained(), Data = Photographs("plain", "") }, _device), "val",
            "--split train");
        Assert.That(outcome.Report.Mean!.Ssim, Is.GreaterThan(0.3));
        Assert.That(outcome.Files.Select(Path.GetFileName), Does.Contain("best.png"));
    }

    /// <summary>A run on a few drawn photographs, trained once.</summary>
    private string Trained()
    {
        if (!Directory.Exists(_runs.PathOf("run")))
        {
            _runs.TrainOnFiles("run", s_options with { Data = Photographs("data", "train") });
        }

        return _runs.PathOf("run");
    }

    private string Photographs(string data, string split)
    {
        for (var i = 0; i < 4; i++)
        {
            var folder = Path.Combine(_runs.PathOf(data), split);
            Directory.CreateDirectory(folder);
            PictureFile.Save(Colours(10 + i), Path.Combine(folder, $"{i}.png"));
        }

        return _runs.PathOf(data);
    }

    /// <summary>Black, white, gray and full colours, then random ones.</summary>
    private static Picture Colours(int seed, int width = Side, int height = Side)
    {
        var random = new Random(seed);
        var bytes = new byte[3 * width * height];
        random.NextBytes(bytes);
        byte[] known = [0, 0, 0, 255, 255, 255, 128, 128, 128, 255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 10, 11, 12];
        known.CopyTo(bytes, 0);
        return new Image(width, height, 3, bytes);
    }

    private static bool HasColour(Picture picture) =>
        picture.Layers[0].ToEightBits().Bytes.Chunk(3).Any(pixel => pixel.Max() - pixel.Min() > 2);

    private static void AssertAsLight(Picture made, Picture given, double most = RoundingOfL)
    {
        var (a, b) = (made.Layers[0].ToEightBits().Bytes.Chunk(3), given.Layers[0].ToEightBits().Bytes.Chunk(3));
        Assert.That(a.Zip(b, (x, y) => Math.Abs(LightnessOf(x) - LightnessOf(y))).Max(), Is.LessThan(most));

        static double LightnessOf(byte[] rgb) => Definition(Signed(rgb[0]), Signed(rgb[1]), Signed(rgb[2])).L;

        static double Signed(byte level) => (level / 127.5) - 1;
    }

    /// <summary>CIELAB of an sRGB colour in [−1, 1], from the definitions: D65, two degrees.</summary>
    private static (double L, double A, double B) Definition(double red, double green, double blue)
    {
        var (r, g, b) = (Light(red), Light(green), Light(blue));
        var x = F(((0.412453 * r) + (0.357580 * g) + (0.180423 * b)) / 0.95047);
        var y = F((0.212671 * r) + (0.715160 * g) + (0.072169 * b));
        var z = F(((0.019334 * r) + (0.119193 * g) + (0.950227 * b)) / 1.08883);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));

        static double Light(double value)
        {
            var v = (value + 1) / 2;
            return v > 0.04045 ? Math.Pow((v + 0.055) / 1.055, 2.4) : v / 12.92;
        }

        static double F(double t) => t > 0.008856 ? Math.Cbrt(t) : (7.787 * t) + (16.0 / 116);
    }
}
