using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Nn;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Training;

[TestFixture]
public sealed class OptionsTests
{
    [Test]
    public void DefaultsAreTheReferences()
    {
        var pix2pix = TrainingOptions.ForPix2Pix();
        Assert.That((pix2pix.Generator.ToString(), pix2pix.Norm, pix2pix.GanMode, pix2pix.PoolSize, pix2pix.Dropout), Is.EqualTo(("unet256", NormKind.Batch, GanMode.Vanilla, 0, true)));
        var cyclegan = TrainingOptions.ForCycleGan();
        Assert.That((cyclegan.Generator.ToString(), cyclegan.Norm, cyclegan.GanMode, cyclegan.PoolSize, cyclegan.Dropout), Is.EqualTo(("resnet9", NormKind.Instance, GanMode.Lsgan, 50, false)));
        foreach (var o in new[] { pix2pix, cyclegan, TrainingOptions.ForPyTorchGan() })
        {
            Assert.That((o.Lr, o.Beta1, o.LoadSize, o.CropSize, o.BatchSize, o.Epochs, o.EpochsDecay), Is.EqualTo((2e-4f, 0.5f, 286, 256, 1, 100, 100)));
            Assert.That(o.Problems(), Is.Empty);
        }
    }

    [Test]
    public void JsonRoundTripsUnderTheCommandLinesNames()
    {
        var options = TrainingOptions.ForCycleGan() with
        {
            Data = "a/b", Direction = Direction.BToA, Preprocess = PreprocessMode.ScaleWidthAndCrop, Steps = 12, Lr = 1e-3f, Seed = ulong.MaxValue,
            Discriminator = DiscriminatorKind.NLayers, InitType = Initialization.Orthogonal, LambdaIdentity = 0, Precision = Precision.Tf32,
        };
        var json = options.ToJson();
        Assert.That(OptionsJson.Parse(json), Is.EqualTo(options));
        foreach (var expected in new[]
        {
            "\"model\": \"cyclegan\"", "\"direction\": \"BtoA\"", "\"preprocess\": \"scale-width-and-crop\"", "\"load-size\": 286", "\"lambda-l1\": 100",
            "\"n-layers-d\": 3", "\"discriminator\": \"n-layers\"", "\"generator\": \"resnet9\"", "\"init-type\": \"orthogonal\"", "\"gan-mode\": \"lsgan\"",
        })
        {
            Assert.That(json, Does.Contain(expected));
        }
    }

    /// <summary>Reading is written by hand, so a kind of value that it does not know would be noticed here.</summary>
    [Test]
    public void EveryOptionIsReadAsItWasWritten()
    {
        foreach (var property in typeof(TrainingOptions).GetProperties())
        {
            var options = TrainingOptions.ForPix2Pix();
            property.SetValue(options, Other(property.GetValue(options), property.PropertyType));
            Assert.That(options, Is.Not.EqualTo(TrainingOptions.ForPix2Pix()), property.Name);
            Assert.That(OptionsJson.Parse(options.ToJson()), Is.EqualTo(options), property.Name);
        }

        Assert.That(OptionsJson.Parse("{}"), Is.EqualTo(new TrainingOptions()));
    }

    /// <summary>A value other than the one that is given.</summary>
    private static object Other(object? value, Type type) => value switch
    {
        int number => number + 1,
        float number => number + 0.1f,
        ulong number => number + (1UL << 63),
        bool flag => !flag,
        string text => text + "ä\"\\",
        GeneratorKind => GeneratorKind.ResNet(7, upsample: true),
        Enum => Enum.GetValues(type).Cast<object>().Last(member => !member.Equals(value)),
        null => 1L << 40,
        _ => throw new AssertionException($"a new kind of option: {type}"),
    };

    [TestCase("{\"crop-size\": 2.5}", "crop-size")]
    [TestCase("{\"crop-size\": \"256\"}", "crop-size")]
    [TestCase("{\"flip\": 1}", "flip")]
    [TestCase("{\"data\": null}", "data")]
    [TestCase("{\"model\": \"pix2pixx\"}", "pix2pix, cyclegan")]
    [TestCase("[1]", "no options")]
    [TestCase("{\"loadsize\": 3}", "loadsize")]
    [TestCase("{\"norm\": \"layer\"}", "norm")]
    [TestCase("{\"generator\": \"unet100\"}", "unet100")]
    [TestCase("{\n\"norm\": t", "options.json: is damaged at line 2")]
    [TestCase("null", "no options")]
    public void BadJsonIsNamed(string json, string part) =>
        Assert.That(() => OptionsJson.Parse(json, "options.json"), Throws.TypeOf<OptionsException>().With.Message.Contains(part));

    private static readonly object[] s_absurd =
    [
        new object[] { "--crop-size", (TrainingOptions o) => o with { CropSize = 0 } },
        new object[] { "--crop-size", (TrainingOptions o) => o with { CropSize = 100, LoadSize = 100 } },
        new object[] { "--load-size", (TrainingOptions o) => o with { LoadSize = 128 } },
        new object[] { "--batch-size", (TrainingOptions o) => o with { BatchSize = -1 } },
        new object[] { "--lr", (TrainingOptions o) => o with { Lr = -1 } },
        new object[] { "--lr", (TrainingOptions o) => o with { Lr = float.NaN } },
        new object[] { "--beta1", (TrainingOptions o) => o with { Beta1 = 1 } },
        new object[] { "--steps", (TrainingOptions o) => o with { Steps = -5 } },
        new object[] { "--lambda-l1", (TrainingOptions o) => o with { LambdaL1 = float.PositiveInfinity } },
        new object[] { "--epochs", (TrainingOptions o) => o with { Epochs = 0, EpochsDecay = 0 } },
        new object[] { "--lambda-identity", (TrainingOptions o) => TrainingOptions.ForCycleGan() with { InputNc = 1 } },
        new object[] { "--preset", (TrainingOptions o) => o with { Preset = Preset.PytorchGan } },
    ];

    [TestCaseSource(nameof(s_absurd))]
    public void AbsurdValuesAreNamed(string option, Func<TrainingOptions, TrainingOptions> change) =>
        Assert.That(() => change(TrainingOptions.ForPix2Pix()).Validated(), Throws.TypeOf<OptionsException>().With.Message.StartsWith(option + " "));

    [Test]
    public void OnlyWhatDecidesNoBitMayChange()
    {
        var stored = TrainingOptions.ForPix2Pix();
        Assert.That(() => (stored with { Epochs = 300, Threads = 1, LogFreq = 1 }).RequireResumable(stored), Throws.Nothing);
        Assert.That(
            () => (stored with { Epochs = 300, Ngf = 32, Lr = 1e-3f }).RequireResumable(stored),
            Throws.TypeOf<OptionsException>().With.Message.Contains("--ngf is 32 but the run has 64").And.Message.Contains("--lr is 0.001"));
    }
}
