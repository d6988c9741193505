using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>pix2pixHD: sizes of its networks, what its discriminators see, and what a step leaves and changes.</summary>
public sealed class Pix2PixHdTests : OnCpu
{
    private const int Side = 32;

    private static readonly Pix2PixHdOptions s_tiny = new()
    {
        LabelMaps = false, Ngf = 4, Ndf = 4, NDownsampleGlobal = 2, NBlocksGlobal = 1, NLayersD = 2,
        Preprocess = PreprocessMode.ResizeAndCrop,
        LoadSize = Side + 4, CropSize = Side, Device = "cpu", Steps = 8, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    [Test]
    public void KeysAreTheReferences()
    {
        Family family = new Pix2PixHdFamily();
        var keys = family.Networks(new Pix2PixHdOptions { LabelMaps = false })
            .ToDictionary(n => n.Name, n => n.Create().NamedTensors().Select(t => $"{t.Name} {t.Tensor.Shape}").ToList());
        Assert.Multiple(() =>
        {
            Assert.That(
                keys["netG"], Does.Contain("model.13.weight [1024,512,3,3]").And.Contain("model.24.conv_block.5.weight [1024,1024,3,3]")
                .And.Contain("model.25.weight [1024,512,3,3]").And.Contain("model.38.bias [3]"));
            Assert.That(
                keys["netD"],
                Does.Contain("scale0_layer0.0.weight [64,6,4,4]").And.Contain("scale1_layer3.0.bias [512]").And.Contain(
                    "scale1_layer4.0.weight [1,512,4,4]"));
            Assert.That(keys["netD"][0], Does.StartWith("scale0_layer0"));
        });
    }

    [TestCase(3, 64, "33 17 9 10 11", "17 9 5 6 7")]
    [TestCase(2, 63, "32 17 18 19", "17 9 10 11")]
    public void DiscriminatorsSeeTheReferencesMaps(int layers, int side, string full, string half)
    {
        using var step = _device.Step();
        var outputs =
            new MultiscaleDiscriminator(2, ndf: 2, layers).Initialize(1).To(_device).Forward(Random(1, new Shape(1, 2, side, side)));
        Assert.That(outputs.Select(scale => string.Join(' ', scale.Select(o => o.Shape[2]))), Is.EqualTo(new[] { full, half }));
        Assert.That(outputs.Select(scale => scale[^1].Shape[1]), Is.All.EqualTo(1));
    }

    /// <summary>
    /// The highest scale judges the picture as it is, the others its halves: changing its weights changes the first outputs alone.
    /// </summary>
    [Test]
    public void TheHighestScaleIsTheFullSize()
    {
        using var step = _device.Step();
        var network = new MultiscaleDiscriminator(1, ndf: 2, layers: 1, scales: 3).Initialize(1).To(_device);
        var x = Random(1, new Shape(1, 1, 20, 16));
        var before = network.Forward(x).Select(scale => scale[0].ToArray()).ToList();
        var weight = network.NamedTensors().Single(t => t.Name == "scale2_layer0.0.weight").Tensor.Value;
        weight.CopyFrom([.. weight.ToArray().Select(w => -w)]);
        var after = network.Forward(x).Select(scale => scale[0].ToArray()).ToList();
        Assert.That(after[0], Is.Not.EqualTo(before[0]));
        Assert.That(after.Skip(1), Is.EqualTo(before.Skip(1)));
    }

    [TestCase(10f)]
    [TestCase(0f)]
    public void BothNetworksLearn(float lambda)
    {
        using var model = GanModel.Create(s_tiny with { LambdaFeat = lambda }, _device);
        var before = ModelSteps.Weights(model);
        Assert.That(
            ModelSteps.Take(model, 1, Side),
            Is.EqualTo(lambda > 0 ? ["G_GAN", "G_GAN_Feat", "D_real", "D_fake"] : new[] { "G_GAN", "D_real", "D_fake" }));
        var after = ModelSteps.Weights(model);
        Assert.Multiple(() =>
        {
            foreach (var (name, values) in before.Where(w => w.Key.EndsWith("weight", StringComparison.Ordinal)))
            {
                Assert.That(after[name], Is.Not.EqualTo(values), name);
            }
        });
        Assert.That(model.Optimizers.Select(o => (o.Name, o.Optimizer.StepCount)), Is.EqualTo(new[] { ("optG", 1L), ("optD", 1L) }));
    }

    [Test]
    public void AnEnhancersKeysAreTheReferences()
    {
        var keys = new LocalEnhancer(36).NamedTensors().Select(t => $"{t.Name} {t.Tensor.Shape}").ToList();
        Assert.That(keys, Is.SupersetOf(new[]
        {
            "model.1.weight [64,36,7,7]", "model.34.bias [64]", "model1_1.1.weight [32,36,7,7]", "model1_1.4.weight [64,32,3,3]",
            "model1_2.0.conv_block.1.weight [64,64,3,3]",
            "model1_2.3.weight [64,32,3,3]", "model1_2.7.weight [3,32,7,7]",
        }));
        Assert.That(keys, Has.None.StartsWith("model.38"), "the global generator's last layers are left out");
        var two = new LocalEnhancer(enhancers: 2, blocksGlobal: 1, blocksLocal: 1, ngf: 4, halvings: 1).NamedTensors()
            .Select(t => $"{t.Name} {t.Tensor.Shape}").ToList();
        Assert.That(
            two,
            Is.SupersetOf(new[] { "model.1.weight [16,3,7,7]", "model1_1.1.weight [8,3,7,7]", "model2_1.1.weight [4,3,7,7]",
                "model2_2.5.weight [3,4,7,7]" }));
        Assert.That(two, Has.None.StartsWith("model1_2.5"), "only the last makes pictures");
    }

    [Test]
    public void SmallerSizesAreConstantsWhereTheLastEnhancerLearnsAlone()
    {
        using var step = _device.Step();
        var network = new LocalEnhancer(enhancers: 2, blocksGlobal: 1, blocksLocal: 1, ngf: 2, halvings: 1).Initialize(1).To(_device);
        var x = Random(1, new Shape(1, 3, 16, 24));
        var whole = network.Forward(x);
        Assert.That(whole.Shape, Is.EqualTo(new Shape(1, 3, 16, 24)));
        Assert.That(network.Forward(x, trainsLastAlone: true).ToArray(), Is.EqualTo(whole.ToArray()));
        network.Forward(x, trainsLastAlone: true).Square().Mean().Backward();
        Assert.That(
            network.Parameters.Where(p => p.Tensor.Value.Gradient is not null).Select(p => p.Name[..7]).Distinct(),
            Is.EqualTo(new[] { "model2_" }));
    }

    /// <summary>An epoch of four steps in which the enhancer learns alone, then all do.</summary>
    [Test]
    public void TheEnhancerLearnsAloneAtFirst()
    {
        using var model = GanModel.Create(s_tiny with { NLocalEnhancers = 1, NBlocksLocal = 1, NiterFixGlobal = 1 }, _device);
        var before = ModelSteps.Weights(model);
        ModelSteps.Take(model, 3, Side);
        var alone = ModelSteps.Weights(model);
        ModelSteps.Take(model, 3, Side, epoch: 1);
        var all = ModelSteps.Weights(model);
        Assert.Multiple(() =>
        {
            foreach (var name
                in before.Keys.Where(k => k.StartsWith("netG", StringComparison.Ordinal) && k.EndsWith("weight", StringComparison.Ordinal)))
            {
                Assert.That(
                    alone[name],
                    name.StartsWith("netG.model.", StringComparison.Ordinal) ? Is.EqualTo(before[name]) : Is.Not.EqualTo(before[name]),
                    name);
                Assert.That(all[name], Is.Not.EqualTo(alone[name]), name);
            }
        });
        Assert.That(
            model.Optimizers.Select(o => (o.Name, o.Optimizer.StepCount)),
            Is.EqualTo(new[] { ("optG", 6L), ("optG_coarse", 3L), ("optD", 6L) }));
    }

    /// <summary>Five pairs an epoch: three steps alone, stopped in the first epoch, and on from there.</summary>
    [Test]
    public void ResumedRunWithAnEnhancerEndsWithTheSameBits()
    {
        var options = s_tiny with { NLocalEnhancers = 1, NBlocksLocal = 1, NiterFixGlobal = 1 };
        using var runs = new TinyRun();
        runs.AssertResumes(options, stopAfter: 3);
    }

    [Test]
    public void AnEnhancerBeginsWithAGlobalGenerator()
    {
        using var runs = new TinyRun();
        runs.Train("global", s_tiny with { Ngf = 8, Steps = 2 });
        var options = s_tiny with { NLocalEnhancers = 1, NBlocksLocal = 1, NumD = 3, Steps = 0 };
        using var grown = IlgpuGan.Models.Training.TrainingRun.Create(
            runs.PathOf("grown"), options, TinyRun.Data(options), initFrom: runs.PathOf("global"));
        using var fresh = IlgpuGan.Models.Training.TrainingRun.Create(runs.PathOf("fresh"), options, TinyRun.Data(options));
        var (after, before) = (ModelSteps.Weights(grown.Model), ModelSteps.Weights(fresh.Model));
        Assert.Multiple(() =>
        {
            foreach (var name in before.Keys.Where(k => k.EndsWith("weight", StringComparison.Ordinal)))
            {
                var isTaken = name.StartsWith("netG.model.", StringComparison.Ordinal)
                    || name.StartsWith("netD.scale0", StringComparison.Ordinal) || name.StartsWith("netD.scale1", StringComparison.Ordinal);
                Assert.That(after[name], isTaken ? Is.Not.EqualTo(before[name]) : Is.EqualTo(before[name]), name);
            }
        });
        var other = options with { Ngf = 3 };
        Assert.That(
            () =>
                IlgpuGan.Models.Training.TrainingRun.Create(
                    runs.PathOf("other"), other, TinyRun.Data(other), initFrom: runs.PathOf("global")),
            Throws.InstanceOf<IlgpuGan.Models.Runs.RunException>().With.Message.Contains("model1_1"));
    }

    [Test]
    public void ContradictionsAreRefused()
    {
        Fails.Starting<OptionsException>(() => (s_tiny with { NiterFixGlobal = 1 }).Validated(), "--niter-fix-global");
        Fails.With<OptionsException>(() => (s_tiny with { NLocalEnhancers = 2, CropSize = 24 }).Validated(), "--n-local-enhancers 2");
        Fails.Starting<OptionsException>(() => (s_tiny with { Vgg = "vgg.pth", OutputNc = 1 }).Validated(), "--vgg");
        Fails.Starting<OptionsException>(() => (s_tiny with { LabelMaps = true, InputNc = 1 }).Validated(), "--input-nc");
        Assert.That(() => (s_tiny with { InputNc = 1 }).Validated(), Throws.Nothing);
    }

    [Test]
    public void SidesThatDoNotFitAreRefused()
    {
        Fails.With<OptionsException>(() => (s_tiny with { NDownsampleGlobal = 3, CropSize = 36 }).Validated(), "a multiple of 8");
        Fails.Starting<OptionsException>(() => (s_tiny with { NLayersD = 0 }).Validated(), "--n-layers-d");
        using var step = _device.Step();
        var generator = new ResNetGenerator(blocks: 1, ngf: 1, halvings: 3).Initialize(1).To(_device);
        Fails.With<ShapeException>(() => generator.Forward(Random(1, new Shape(1, 3, 20, 24))), "multiples of 8");
    }

    private Tensor Random(uint stream, Shape shape) => Tensor.Normal(new RandomKey(1, stream, 0, 0), shape, _device);
}
