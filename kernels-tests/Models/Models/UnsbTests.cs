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
        Fails.With<ShapeException>(() => generator.Forward(Random(1, new Shape(1, 3, 18, 16)), 0, Code(0)), "multiples of 4");
        Assert.That(generator.Translate(x, steps with { Seed = 6 }).ToArray(), Is.Not.EqualTo(generator.Translate(x, steps).ToArray()));
        var noisy = new UnsbGenerator(s_tiny with { Tau = 1 }).Initialize(1, Initialization.Kaiming).To(_device);
        Assert.That(
            (noisy.Walk(x, 1, (name, shape) => name == "z_0" ? Code(0) : Tensor.Ones(shape, _device)) - ((x + first) * 0.5f)).ToArray(),
            Is.All.EqualTo(0.5f).Within(1e-5f), "the deviation of Brownian motion between 0 and 1, half way");
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

    private Tensor Random(uint stream, Shape shape) => Tensor.Normal(new RandomKey(1, stream, 0, 0), shape, _device);
}
