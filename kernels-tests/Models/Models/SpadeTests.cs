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
        using var model = GanModel.Create(s_tiny with { LabelNc = 3, Ngf = 2 }, _device);
        model.LearningRate = 1e-4f;
        Assert.That(
            model.Optimizers.Select(o => o.Optimizer.LearningRate), Is.EqualTo(new[] { 5e-5f, 2e-4f }).Within(1e-9f),
            "schedules keep the ratio");
        var weights = model.Networks[0].Network.NamedTensors().ToDictionary(t => t.Name, t => t.Value.ToArray());
        Assert.That(
            weights["head_0.conv_0.weight_orig"].Max(Math.Abs), Is.EqualTo(1 / Math.Sqrt(32 * 9)).Within(2).Percent,
            "spectral layers begin as PyTorch's");
        Assert.That(weights["head_0.norm_0.mlp_gamma.weight"].Max(Math.Abs), Is.LessThan(0.02), "others by xavier with 0.02");
        Assert.That(weights["head_0.conv_0.bias"], Is.All.Zero);
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
    /// From folders of numbers to a run, and to photographs of label maps.
    /// </summary>
    [TestCase(SpadeGeneratorKind.Spade, false)]
    [TestCase(SpadeGeneratorKind.Spade, true)]
    [TestCase(SpadeGeneratorKind.Pix2PixHdPlusPlus, false)]
    public void ARunLearnsTheClassesOfItsData(SpadeGeneratorKind generator, bool styles)
    {
        using var folder = new Data.PictureFolderFixture();
        new SyntheticFacades(5, 36).WriteLabelsTo(folder.Root, "train");
        var options = s_tiny with { Data = folder.Root, NetG = generator, UseVae = styles, ZDim = 4 };
        using (var run = TrainingRun.Create(folder.PathOf("whole"), options))
        {
            run.Train(observer: null, CancellationToken.None);
            Assert.That(((SpadeOptions)run.Options).LabelNc, Is.InRange(12, 20));
        }

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
}
