using IlgpuGan.Models.Families.Unsb;
using IlgpuGan.ModelsTests.Data;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>UNSB: sizes of its networks, its bridge, and what a step leaves and changes.</summary>
public sealed class UnsbTests : OnCpu
{
    private const int Side = 32;

    private static readonly UnsbOptions s_tiny = new()
    {
        NumTimesteps = 3, Blocks = 1, Ngf = 4, Ndf = 4, NLayersD = 2, Nnf = 8, NumPatches = 12, NceLayers = "0,4,8,12",
        LoadSize = Side + 4, CropSize = Side, PublishedBlocks = false, Device = "cpu", Steps = 8, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    /// <summary>The published program's times for five steps.</summary>
    [Test]
    public void TimesAreThePublishedOnes()
    {
        Assert.That(UnsbGenerator.Times(5), Is.EqualTo(new[] { 0, 0.5, 0.74, 0.86, 0.94, 1 }).Within(1e-12));
        Assert.That(UnsbGenerator.Times(2), Is.EqualTo(new[] { 0, 0.5, 1 }));
    }

    [Test]
    public void WavesAreSinesAndCosines()
    {
        using var step = _device.Step();
        double[] frequencies = [1, Math.Pow(10, -4.0 / 3), Math.Pow(10, -8.0 / 3), 1e-4];
        Assert.That(
            TimeEmbedding.Waves(3, 8, _device).ToArray(),
            Is.EqualTo(frequencies.Select(f => Math.Sin(3 * f)).Concat(frequencies.Select(f => Math.Cos(3 * f)))).Within(1e-6));
    }

    /// <summary>
    /// The time, the code and the seed change what blocks that see the time make; published blocks do not see it.
    /// </summary>
    [Test]
    public void TheGeneratorSeesTimeAndCode([Values] bool published)
    {
        using var step = _device.Step();
        var generator = new UnsbGenerator(s_tiny with { PublishedBlocks = published }).Initialize(1, Initialization.Kaiming).To(_device);
        var (x, z) = (Random(1, new Shape(2, 3, 16, 24)), Random(2, new Shape(2, generator.CodeLength)));
        var made = generator.Forward(x, 0, z).ToArray();
        Assert.That(made, Has.Length.EqualTo(x.Shape.Count));
        Assert.That(generator.Forward(x, 2, z).ToArray(), published ? Is.EqualTo(made) : Is.Not.EqualTo(made));
        Assert.That(generator.Forward(x, 0, z.Flip(1)).ToArray(), Is.Not.EqualTo(made));
        Assert.That(
            generator.Features(x, 0, z, [0, 4, 8, 12]).Select(f => f.Shape.ToString()),
            Is.EqualTo(new[] { "[2,3,22,30]", "[2,8,16,24]", "[2,16,8,12]", "[2,16,4,6]" }));
        Fails.With<ShapeException>(() => generator.Forward(Random(1, new Shape(1, 3, 18, 16)), 0, z), "multiples of 4");

        var scores = new TimedPatchGan(3, 2, 2).Initialize(1, Initialization.Kaiming).To(_device);
        Assert.That(scores.Forward(x, 1).ToArray(), Is.Not.EqualTo(scores.Forward(x, 0).ToArray()));
    }

    /// <summary>One step is the prediction itself; more go through pictures between, with the noise of the seed.</summary>
    [Test]
    public void TranslationWalksTheBridge()
    {
        using var step = _device.Step();
        var generator = new UnsbGenerator(s_tiny with { Tau = 0 }).Initialize(1, Initialization.Kaiming).To(_device);
        var x = Random(1, new Shape(1, 3, 16, 16));
        var steps = new TranslationSteps(2, Seed: 5);
        Tensor Code(int draw) => steps.Noise(draw, new Shape(1, generator.CodeLength), _device);
        var first = generator.Forward(x, 0, Code(0));
        Assert.That(generator.Translate(x, steps with { Count = 1 }).ToArray(), Is.EqualTo(first.ToArray()));
        Assert.That(
            generator.Translate(x, steps).ToArray(),
            Is.EqualTo(generator.Forward((x + first) * 0.5f, 1, Code(2)).ToArray()).Within(1e-5f), "half way at time 1");
        Assert.That(generator.Translate(x, steps with { Seed = 6 }).ToArray(), Is.Not.EqualTo(generator.Translate(x, steps).ToArray()));
        var noisy = new UnsbGenerator(s_tiny with { Tau = 1 }).Initialize(1, Initialization.Kaiming).To(_device);
        Assert.That(
            (noisy.Walk(x, 1, (name, shape) => name == "z_0" ? Code(0) : Tensor.Ones(shape, _device)) - ((x + first) * 0.5f)).ToArray(),
            Is.All.EqualTo(0.5f).Within(1e-5f), "the deviation of Brownian motion between 0 and 1, half way");
    }

    /// <summary>Each time of the bridge is a phase, and trains all networks.</summary>
    [Test]
    public void AllNetworksLearnAtAllTimes()
    {
        using var model = GanModel.Create(s_tiny, _device);
        Assert.That(Enumerable.Range(0, 4).Select(s => model.PhaseAt(s)), Is.EqualTo(new[] { "time 0", "time 1", "time 2", "time 0" }));
        for (var step = 0; step < 3; step++)
        {
            var before = ModelSteps.Weights(model);
            Assert.That(Take(model, step), Is.EqualTo(new[] { "D_fake", "D_real", "E", "G_GAN", "SB", "NCE", "NCE_Y" }));
            var after = ModelSteps.Weights(model);
            foreach (var (name, values) in before.Where(w => w.Key.EndsWith("weight", StringComparison.Ordinal)))
            {
                Assert.That(after[name], Is.Not.EqualTo(values), name);
            }
        }
    }

    /// <summary>Nothing is compared without a weight for it: netF stays as it is, and B does not walk.</summary>
    [Test]
    public void WithoutContrastiveLossTheProjectionRests()
    {
        using var model = GanModel.Create(s_tiny with { LambdaNce = 0 }, _device);
        var before = ModelSteps.Weights(model);
        Assert.That(Take(model, 1), Is.EqualTo(new[] { "D_fake", "D_real", "E", "G_GAN", "SB" }));
        var after = ModelSteps.Weights(model);
        Assert.That(after.Where(w => w.Key.StartsWith("netF", StringComparison.Ordinal)).All(w => w.Value.SequenceEqual(before[w.Key])));
    }

    /// <summary>Training has a second picture of the input's domain; evaluation has none.</summary>
    [Test]
    public void SamplesHaveASecondInput([Values] Direction direction)
    {
        using var folder = new PictureFolderFixture();
        foreach (var (name, value) in new[] { ("trainA", (byte)0), ("trainB", (byte)255) })
        {
            Directory.CreateDirectory(folder.PathOf(name));
            var picture = new Picture(new IlgpuGan.Imaging.Image(4, 4, 3, [.. Enumerable.Repeat(value, 48)]));
            PictureFile.Save(picture, Path.Combine(folder.PathOf(name), "one.png"));
        }

        Family family = new UnsbFamily();
        var options = s_tiny with { Data = folder.Root, Direction = direction, LoadSize = 8, CropSize = 8 };
        var fields = family.OpenData(options, "train").Load(0, new RandomSequence(default)).Fields;
        Assert.That(fields.Select(f => f.Name), Is.EqualTo(new[] { "A", "B", "A2" }));
        Assert.That(Values(0), Is.All.EqualTo(direction == Direction.AToB ? -1 : 1));
        Assert.That(Values(2), Is.EqualTo(Values(0)));
        Assert.That(
            family.OpenData(options, "train", forEvaluation: true).Load(0, new RandomSequence(default)).Fields, Has.Count.EqualTo(2));

        float[] Values(int field)
        {
            var values = new float[fields[field].Shape.Count];
            fields[field].CopyTo(values);
            return values;
        }
    }

    [Test]
    public void ContradictionsAreRefused()
    {
        Fails.Starting<OptionsException>(() => (s_tiny with { NumPatches = 1 }).Validated(), "--num-patches");
        Fails.Starting<OptionsException>(() => (s_tiny with { Preprocess = PreprocessMode.ScaleWidth }).Validated(), "--preprocess");
        Fails.With<OptionsException>(() => (s_tiny with { NumTimesteps = 1 }).Validated(), "num-timesteps");
    }

    private static string[] Take(GanModel model, int step)
    {
        using var batch = model.Family.Noise(model.Options, model.Device);
        return [.. model.Step(batch, step).Select(l => l.Name)];
    }

    private Tensor Random(uint stream, Shape shape) => Tensor.Normal(new RandomKey(1, stream, 0, 0), shape, _device);
}
