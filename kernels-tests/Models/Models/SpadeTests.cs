using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.ModelsTests.Data;
using IlgpuGan.ModelsTests.ModelInterop;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>
/// SPADE's networks by their published sizes, what its step does, and a run from label maps to photographs. Golden steps: FamilyStepTests.
/// </summary>
internal sealed class SpadeTests : OnCpu
{
    private static readonly SpadeOptions s_tiny = SpadeOptions.Small() with
    {
        LoadSize = 34, CropSize = 32, Ngf = 1, Ndf = 2, Nhidden = 2, Device = "cpu", Steps = 4, LogFreq = 1, SampleFreq = 0, Seed = 3,
        Preset = TrainingOptions.ReferencePreset,
    };

    [Test]
    public void DiscriminatorsSeeThePictureAndItsHalf()
    {
        using var step = _device.Step();
        var network = new MultiscaleDiscriminator(4, 2, 3, 2, spectral: true).Initialize(seed: 1).To(_device);
        var sides = network.Forward(Tensor.Ones(new Shape(1, 4, 256, 256), _device))
            .Select(scale => scale.Select(y => y.Shape[2]).ToArray()).ToArray();
        Assert.That(sides, Is.EqualTo(new[] { new[] { 129, 65, 33, 34, 35 }, [65, 33, 17, 18, 19] }));
    }

    [TestCase(UpsamplingLayers.Few, 16)]
    [TestCase(UpsamplingLayers.Normal, 32)]
    [TestCase(UpsamplingLayers.More, 64)]
    [TestCase(UpsamplingLayers.Most, 128)]
    public void TheGeneratorBeginsAtAFractionOfThePicture(UpsamplingLayers layers, int fraction)
    {
        var options = s_tiny with { NumUpsamplingLayers = layers, LabelNc = 3, Ngf = 2 };
        Assert.That(options.SideMultiple, Is.EqualTo(fraction));
        using var step = _device.Step();
        var network = new SpadeGenerator(options).Initialize(seed: 1).To(_device);
        var planes = Tensor.Ones(new Shape(1, 4, 2 * fraction, 3 * fraction), _device);
        Assert.That(network.Forward(planes).Shape, Is.EqualTo(new Shape(1, 3, 2 * fraction, 3 * fraction)));
        Fails.With<ShapeException>(
            () => network.Forward(Tensor.Ones(new Shape(1, 4, 2 * fraction, fraction + 8), _device)), $"multiples of {fraction}");
    }

    [Test]
    public void RatesAndFirstWeightsAreTheAuthors()
    {
        using var model = (SpadeModel)GanModel.Create(s_tiny with { LabelNc = 3, UseVae = true, ZDim = 4, Ngf = 2 }, _device);
        Assert.That(
            model.Optimizers.Select(o => (o.Name, o.Optimizer.LearningRate)), Is.EqualTo(new[] { ("optG", 1e-4f), ("optD", 4e-4f) }));
        model.LearningRate = 1e-4f;
        Assert.That(
            model.Optimizers.Select(o => o.Optimizer.LearningRate), Is.EqualTo(new[] { 5e-5f, 2e-4f }).Within(1e-9f),
            "schedules keep the ratio");
        Assert.That(
            model.Optimizers[0].Optimizer.Parameters.Select(p => p.Name.Split('.')[0]).Distinct(), Is.EqualTo(new[] { "netG", "netE" }));
        using var other = (SpadeModel)GanModel.Create(s_tiny with { LabelNc = 3, Ttur = false }, _device);
        Assert.That(other.Optimizers.Select(o => o.Optimizer.LearningRate), Is.All.EqualTo(2e-4f));
        var weights = model.Networks[0].Network.NamedTensors().ToDictionary(t => t.Name, t => t.Value.ToArray());
        Assert.That(
            weights["head_0.conv_0.weight_orig"].Max(Math.Abs), Is.EqualTo(1 / Math.Sqrt(32 * 9)).Within(2).Percent,
            "spectral layers begin as PyTorch's");
        Assert.That(weights["head_0.norm_0.mlp_gamma.weight"].Max(Math.Abs), Is.LessThan(0.02), "others by xavier with 0.02");
        Assert.That(weights["head_0.conv_0.bias"], Is.All.Zero);
    }

