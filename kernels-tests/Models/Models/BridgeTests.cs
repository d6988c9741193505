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

    /// <summary>From training to graphs by the command line, in as many steps as it says.</summary>
    [Test]
    public async Task StepsAreChosenByOption()
    {
        await Do("data", "synth", "--kind", "facades", "--out", In("facades"), "--count", "4", "--val", "2", "--size", "16");
        await Do(
            "train", "bridge", "--preset", "small", "--data", In("facades"), "--out", In("run"), "--load-size", "16", "--crop-size", "16",
            "--num-downs", "3", "--ngf", "4", "--lr", "0.02", "--init-gain", "0.3", "--steps", "3", "--quiet");
        var input = Directory.GetFiles(In("facades", "val")).Order(StringComparer.Ordinal).First();
        var made = new List<byte[]>();
        foreach (var (n, arguments) in new string[][] { [], ["--steps", "4"], ["--steps", "1"], ["--seed", "2"] }.Index())
        {
            await Do(["translate", "--model", In("run"), "--input", input, "--out", In($"{n}.png"), .. arguments]);
            made.Add(await File.ReadAllBytesAsync(In($"{n}.png")));
        }

        Assert.That(made[1], Is.EqualTo(made[0]));
        Assert.That(made[2], Is.Not.EqualTo(made[0]));
        Assert.That(made[3], Is.Not.EqualTo(made[0]));
        await Do("translate", "--model", In("run"), "--input", input, "--out", In("s.png"), "--samples", "2");
        Assert.That(await File.ReadAllBytesAsync(In("s-1.png")), Is.EqualTo(made[0]));
        Assert.That(await File.ReadAllBytesAsync(In("s-2.png")), Is.Not.EqualTo(made[0]));
        string[] evaluate = ["evaluate", "--model", In("run"), "--data", In("facades"), "--no-labels", "--json", "--out", In("scores")];
        string[] once = ["translate", "--model", In("run"), "--input", input, "--out", In("one.png"), "--steps", "1"];
        AssertExplained(await Run([.. once, "--samples", "2"]), 2, "--samples needs --steps 2 or more", "bridge draws no noise");
        AssertExplained(await Run([.. once, "--seed", "2"]), 2, "--seed needs --steps 2 or more");
        await Do([.. once, "--samples", "1"]);
        var (usual, one) = (await Evaluated(), await Evaluated("--steps", "1"));
        Assert.That(new[] { usual.Subject!.TranslationSteps, one.Subject!.TranslationSteps }, Is.EqualTo(new int?[] { 4, 1 }));
        Assert.That(one.Mean, Is.Not.EqualTo(usual.Mean));
        foreach (var verb in new string[][]
        {
            ["translate", "--input", input, "--out", In("no.png")], ["export", "--to", "onnx", "--out", In("no.onnx")],
        })
        {
            var refused = await Run([.. verb, "--model", In("run"), "--steps", "9"]);
            AssertExplained(refused, 2, "--steps must be between 1 and 8 for", "not 9");
        }

        AssertExplained(await Run("export", "--model", In("run"), "--to", "onnx", "--out", In("noisy.onnx")), 1, "--steps 1", "--sigma 0");
        await Do("export", "--model", In("run"), "--to", "onnx", "--out", In("one.onnx"), "--steps", "1");
        await Do("translate", "--model", In("one.onnx"), "--input", input, "--out", In("graph.png"), "--whole");
        await Do("translate", "--model", In("run"), "--input", input, "--out", In("whole.png"), "--whole", "--steps", "1");
        Assert.That(Bytes("graph.png").Zip(Bytes("whole.png"), (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(1));

        byte[] Bytes(string file) => PictureFile.Load(In(file)).Layers[0].Bytes;

        async Task<EvaluationReport> Evaluated(params string[] more) => EvaluationReport.Parse((await Run([.. evaluate, .. more])).Output);
    }
}
