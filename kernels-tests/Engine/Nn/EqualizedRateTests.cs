namespace IlgpuGan.EngineTests.Nn;

/// <summary>
/// <see cref="EqualizedRate"/> against the layer itself with its weight scaled on the host: outputs, gradients, first values.
/// </summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class EqualizedRateTests(string name) : OnDevice(name)
{
    private static IEnumerable<TestCaseData> Layers()
    {
        yield return Case("Conv2d", () => new Conv2d(2, 4, 3, 2, 1), 2 * 9, new Shape(2, 2, 5, 6));
        yield return Case("Conv2d of groups", () => new Conv2d(4, 6, (1, 3), bias: false, groups: 2), 2 * 3, new Shape(1, 4, 4, 5));
        yield return Case("ConvTranspose2d", () => new ConvTranspose2d(3, 2, 4, 2, 1), 3 * 16, new Shape(2, 3, 3, 4));
        yield return Case("ConvTranspose2d of groups", () => new ConvTranspose2d(4, 6, 2, groups: 2), 2 * 4, new Shape(1, 4, 3, 4));
        yield return Case("Linear", () => new Linear(5, 7), 5, new Shape(3, 5));

        static TestCaseData Case(string name, Func<Layer> create, int fanIn, Shape x) =>
            new TestCaseData(create, fanIn, x).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Layers))]
    public void IsTheLayerWithItsWeightOverTheRootOfFanIn(Func<Layer> create, int fanIn, Shape shape)
    {
        var scale = 1 / Math.Sqrt(fanIn);
        var (plain, equal) = (
            create().Initialize(3, Initialization.Normal, 1).To(Device),
            new EqualizedRate(create()).Initialize(3, Initialization.Normal, 1).To(Device));
        Assert.That(equal.Scale, Is.EqualTo(scale).Within(1e-7));
        Assert.That(equal.NamedTensors().Select(t => t.Name), Is.EqualTo(plain.NamedTensors().Select(t => t.Name)));
        var weight = plain.NamedTensors().First().Tensor.Value;
        Assert.That(equal.Weight.Value.ToArray(), Is.EqualTo(weight.ToArray()), "drawn as the layer's own");
        weight.CopyFrom([.. weight.ToArray().Select(w => (float)(w * scale))]);

        using var step = Device.Step();
        var x = Tensor.Normal(new RandomKey(1, 2, 3, 4), shape, Device);
        var (expected, result) = (plain.Forward(x), equal.Forward(x));
        Assert.That(RelativeError.Of(result.ToArray(), [.. expected.ToArray().Select(v => (double)v)]), Is.LessThan(1e-6));
        expected.Square().Sum().Backward();
        result.Square().Sum().Backward();
        Assert.That(
            RelativeError.Of(equal.Weight.Value.Gradient!.ToArray(), [.. weight.Gradient!.ToArray().Select(g => g * scale)]),
            Is.LessThan(1e-5));
    }

    [Test]
    public void AGainMultipliesTheScale()
    {
        Assert.That(new EqualizedRate(new Linear(8, 3), gain: 2).Scale, Is.EqualTo(2 / Math.Sqrt(8)).Within(1e-7));
        Assert.That(
            new EqualizedRate(new ConvTranspose2d(8, 3, 4), MathF.Sqrt(2)).Scale, Is.EqualTo(Math.Sqrt(2) / 4 / Math.Sqrt(8)).Within(1e-7));
    }

    [Test]
    public void LayersWithoutAWeightAreRefused() =>
        Fails.With<ArgumentException>(() => new EqualizedRate(new Relu()), "a Relu has no weight");
}
