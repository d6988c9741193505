using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Two batches that go through a network as one come out, and are learned from, as if they had gone one after the other.</summary>
internal sealed class JointForwardTests : OnCpu
{
    /// <summary>Of sums that are rounded in another order, relative in norm.</summary>
    private const double Rounding = 2e-5;

    private const int Side = 32;

    private static IEnumerable<TestCaseData> Networks()
    {
        yield return Case("PatchGAN, instance norm", new PatchGan(3, 4, 2, NormKind.Instance), 1, joins: true);
        yield return Case("PatchGAN, instance norm, pairs", new PatchGan(3, 4, 2, NormKind.Instance), 2, joins: true);
        yield return Case("PatchGAN without norm, pairs", new PatchGan(3, 4, 2, NormKind.None), 2, joins: true);
        yield return Case("PatchGAN, batch norm", new PatchGan(3, 4, 2, NormKind.Batch), 1, joins: false);
        yield return Case("PatchGAN, fixed batch norm, pairs", new PatchGan(3, 4, 2, NormKind.Batch).Eval(), 2, joins: true);
        yield return Case("pixel discriminator", new PixelGan(3, 4, NormKind.Instance), 1, joins: true);
        yield return Case("ResNet", new ResNetGenerator(3, 3, 1, 4, NormKind.Instance, dropout: false), 1, joins: true);
        yield return Case("antialiased ResNet", new ResNetGenerator(3, 3, 1, 4, scaling: ScalingKind.Antialias), 1, joins: true);
        yield return Case("smooth ResNet", new ResNetGenerator(3, 3, 1, 4, scaling: ScalingKind.Smooth), 1, joins: true);
        yield return Case("ResNet with dropout", new ResNetGenerator(3, 3, 1, 4, NormKind.Instance, dropout: true), 1, joins: false);
        yield return Case("ResNet, dropout off", new ResNetGenerator(3, 3, 1, 4, NormKind.Instance, dropout: true).Eval(), 1, joins: true);
        yield return Case(
            "running statistics averaged over images",
            new Sequential(new Conv2d(3, 4, 3), new InstanceNorm2d(4, trackRunningStatistics: true)), 1, joins: false);
    }

    [TestCaseSource(nameof(Networks))]
    public void OutputsAndGradientsAreThoseOfTwoForwards(Layer network, int batch, bool joins)
    {
        network.Initialize(seed: 5, gain: 0.2f).To(_device);
        using var step = _device.Step();
        var (first, second) = (Noise(1, batch), Noise(2, batch));
        (first.RequiresGrad, second.RequiresGrad) = (true, true);
        Assert.That(JointForward.IsExact(network, first, second), Is.EqualTo(joins));
        Assert.That(JointForward.IsExact(network, first, Noise(3, batch + 1)), Is.False, "another size");
        if (!joins)
        {
            return;
        }

        var expected = Learn((network.Forward(first), network.Forward(second)));
        var actual = Learn(JointForward.Of(network, first, second));
        Assert.That(actual.Keys, Is.EqualTo(expected.Keys));
        Assert.Multiple(() =>
        {
            foreach (var (name, values) in expected)
            {
                // A norm subtracts a bias again: of its gradient only rounding is left, of what the weight's is made of.
                var scale = name.EndsWith(".bias") ? expected[name.Replace(".bias", ".weight")] : values;
                Assert.That(Distance(actual[name], values), Is.LessThan(Rounding * Math.Max(Norm(values), Norm(scale))), name);
            }
        });

        // The second batch weighs more, so that halves in each other's place would be noticed.
        Dictionary<string, float[]> Learn((Tensor First, Tensor Second) y)
        {
            var found = new Dictionary<string, float[]> { ["y first"] = y.First.ToArray(), ["y second"] = y.Second.ToArray() };
            (y.First.Square().Mean() + (y.Second.Abs().Mean() * 3)).Backward();
            found.Add("dx first", first.Gradient!.ToArray());
            found.Add("dx second", second.Gradient!.ToArray());
            foreach (var parameter in network.Parameters)
            {
                found.Add("d" + parameter.Name, parameter.Value.Gradient!.ToArray());
            }

            network.ClearGradients();
            first.ClearGradient();
            second.ClearGradient();
            return found;
        }
    }

    private static double Distance(float[] a, float[] b) => Norm([.. a.Zip(b, (x, y) => x - y)]);

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(v => (double)v * v));

    private Tensor Noise(uint stream, int batch, int width = Side) =>
        Tensor.Uniform(new RandomKey(5, stream, 0, 0), new Shape(batch, 3, Side, width), _device).Affine(2, -1);

    private static TestCaseData Case(string name, Layer network, int batch, bool joins) =>
        new TestCaseData(network, batch, joins).SetArgDisplayNames(name);
}
