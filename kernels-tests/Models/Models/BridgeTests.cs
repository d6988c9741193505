using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>A bridge is as large as pix2pix, and its steps end where the network says, by way of the Brownian bridge.</summary>
public sealed class BridgeTests : FamilyFixture
{
    private static readonly BridgeOptions s_tiny = BridgeOptions.Small() with
    {
        LoadSize = 16, CropSize = 16, NumDowns = 3, Ngf = 4, TimeEmbedding = 4, Sigma = 0.5f, Device = "cpu",
    };

    [TestCase("reference")]
    [TestCase("small")]
    public void ItHasAsManyWeightsAsPix2Pix(string preset)
    {
        var (own, other) = (WeightsOf("bridge"), WeightsOf("pix2pix"));
        Assert.That(own, Is.EqualTo(other).Within(3).Percent);

        long WeightsOf(string family) => FamilyCatalog.Find(family)!.Networks(FamilyCatalog.Find(family)!.Defaults(preset))
            .Single(n => n.Name == "netG").Create().ParameterCount;
    }

    /// <summary>Between two ends of 0, numbers at time t have the variance σ²·t(1 − t), whatever the number of steps before.</summary>
    [TestCase(2, 0)]
    [TestCase(5, 1)]
    [TestCase(8, 5)]
    public void PointsAreOfTheBrownianBridge(int count, int last)
    {
        const float sigma = 2;
        using var step = Device.Step();
        var end = Tensor.Zeros(new Shape(1, 1, 200, 200), Device);
        var z = end;
        for (var i = 0; i <= last; i++)
        {
            z = BridgeGenerator.Next(z, end, i, new TranslationSteps(count), sigma);
        }

        var t = (last + 1.0) / count;
        Assert.That(z.ToArray().Average(v => (double)v * v), Is.EqualTo(sigma * sigma * t * (1 - t)).Within(3).Percent);
        var (from, to) = (Tensor.Full(end.Shape, 1, Device), Tensor.Full(end.Shape, 3, Device));
        Assert.That(BridgeGenerator.Next(from, to, 1, new TranslationSteps(4), 0).ToArray(), Is.All.EqualTo(5 / 3f).Within(1e-6f));
    }

    [Test]
    public void OneStepIsThePredictionAtTheStart()
    {
        using var noGrad = GradMode.NoGrad();
        using var step = Device.Step();
        var generator = new BridgeGenerator(s_tiny).Initialize(seed: 1, gain: 0.3f).To(Device);
        var x = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(2, 3, 16, 16), Device);
        float[] Translated(int count, ulong seed = 1) => generator.Translate(x, new TranslationSteps(count, seed)).ToArray();
        float[] At(float t) => generator.Predict(x, x, Tensor.Full(new Shape(2, 1), t, Device)).ToArray();
        Assert.That(Translated(1, seed: 2), Is.EqualTo(At(0)));
        Assert.That(At(0.5f), Is.Not.EqualTo(At(0)), "the network sees the time");
        Assert.That(Translated(3), Is.Not.EqualTo(Translated(1)));
        Assert.That(Translated(3, seed: 2), Is.Not.EqualTo(Translated(3)));
        var alone = generator.Translate(x.Slice(0, 1, 1), new TranslationSteps(3)).ToArray();
        Assert.That(alone, Is.EqualTo(Translated(3)[alone.Length..]).Within(1e-5f), "the same noise for all pictures of a batch");
        Fails.With<InteropException>(() => NetworkExporter.ToOnnx(generator, In("noisy.onnx")), "draws noise between its 4 steps");
    }

    /// <summary>A graph of one step makes the picture of one step.</summary>
    [Test]
    public async Task OneStepIsWrittenAsAGraph()
    {
        await Do("data", "synth", "--kind", "facades", "--out", In("facades"), "--count", "4", "--val", "2", "--size", "16");
        await Do(
            "train", "bridge", "--preset", "small", "--data", In("facades"), "--out", In("run"), "--load-size", "16", "--crop-size", "16",
            "--num-downs", "3", "--ngf", "4", "--lr", "0.02", "--init-gain", "0.3", "--steps", "3", "--quiet");
        var input = Directory.GetFiles(In("facades", "val")).Order(StringComparer.Ordinal).First();
        await Do("export", "--model", In("run"), "--to", "onnx", "--out", In("one.onnx"), "--steps", "1");
        await Do("translate", "--model", In("one.onnx"), "--input", input, "--out", In("graph.png"), "--whole");
        await Do("translate", "--model", In("run"), "--input", input, "--out", In("whole.png"), "--whole", "--steps", "1");
        Assert.That(Bytes("graph.png").Zip(Bytes("whole.png"), (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(1));

        byte[] Bytes(string file) => PictureFile.Load(In(file)).Layers[0].Bytes;
    }
}
