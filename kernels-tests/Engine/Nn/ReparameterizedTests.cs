using IlgpuGan.Tensors.Optim;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>Layers whose weight is computed, and those that look numbers up: names, first values, forward.</summary>
internal sealed class ReparameterizedTests
{
    private static Device Device => TestDevices.Open("cpu");

    private static IEnumerable<TestCaseData> Layers()
    {
        yield return Case("Conv2d", () => new Conv2d(2, 4, 3, 2, 1), new Shape(2, 2, 5, 6));
        yield return Case("grouped Conv2d", () => new Conv2d(4, 6, (1, 3), groups: 2), new Shape(1, 4, 4, 5));
        yield return Case("ConvTranspose2d", () => new ConvTranspose2d(3, 2, 4, 2, 1), new Shape(2, 3, 3, 4));
        yield return Case("grouped ConvTranspose2d", () => new ConvTranspose2d(4, 2, 2, groups: 2), new Shape(2, 4, 3, 4));
        yield return Case("Linear", () => new Linear(5, 7, bias: false), new Shape(3, 5));

        static TestCaseData Case(string name, Func<Layer> create, Shape x) => new TestCaseData(create, x).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Layers))]
    public void WeightNormBeginsAsTheLayerThatItWraps(Func<Layer> create, Shape shape)
    {
        foreach (var axis in new[] { 0, 1 })
        {
            using var step = Device.Step();
            var norm = new WeightNorm(create(), axis).Initialize(seed: 3, Initialization.Kaiming).To(Device);
            var plain = create().Initialize(seed: 3).To(Device);
            ((IWeightedLayer)plain).Weight.Value.CopyFrom(norm.Weight.Value);
            var x = Tensor.From(OpCase.DrawNumbers(new Random(1), (int)shape.Count), shape, Device);
            Assert.That(RelativeError.Of(norm.Forward(x).ToArray(), Array64.From(plain.Forward(x)).Values), Is.LessThan(1e-6));

            norm.Length.Value.CopyFrom([.. Enumerable.Range(1, (int)norm.Length.Shape.Count).Select(i => 0.5f * i)]);
            var weight = Naive.WeightNormalize(Array64.From(norm.Weight.Value), Array64.From(norm.Length.Value), axis);
            ((IWeightedLayer)plain).Weight.Value.CopyFrom([.. weight.Values.Select(w => (float)w)]);
            Assert.That(RelativeError.Of(norm.Forward(x).ToArray(), Array64.From(plain.Forward(x)).Values), Is.LessThan(2e-6));
        }
    }

    /// <summary>Without lengths of its own the weight is a direction, however long what is trained has become.</summary>
    [Test]
    public void WeightNormOfFixedLengthsIsADirection()
    {
        using var step = Device.Step();
        var norm = new WeightNorm(new Linear(5, 3, bias: false), trainsLength: false).Initialize(seed: 3).To(Device);
        Assert.That(norm.NamedTensors().Select(t => $"{t.Name} {t.Tensor.Role}"), Is.EqualTo(
            new[] { "weight_v Parameter", "weight_g Buffer" }));
        var x = Tensor.From(OpCase.DrawNumbers(new Random(1), 10), new Shape(2, 5), Device);
        var before = norm.Forward(x).ToArray();
        var longer = norm.Weight.Value.ToArray();
        norm.Weight.Value.CopyFrom([.. longer.Select(w => 7 * w)]);
        Assert.That(RelativeError.Of(norm.Forward(x).ToArray(), [.. before.Select(v => (double)v)]), Is.LessThan(1e-5));
        var lengths = longer.Chunk(5).Select(row => Math.Sqrt(row.Sum(w => (double)w * w))).ToList();
        var expected = new double[6];
        for (var i = 0; i < expected.Length; i++)
        {
            var (n, o) = (i / 3, i % 3);
            expected[i] = Enumerable.Range(0, 5).Sum(k => x.ToArray()[(n * 5) + k] * longer[(o * 5) + k] / lengths[o]);
        }

        Assert.That(RelativeError.Of(before, expected), Is.LessThan(1e-5));
    }

    [Test]
    public void StandardNormalIsWhatItSays()
    {
        using var step = Device.Step();
        var values = new Embedding(200, 100).Initialize(seed: 9, Initialization.Xavier).To(Device).Weight.Value.ToArray();
        Assert.That(values.Average(), Is.Zero.Within(0.02));
        Assert.That(values.Average(v => v * v), Is.EqualTo(1).Within(0.02));
    }

    [Test]
    public void TensorsHavePyTorchsNames()
    {
        var network = new Sequential(
            new WeightNorm(new Conv2d(3, 4, 3)), new WeightNorm(new ConvTranspose2d(6, 4, 3, bias: false), axis: 1),
            new Embedding(10, 3));
        Assert.That(network.NamedTensors("net.").Select(t => $"{t.Name} {t.Tensor.Shape} {t.Tensor.Role}"), Is.EqualTo(new[]
        {
            "net.0.weight_v [4,3,3,3] Parameter", "net.0.bias [4] Parameter", "net.0.weight_g [4,1,1,1] Parameter",
            "net.1.weight_v [6,4,3,3] Parameter", "net.1.weight_g [1,4,1,1] Parameter",
            "net.2.weight [10,3] Parameter",
        }));
        Fails.With<ArgumentException>(() => new WeightNorm(new Relu()), "a Relu has no weight");
        Fails.With<ShapeException>(() => new WeightNorm(new Linear(2, 3), axis: 2), "weight_norm");
    }

    /// <summary>A class's vector moves with the classes of the batch; the others stay.</summary>
    [Test]
    public void AnEmbeddingTrainsTheRowsThatAreAskedFor()
    {
        using var step = Device.Step();
        var embedding = new Embedding(5, 3).Initialize(seed: 1).To(Device);
        var before = embedding.Weight.Value.ToArray();
        var index = Tensor.From([4, 1, 4, 1, 4, 4], new Shape(2, 3), Device);
        var rows = embedding.Forward(index);
        Assert.That(rows.Shape, Is.EqualTo(new Shape(2, 3, 3)));
        Assert.That(rows.ToArray()[..6], Is.EqualTo(before[12..15].Concat(before[3..6])));

        new Sgd(embedding.Parameters, learningRate: 0.5f).Minimize(rows.Sum());
        var moved = before.Zip(embedding.Weight.Value.ToArray(), (b, a) => b - a).ToArray();
        Assert.That(moved, Is.EqualTo(new float[] { 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 2, 2, 2 }).Within(1e-6f));
        Assert.That(() => embedding.Forward(Tensor.From([5], new Shape(1), Device)), Throws.TypeOf<DeviceException>());
    }

    [Test]
    public void ABatchThatDoesNotDivideIsRefused()
    {
        using var step = Device.Step();
        Fails.Saying<ShapeException>(
            () => new MinibatchDeviation().Forward(Tensor.Ones(new Shape(6, 2, 3, 3), Device)),
            "minibatch_deviation: the images of [6,2,3,3] do not divide into groups of 4");
    }
}