    /// <summary>Without the two rates Adam has decays of its own; runs that are there keep them, whatever was typed.</summary>
    [Test]
    public void DecaysThatWouldBeIgnoredAreRefused()
    {
        Assert.That(Obstacles(s_tiny with { Beta1 = 0.3f, Beta2 = 0.99f }), Is.Empty);
        Assert.That(Obstacles(s_tiny with { Ttur = false }), Is.Empty);
        Assert.That(Obstacles(s_tiny with { Ttur = false, Beta1 = 0.5f, Beta2 = 0.999f }), Is.Empty);
        var ignored = s_tiny with { Ttur = false, Beta1 = 0.3f };
        Assert.That(
            Obstacles(ignored),
            Is.EqualTo(new[] { "--no-ttur trains with Adam's 0.5 and 0.999, not with --beta1 0.3: leave out --beta1" }));
        Assert.That(
            Obstacles(s_tiny with { Ttur = false, Beta2 = 0.99f }),
            Is.EqualTo(new[] { "--no-ttur trains with Adam's 0.5 and 0.999, not with --beta2 0.99: leave out --beta2" }));
        Assert.That(Obstacles(ignored with { Beta2 = 0.99f }), Has.Count.EqualTo(2));
        Assert.That(ignored.Problems(), Is.Empty);

        static List<string> Obstacles(SpadeOptions options)
        {
            List<string> found = [];
            options.AddObstacles(FamilyCatalog.Of(options).Info, found);
            return found;
        }
    }

    [TestCase("spadeinstance3x3", true)]
    [TestCase("spadesyncbatch5x5", true)]
    [TestCase("spadebatch1x1", true)]
    [TestCase("spadebatch4x4", false)]
    [TestCase("spadebatch3x5", false)]
    [TestCase("instance", false)]
    public void NormsAreReadByTheirNames(string norm, bool known) =>
        Assert.That(
            (s_tiny with { NormG = norm }).Problems().Any(p => p.StartsWith("--norm-g", StringComparison.Ordinal)), Is.Not.EqualTo(known));

    [Test]
    public void WhatContradictsItselfIsNamed()
    {
        Assert.That(
            Problems(s_tiny with { UseVae = true, NetG = SpadeGeneratorKind.Pix2PixHdPlusPlus }),
            Has.One.Items.And.One.Contains("--use-vae needs --net-g spade"));
        Assert.That(Problems(s_tiny with { InputNc = 1 }), Has.One.Contains("--label-nc"));
        Assert.That(Problems(s_tiny with { Palette = "00FF00,12" }), Has.One.Contains("--palette 00FF00,12 is not a list"));
        Assert.That(Problems(s_tiny with { Palette = "00FF00,FF0000", LabelNc = 3 }), Has.One.Contains("--palette has 2 colours"));
        Assert.That(Problems(s_tiny with { CropSize = 16, LoadSize = 16 }), Has.One.Contains("--crop-size 16 must be at least 32"));
        Assert.That(Problems(s_tiny), Is.Empty);

        static string[] Problems(SpadeOptions o) => [.. o.Problems()];
    }

    /// <summary>Classes, unknown pixels and direction: none of them is dropped without a word.</summary>
    [Test]
    public void WhatIsAskedOfTheClassesIsKeptOrRefused()
    {
        using var folder = new Data.PictureFolderFixture();
        var facades = new SyntheticFacades(30, 64);
        facades.WriteTo(folder.PathOf("pairs/train"));
        facades.WriteLabelsTo(folder.PathOf("maps"), "train");
        var (family, pairs) = (FamilyCatalog.Of(s_tiny), s_tiny with { Data = folder.PathOf("pairs") });
        var maps = s_tiny with { Data = folder.PathOf("maps"), ContainDontcareLabel = true };
        Fails.With<OptionsException>(() => family.OpenTraining(pairs with { LabelNc = 5 }), "20 colours");
        Assert.That(((SpadeOptions)family.OpenTraining(pairs with { LabelNc = 20 }).Options).LabelNc, Is.EqualTo(20));
        var (options, train) = family.OpenTraining(maps);
        Assert.That(((SpadeOptions)options).ContainDontcareLabel);
        Assert.That(((LabelSource)train).Coding.Planes, Is.EqualTo(((SpadeOptions)options).LabelPlanes), "samples have the plane, too");
        Fails.With<OptionsException>(() => family.OpenTraining(maps with { Direction = Direction.BToA }), "train_label");
    }

