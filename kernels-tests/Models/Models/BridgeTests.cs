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
}
