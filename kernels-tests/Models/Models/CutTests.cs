using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Losses;
using IlgpuGan.ModelsTests.Data;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>CUT: sizes of its networks, its features, and what a step leaves and changes.</summary>
public sealed class CutTests : OnCpu
{
    private const int Side = 32;

    private static readonly CutOptions s_tiny = new()
    {
        Blocks = 1, Ngf = 4, Ndf = 4, NLayersD = 2, Nnf = 8, NumPatches = 12, NceLayers = "0,4,8,12", LoadSize = Side + 4, CropSize = Side,
        Device = "cpu", Steps = 8, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    private static readonly CutOptions s_tinyFast = s_tiny with { LambdaNce = 10, NceIdentity = false, FlipEquivariance = true };

    public static IEnumerable<TestCaseData> Variants =>
    [
        new TestCaseData(s_tiny).SetArgDisplayNames("cut"),
        new TestCaseData(s_tinyFast).SetArgDisplayNames("fastcut"),
    ];

    [Test]
    public void KeysAreTheReferences()
    {
        Family family = new CutFamily();
        var keys = family.Networks(family.Defaults())
            .ToDictionary(n => n.Name, n => n.Create().NamedTensors().Select(t => $"{t.Name} {t.Tensor.Shape}").ToList());
        Assert.Multiple(() =>
        {
            Assert.That(keys["netG"], Does.Contain("model.8.weight [256,128,3,3]").And.Contain("model.20.conv_block.5.bias [256]")
                .And.Contain("model.22.weight [128,256,3,3]").And.Contain("model.26.bias [64]").And.Contain("model.30.weight [3,64,7,7]"));
            Assert.That(
                keys["netD"],
                Does.Contain("model.3.weight [128,64,4,4]").And.Contain("model.11.bias [512]").And.Contain("model.14.weight [1,512,4,4]"));
            Assert.That(
                keys["netF"],
                Does.Contain("mlp_0.0.weight [256,3]").And.Contain("mlp_1.0.weight [256,128]").And.Contain("mlp_4.2.bias [256]"));
        });
    }

    [Test]
    public void FeaturesHaveTheirShapes()
    {
        using var step = _device.Step();
        var generator = new AntialiasedResNet(blocks: 2, ngf: 2).Initialize(1).To(_device);
        var x = Random(1, new Shape(2, 3, 24, 16));
        int[] layers = [0, 4, 8, 12, 13];
        var features = generator.Features(x, layers);
        Assert.That(
            features.Select(f => f.Shape.ToString()),
            Is.EqualTo(new[] { "[2,3,30,22]", "[2,4,24,16]", "[2,8,12,8]", "[2,8,6,4]", "[2,8,6,4]" }));
        Assert.That(
            features.Skip(1).Select(f => f.Shape[1]), Is.EqualTo(layers.Skip(1).Select(l => AntialiasedResNet.ChannelsOf(l, 3, 2))));

        var (output, same) = generator.ForwardWithFeatures(x, layers);
        Assert.That(output.ToArray(), Is.EqualTo(generator.Forward(x).ToArray()));
        Assert.That(same.Select(f => f.ToArray()), Is.EqualTo(features.Select(f => f.ToArray())));
    }

    [Test]
    public void DiscriminatorsSeeTheReferencesMaps()
    {
        using var step = _device.Step();
        Assert.That(Scores(layers: 3, side: 256), Is.EqualTo("[1,1,30,30]"));
        Assert.That(Scores(layers: 2, side: 64), Is.EqualTo("[1,1,14,14]"));

        string Scores(int layers, int side) =>
            new AntialiasedPatchGan(3, ndf: 1, layers).Initialize(1).To(_device)
                .Forward(Random(1, new Shape(1, 3, side, side))).Shape.ToString();
    }

    /// <summary>
    /// The reference enlarges by a transposed convolution with [1, 3, 3, 1]: the same numbers as between the centres of pixels.
    /// </summary>
    [Test]
    public void EnlargingIsTheReferencesBlur()
    {
        using var step = _device.Step();
        var x = Random(1, new Shape(1, 2, 5, 7));
        Assert.That(
            x.Upsample(2, UpsampleMode.Bilinear).ToArray(),
            Is.EqualTo(x.Blur([1, 3, 3, 1], up: 2, edge: PadMode.Replicate).ToArray()).Within(1e-6f));
    }

    /// <summary>Against the definition, place by place: the positive beside a row whose own place counts as −10.</summary>
    [Test]
    public void ContrastiveLossIsTheReferences()
    {
        const int Pictures = 2, Places = 5, Length = 3;
        const float Temperature = 0.3f;
        using var step = _device.Step();
        var (q, k) = (Random(1, new Shape(Pictures, Places, Length)).ToArray(), Random(2, new Shape(Pictures, Places, Length)).ToArray());
        var sum = 0.0;
        for (var row = 0; row < Pictures * Places; row++)
        {
            var (first, own) = (row / Places * Places, Dot(row, row));
            var total = Math.Exp(own / Temperature);
            for (var other = first; other < first + Places; other++)
            {
                total += Math.Exp((other == row ? -10 : Dot(row, other)) / Temperature);
            }

            sum += Math.Log(total) - (own / Temperature);
        }

        var shape = new Shape(Pictures, Places, Length);
        Assert.That(
            PatchNce.Of(Tensor.From(q, shape, _device), Tensor.From(k, shape, _device), Temperature).Item(),
            Is.EqualTo(sum / (Pictures * Places)).Within(1e-5));

        double Dot(int a, int b) => Enumerable.Range(0, Length).Sum(i => (double)q[(a * Length) + i] * k[(b * Length) + i]);
    }

    /// <summary>
    /// Places of a mirrored picture are those of its mirror image: with an encoder that can't tell left from right both losses would be
    /// equal.
    /// </summary>
    [Test]
    public void MirroredPlacesAreThoseOfTheMirrorImage()
    {
        using var step = _device.Step();
        var x = Random(1, new Shape(1, 2, 6, 9));
        var places = Tensor.From([0f, 8, 9, 30, 53], new Shape(5), _device);
        var straight = x.Flip(3).Reshape(1, 2, -1).IndexSelect(2, places);
        var mirrored = x.Reshape(1, 2, -1).IndexSelect(2, PatchContrast.Mirrored(places, 6, 9));
        Assert.That(mirrored.ToArray(), Is.EqualTo(straight.ToArray()));
    }

    /// <summary>A mirrored picture of the target domain is to be left as it is, not to be mirrored back.</summary>
    [Test]
    public void TheIdentityTermComparesWithWhatTheGeneratorSaw([Values] bool mirrored)
    {
        using var model = (CutModel)GanModel.Create(s_tinyFast with { LambdaNce = 0, LambdaIdentity = 1, InitGain = 1 }, _device);
        using var drawn = Tensor.Full(new Shape(1, 1, 1, 1), mirrored ? 0 : 1, _device);
        model.FixedDraws = (_, _) => drawn;
        var shape = new Shape(1, 3, Side, Side);
        using var batch = Batch.OfPair(Random(1, shape), Random(2, shape));
        float expected;
        using (GradMode.NoGrad())
        {
            using var step = _device.Step();
            var seen = mirrored ? batch.B.Flip(3) : batch.B;
            expected = model.Generator.Forward(seen).L1Loss(seen).Item();
        }

        Assert.That(model.Step(batch, 0).Single(l => l.Name == "idt").Value, Is.EqualTo(expected).Within(1e-4));
    }

    [TestCaseSource(nameof(Variants))]
    public void AllNetworksLearn(CutOptions options)
    {
        using var model = GanModel.Create(options, _device);
        var before = ModelSteps.Weights(model);
        var losses = ModelSteps.Take(model, 1, Side);
        Assert.That(
            losses,
            Is.EqualTo(options.NceIdentity ? ["D_fake", "D_real", "G_GAN", "NCE", "NCE_Y"] : new[] { "D_fake", "D_real", "G_GAN", "NCE" }));
        var after = ModelSteps.Weights(model);
        Assert.Multiple(() =>
        {
            foreach (var (name, values) in before.Where(w => w.Key.EndsWith("weight", StringComparison.Ordinal)))
            {
                Assert.That(after[name], Is.Not.EqualTo(values), name);
            }
        });
        Assert.That(
            model.Optimizers.Select(o => (o.Name, o.Optimizer.StepCount)), Is.EqualTo(new[] { ("optG", 1L), ("optD", 1L), ("optF", 1L) }));
    }

    /// <summary>Nothing is compared without a weight for it: netF stays as it is.</summary>
    [Test]
    public void WithoutContrastiveLossTheProjectionRests()
    {
        using var model = GanModel.Create(s_tiny with { LambdaNce = 0 }, _device);
        var before = ModelSteps.Weights(model);
        Assert.That(ModelSteps.Take(model, 3, Side), Is.EqualTo(new[] { "D_fake", "D_real", "G_GAN" }));
        var after = ModelSteps.Weights(model);
        Assert.That(after.Where(w => w.Key.StartsWith("netF", StringComparison.Ordinal)).All(w => w.Value.SequenceEqual(before[w.Key])));
        Assert.That(after["netG.model.1.weight"], Is.Not.EqualTo(before["netG.model.1.weight"]));
    }

    /// <summary>Two pictures as one batch, or one after the other.</summary>
    [Test]
    public void JoinedForwardsMakeNoDifference()
    {
        using var joined = GanModel.Create(s_tiny, _device);
        using var apart = GanModel.Create(s_tiny, _device);
        apart.JoinsForwards = false;
        ModelSteps.Take(joined, 3, Side);
        ModelSteps.Take(apart, 3, Side);
        var (a, b) = (ModelSteps.Weights(joined), ModelSteps.Weights(apart));
        Assert.That(a["netG.model.4.weight"], Is.EqualTo(b["netG.model.4.weight"]).Within(1e-4f));
        Assert.That(a["netF.mlp_1.0.weight"], Is.EqualTo(b["netF.mlp_1.0.weight"]).Within(1e-4f));
    }

    /// <summary>A replay draws other places than the step that was recorded.</summary>
    [TestCaseSource(nameof(Variants))]
    public void ReplaysAreTheStepsAsWritten(CutOptions options)
    {
        using var model = GanModel.Create(options, _device);
        model.ReplayChecks = int.MaxValue;
        ModelSteps.Take(model, 5, Side);
        Assert.That(model.StepCounts[StepPath.Replayed], Is.EqualTo(4));
    }

    [TestCaseSource(nameof(Variants))]
    public void ResumedRunEndsWithTheSameBits(CutOptions options)
    {
        using var runs = new TinyRun();
        runs.AssertResumes(options, stopAfter: 3);
    }

    private static readonly CutOptions s_sin = CutOptions.SmallSin() with
    {
        CropsPerEpoch = 12, CropSize = 16, BatchSize = 3, Blocks = 2, Ngf = 1, Ndf = 1, Nnf = 8, NceLayers = "0,2,3", Device = "cpu",
        Steps = 6, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    [Test]
    public void SinCutsKeysAreTheReferences()
    {
        Family family = new CutFamily();
        var keys = family.Networks(family.Defaults("sincut"))
            .ToDictionary(n => n.Name, n => n.Create().NamedTensors().Select(t => $"{t.Name} {t.Tensor.Shape}").ToList());
        Assert.Multiple(() =>
        {
            Assert.That(keys["netG"], Is.SupersetOf(new[]
            {
                "encoder.convs.1.0.weight [80,3,1,1]", "encoder.convs.1.1.bias [80]", "encoder.convs.2.conv1.0.weight [80,80,3,3]",
                "encoder.convs.2.conv2.1.weight [160,80,3,3]",
                "encoder.convs.2.conv2.2.bias [160]", "encoder.convs.2.skip.1.weight [160,80,1,1]",
                "encoder.convs.5.conv2.0.weight [160,160,3,3]",
                "decoder.convs.3.conv.weight [1,80,160,3,3]", "decoder.convs.3.noise.weight [1]", "decoder.convs.3.activate.bias [80]",
                "decoder.convs.4.0.weight [3,80,1,1]",
            }));
            Assert.That(keys["netD"], Is.SupersetOf(new[]
            {
                "convs.0.0.weight [32,3,1,1]", "convs.1.conv2.1.weight [64,32,3,3]", "convs.2.skip.1.weight [128,64,1,1]",
                "convs.4.conv2.1.weight [384,256,3,3]",
                "final_conv.0.weight [384,384,3,3]", "final_linear.0.weight [384,6144]", "final_linear.1.bias [1]",
            }));
            Assert.That(
                keys["netF"], Is.SupersetOf(new[] { "mlp_0.0.weight [256,3]", "mlp_1.0.weight [256,160]", "mlp_2.0.weight [256,160]" }));
        });
    }

    [Test]
    public void StyleNetworksKeepTheScaleOfWhatTheyAreGiven()
    {
        using var step = _device.Step();
        var generator = new StyleGenerator(blocks: 4, ngf: 4).Initialize(1, Initialization.Normal, 1).To(_device);
        var x = Random(1, new Shape(2, 3, 24, 16));
        var (output, features) = generator.ForwardWithFeatures(x, [0, 2, 4]);
        Assert.That(features.Select(f => f.Shape.ToString()), Is.EqualTo(new[] { "[2,3,24,16]", "[2,64,12,8]", "[2,64,12,8]" }));
        Assert.That(features.Select((f, i) => f.Shape[1] == StyleGenerator.ChannelsOf(new[] { 0, 2, 4 }[i], 3, 4)), Is.All.True);
        Assert.That(output.Shape, Is.EqualTo(x.Shape));
        Assert.That(output.Square().Mean().Item(), Is.InRange(0.05f, 5), "but for what blurs take away");
        Assert.That(output.ToArray(), Is.EqualTo(generator.Forward(x).ToArray()));
        var scores = new StyleDiscriminator(3, 1, 16).Initialize(1, Initialization.Normal, 1).To(_device)
            .Forward(Random(2, new Shape(2, 3, 16, 16)));
        Assert.That(scores.Shape, Is.EqualTo(new Shape(2, 1)));
        Fails.With<ShapeException>(() => generator.Forward(Random(1, new Shape(1, 3, 15, 16))), "even sides");
    }

    [Test]
    public void NoiseIsOfTrainingAndItsStrengthIsLearnt()
    {
        using var step = _device.Step();
        var generator = new StyleGenerator(blocks: 2, ngf: 1).Initialize(1, Initialization.Normal, 1).To(_device);
        generator.Noise = shape => Tensor.Normal(new RandomKey(1, 1, 1, 1), shape, _device);
        var x = Random(1, new Shape(1, 3, 8, 8));
        var strength = generator.NamedTensors().Single(t => t.Name.EndsWith("noise.weight", StringComparison.Ordinal)).Tensor.Value;
        var still = generator.Forward(x).ToArray();
        generator.Forward(x).Square().Sum().Backward();
        Assert.That(strength.Gradient!.Item(), Is.Not.Zero);
        strength.CopyFrom([0.5f]);
        Assert.That(generator.Forward(x).ToArray(), Is.Not.EqualTo(still));
        generator.Eval();
        Assert.That(generator.Forward(x).ToArray(), Is.EqualTo(still));
    }

    /// <summary>Samples, and what is evaluated, are the translations that the saved generator makes.</summary>
    [Test]
    public void SamplesOfSinCutAreMadeWithoutNoise()
    {
        using var model = (CutModel)GanModel.Create(s_sin, _device);
        foreach (var strength in model.Generator.NamedTensors().Where(t => t.Name.EndsWith("noise.weight", StringComparison.Ordinal)))
        {
            strength.Value.CopyFrom([0.5f]);
        }

        using var constants = GradMode.NoGrad();
        using var step = _device.Step();
        var shape = new Shape(1, 3, 16, 16);
        using var batch = Batch.OfPair(Random(1, shape), Random(2, shape));
        var shown = model.Show(batch)[1].Picture.ToArray();
        Assert.That(model.Generator.Training);
        Assert.That(shown, Is.Not.EqualTo(model.Generator.Forward(batch.A).ToArray()));
        Assert.That(shown, Is.EqualTo(model.Generator.Eval().Forward(batch.A).ToArray()));
    }

    /// <summary>Two pictures larger than a crop, as SinCUT learns from them.</summary>
    [Test]
    public void CropsOfTwoPicturesAreLearntFromAndResumed()
    {
        using var folder = new Data.PictureFolderFixture();
        foreach (var (name, number) in new[] { ("trainA", 1), ("trainB", 2) })
        {
            Directory.CreateDirectory(folder.PathOf(name));
            PictureFile.Save(new Picture(new SyntheticFacades(3, 40).Draw(number).Photo), Path.Combine(folder.PathOf(name), "one.png"));
        }

        var options = s_sin with { Data = folder.Root };
        Train("whole", 6);
        Train("parts", 2);
        using (var run = IlgpuGan.Models.Training.TrainingRun.Resume(folder.PathOf("parts"), o => o with { Steps = 6 }))
        {
            run.Train(observer: null, CancellationToken.None);
        }

        Assert.That(Tensors("parts"), Is.EqualTo(Tensors("whole")));
        File.Copy(Path.Combine(folder.PathOf("trainB"), "one.png"), Path.Combine(folder.PathOf("trainB"), "two.png"));
        Fails.With<PictureException>(() => Train("other", 1), "holds 2 pictures");

        void Train(string name, int steps)
        {
            using var run = IlgpuGan.Models.Training.TrainingRun.Create(folder.PathOf(name), options with { Steps = steps });
            Assert.That(run.StepsPerEpoch, Is.EqualTo(4));
            run.Train(observer: null, CancellationToken.None);
        }

        byte[] Tensors(string name) => TinyRun.TensorsOf(folder.PathOf(name));
    }

    [Test]
    public void SinCutsContradictionsAreRefused()
    {
        Fails.Starting<OptionsException>(() => (s_sin with { BatchSize = 1 }).Validated(), "--num-patches 1");
        Fails.Starting<OptionsException>(() => (s_sin with { CropSize = 24 }).Validated(), "--networks stylegan2");
        Fails.With<OptionsException>(() => (s_sin with { NceLayers = "0,4" }).Validated(), "from 0 to 3");
    }

    /// <summary>Encoder and decoder have as many blocks each. A run that is there goes on.</summary>
    [Test]
    public void SinCutsBlocksAreEven()
    {
        var (family, odd) = (new CutFamily(), s_sin with { Blocks = 3 });
        Fails.Starting<OptionsException>(() => odd.RequireToBegin(family), "--blocks 3 must be even");
        Assert.That(odd.Problems(), Is.Empty);
        s_sin.RequireToBegin(family);
        new CutOptions().RequireToBegin(family);
    }

    [TestCase("4,0")]
    [TestCase("0,13")]
    [TestCase("")]
    [TestCase("0;4")]
    public void LayersThatAreNoneAreRefused(string layers) =>
        Fails.Starting<OptionsException>(() => (s_tiny with { NceLayers = layers }).Validated(), "--nce-layers", "from 0 to 12");

    [Test]
    public void ContradictionsAreRefused()
    {
        Fails.Starting<OptionsException>(() => (s_tiny with { OutputNc = 1 }).Validated(), "--input-nc");
        Fails.Starting<OptionsException>(() => (s_tiny with { LambdaGan = 0, LambdaNce = 0 }).Validated(), "--lambda-gan");
        Fails.Starting<OptionsException>(() => (s_tiny with { NLayersD = 0 }).Validated(), "--n-layers-d");
    }

    private Tensor Random(uint stream, Shape shape) => Tensor.Normal(new RandomKey(1, stream, 0, 0), shape, _device);
}