    /// <summary>Averaged weights are divided by their own largest singular values, in samples and by what reads the run.</summary>
    [Test]
    public void AveragedWeightsHaveSingularVectorsOfTheirOwn()
    {
        using var folder = new Data.PictureFolderFixture();
        new SyntheticFacades(2, 36).WriteLabelsTo(folder.Root, "train");
        using var run = TrainingRun.Create(folder.PathOf("run"), s_tiny with { Data = folder.Root, EmaDecay = 0.9f });
        run.Train(observer: null, CancellationToken.None);
        using var file = NetworkFile.Open(folder.PathOf("run"));
        var stored = file.Find(SpadeFamily.GeneratorName);
        var network = stored.Load(_device);
        var read = Vectors(network);
        AssertLength(read);
        using (run.Model.Average!.Swap())
        {
            Assert.That(Vectors(run.Model.Networks[0].Network), Is.EqualTo(read));
        }

        Assert.That(Vectors(run.Model.Networks[0].Network), Is.Not.EqualTo(read));
        Assert.That(ThroughAFile(), Is.EqualTo(read), "vectors of length 1 are kept");
        foreach (var norm in network.Descendants().OfType<SpectralNorm>())
        {
            norm.U.Value.CopyFrom([.. norm.U.Value.ToArray().Select(x => 0.6f * x)]);
        }

        AssertLength(ThroughAFile()); // Older programs wrote averages of vectors.

        List<float[]> ThroughAFile()
        {
            var path = folder.PathOf("exported.safetensors");
            NetworkExporter.ToSafetensors(network, path, new ExportSettings { Metadata = NetworkFile.MetadataOf(stored) });
            using var exported = NetworkFile.Open(path);
            return Vectors(exported.Find().Load(_device));
        }

        static void AssertLength(List<float[]> vectors) =>
            Assert.That(vectors.Select(vector => vector.Sum(x => (double)x * x)), Is.All.EqualTo(1).Within(1e-5));

        static List<float[]> Vectors(Module network) =>
            [.. network.Descendants().OfType<SpectralNorm>().SelectMany(n => new[] { n.U.Value.ToArray(), n.V.Value.ToArray() })];
    }

    /// <summary>
    /// From folders of numbers to a run, stopped and taken up again with the same bits, and to photographs of label maps.
    /// </summary>
    [TestCase(SpadeGeneratorKind.Spade, false)]
    [TestCase(SpadeGeneratorKind.Spade, true)]
    [TestCase(SpadeGeneratorKind.Pix2PixHdPlusPlus, false)]
    public void ARunLearnsTheClassesOfItsDataAndGoesOnBitForBit(SpadeGeneratorKind generator, bool styles)
    {
        using var folder = new Data.PictureFolderFixture();
        new SyntheticFacades(5, 36).WriteLabelsTo(folder.Root, "train");
        var options = s_tiny with { Data = folder.Root, NetG = generator, UseVae = styles, ZDim = 4 };
        var whole = Train("whole", 4);
        Train("parts", 2);
        using (var run = TrainingRun.Resume(folder.PathOf("parts"), o => o with { Steps = 4 }))
        {
            run.Train(observer: null, CancellationToken.None);
            Assert.That(((SpadeOptions)run.Options).LabelNc, Is.InRange(12, 20));
        }

        Assert.That(Tensors("parts"), Is.EqualTo(whole));
        var map = folder.PathOf("train_label/facade0002.png");
        var output = folder.PathOf("photo.png");
        var translator = Translator.Open(folder.PathOf("whole"), _device);
        var result = FileTranslation.Run(() => translator, FileTranslation.Plan(map, output))[0];
        Assert.That(result.Failure, Is.Null);
        var made = PictureFile.Load(output);
        Assert.That(
            (made.Width, made.Height, made.Channels), Is.EqualTo((36, 36, 3)),
            styles ? "scaled to the 32 pixels of training, and back" : "mirrored out to 48 pixels, and cut back");
        if (styles)
        {
            var answers = Answers(new TranslationSettings { Samples = 2 });
            Assert.That(
                answers[0], Is.EqualTo(Answers(new TranslationSettings())[0]).And.Not.EqualTo(answers[1]),
                "the code is random, and the first one's is the same");
            var ofStyles = new[] { 0, 1 }.Select(
                i => Answers(new TranslationSettings { Style = folder.PathOf($"train_img/facade000{i}.png") })[0]).ToList();
            Assert.That(ofStyles[0], Is.Not.EqualTo(ofStyles[1]).And.Not.EqualTo(answers[0]), "or that of a picture");
        }

        _ = folder.Add("wrong.png", new Image(2, 1, 1, [3, 77]));
        Assert.That(
            FileTranslation.Run(() => translator, FileTranslation.Plan(folder.PathOf("wrong.png"), folder.PathOf("no.png")))[0].Failure,
            Does.Contain("wrong.png: has pixels of class 77"));

        List<byte[]> Answers(TranslationSettings settings) =>
            [.. Translator.Open(folder.PathOf("whole"), _device, settings).TranslateAll(PictureFile.LoadIndices(map), map)
                .Select(p => p.Layers[0].Bytes)];

        byte[] Train(string name, int steps)
        {
            using (var run = TrainingRun.Create(folder.PathOf(name), options with { Steps = steps }))
            {
                run.Train(observer: null, CancellationToken.None);
            }

            return Tensors(name);
        }

        byte[] Tensors(string name) => TinyRun.TensorsOf(folder.PathOf(name));
    }

    /// <summary>Coloured maps are read by the palette that training found.</summary>
    [Test]
    public void ColouredMapsAreTranslatedByThePaletteOfTheData()
    {
        using var folder = new Data.PictureFolderFixture();
        var facades = new SyntheticFacades(30, 64);
        facades.WriteTo(folder.PathOf("train"));
        using (var run = TrainingRun.Create(folder.PathOf("run"), s_tiny with { Data = folder.Root, Steps = 1 }))
        {
            var options = (SpadeOptions)run.Options;
            Assert.That((options.LabelNc, options.Palette.Split(',').Length), Is.EqualTo((20, 20)));
            run.Train(observer: null, CancellationToken.None);
        }

        var translator = Translator.Open(folder.PathOf("run"), _device);
        var (labels, photo) = facades.Draw(3);
        var made = translator.Translate(new Picture(labels));
        Assert.That((made.Width, made.Height), Is.EqualTo((64, 64)));
        Assert.That(made.Layers[0].Bytes, Is.Not.EqualTo(translator.Translate(new Picture(facades.Draw(4).Labels)).Layers[0].Bytes));
        Fails.With<PictureException>(
            () => translator.Translate(new Picture(new Image(64, 64, 1, new byte[64 * 64])), "gray.png"), "gray.png: holds no colours");
        Fails.With<OptionsException>(
            () => Translator.Open(folder.PathOf("run"), _device, new TranslationSettings { Tile = 32, Overlap = 4 }), "label maps");
    }

    /// <summary>Maps of numbers and of colours alike: outputs against photographs, and classes by a segmenter.</summary>
    [Test]
    public void PhotographsOfLabelMapsAreEvaluated([Values] bool coloured)
    {
        using var folder = new Data.PictureFolderFixture();
        foreach (var (split, count, first) in new[] { ("train", 12, 0u), ("val", 2, 100u) })
        {
            var facades = new SyntheticFacades(count, 32, first: first);
            if (coloured)
            {
                facades.WriteTo(folder.PathOf(split));
            }
            else
            {
                facades.WriteLabelsTo(folder.Root, split);
            }
        }

        using (var run = TrainingRun.Create(
            folder.PathOf("run"), s_tiny with { Data = folder.Root, Steps = 2, KeepBest = BestMetric.Ssim, LoadSize = 32 }))
        {
            run.Train(observer: null, CancellationToken.None);
        }

        var request =
            new EvaluationRequest { Model = folder.PathOf("run"), Data = folder.Root, Segmenter = new SegmenterSettings { Steps = 3 } };
        var (report, files) = RunEvaluation.Run(request, _device);
        Assert.That(report.Images, Has.Count.EqualTo(2));
        var best = Checkpoint.Read(new RunDirectory(folder.PathOf("run")).Latest).Position.Best!;
        Assert.That(report.Mean!.Ssim, Is.EqualTo(best.Value).Within(coloured ? 1e-9 : 0.05), "borders of instances are in no picture");
        Assert.That(report.Segmentation!.Classes, Is.GreaterThan(5));
        Assert.That(files.Any(f => f.EndsWith("worst.png", StringComparison.Ordinal)));
        Fails.With<PictureException>(() => RunEvaluation.Run(request with { Split = "test" }, _device), "test");
    }

    /// <summary>Label planes to a picture, as ONNX Runtime computes it, for both generators and two sizes.</summary>
    [TestCase(SpadeGeneratorKind.Spade, "spadeinstance3x3")]
    [TestCase(SpadeGeneratorKind.Spade, "spadebatch3x3")]
    [TestCase(SpadeGeneratorKind.Pix2PixHdPlusPlus, "spadeinstance3x3")]
    public void TheGeneratorIsExported(SpadeGeneratorKind generator, string norm)
    {
        var options = s_tiny with { LabelNc = 3, NetG = generator, NormG = norm };
        Layer network = generator == SpadeGeneratorKind.Spade ? new SpadeGenerator(options) : SpadeFamily.PlusPlusGenerator(options);
        network.Seasoned(seed: 2, 2, 4, 32, 32).Eval();
        var path = Path.Combine(TestFiles.Folder(), "spade.onnx");
        NetworkExporter.ToOnnx(network, path);
        foreach (var (height, width) in new[] { (32, 48), (64, 32) })
        {
            int[] shape = [1, 4, height, width];
            var input = SampleNetworks.Picture(3, shape);
            var (_, values) = OnnxRuntime.Run(path, NetworkExporter.InputName, [1, 4, height, width], input, NetworkExporter.OutputName);
            Assert.That(values.Zip(network.Run(input, shape).Values, (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(2e-4f));
        }
    }
}
