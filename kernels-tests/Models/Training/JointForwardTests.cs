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

    /// <summary>Adam divides by the size of gradients, and so makes much of the rounding of those that are nearly zero.</summary>
    private const double RoundingOfWeights = 1e-4;

    private const int Side = 32;

    private static readonly CycleGanOptions s_cycleGan = TinyRun.CycleGan with { Dropout = false };

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

    private static IEnumerable<TestCaseData> Runs()
    {
        yield return Run("least squares, pools", s_cycleGan);
        yield return Run("no identity", s_cycleGan with { LambdaIdentity = 0 });
        yield return Run("cross-entropy, batches of two", s_cycleGan with { GanMode = GanMode.Vanilla, BatchSize = 2 });
        yield return Run("gradient penalty, no pools", s_cycleGan with { GanMode = GanMode.Wgangp, PoolSize = 0 });
        yield return Run("halved losses", s_cycleGan with { Preset = CycleGanOptions.PyTorchGanPreset });
        yield return Run("generators with dropout", s_cycleGan with { Dropout = true });
        yield return Run("pictures of two sizes", s_cycleGan, widthOfB: 24, joins: false);
    }

    /// <summary>As written, recorded and replayed; the losses of each step, and where the weights end.</summary>
    [TestCaseSource(nameof(Runs))]
    public void ACycleGanLearnsTheSame(TranslationOptions options, int widthOfB, bool joins)
    {
        var (joined, apart) = (Train(options, widthOfB, joins: true), Train(options, widthOfB, joins: false));
        Assert.That(joined.Keys, Is.EqualTo(apart.Keys));
        Assert.That(
            joined.Values.Zip(apart.Values).Any(v => !v.First.SequenceEqual(v.Second)), Is.EqualTo(joins), "whether any bits differ");
        Assert.Multiple(() =>
        {
            foreach (var (name, values) in apart)
            {
                // A critic's loss is a difference of means, of which little may be left: its rounding is that of the step's larger losses.
                var scale = name[0] is >= '0' and <= '9' ? apart.Where(v => v.Key[0] == name[0]).Max(v => Norm(v.Value)) : Norm(values);
                Assert.That(
                    Distance(joined[name], values), Is.LessThan((name.EndsWith(".weight") ? RoundingOfWeights : Rounding) * scale), name);
            }
        });
    }

    private Dictionary<string, float[]> Train(TranslationOptions options, int widthOfB, bool joins)
    {
        using var trainer = GanModel.Create(options, _device);
        trainer.JoinsForwards = joins;
        var found = new Dictionary<string, float[]>();
        for (var step = 0; step < 4; step++)
        {
            using var pair = Batch.OfPair(Noise((uint)step, options.BatchSize), Noise((uint)step + 10, options.BatchSize, widthOfB));
            foreach (var loss in trainer.Step(pair, step))
            {
                found.Add($"{step} {loss.Name}", [loss.Value]);
            }
        }

        // Biases that a norm subtracts again drift without meaning.
        foreach (var (name, network) in trainer.Networks)
        {
            foreach (var parameter in network.NamedTensors(name + ".").Where(p => p.Name.EndsWith(".weight")))
            {
                found.Add(parameter.Name, parameter.Value.ToArray());
            }
        }

        return found;
    }

    private Tensor Noise(uint stream, int batch, int width = Side) =>
        Tensor.Uniform(new RandomKey(5, stream, 0, 0), new Shape(batch, 3, Side, width), _device).Affine(2, -1);

    private static TestCaseData Case(string name, Layer network, int batch, bool joins) =>
        new TestCaseData(network, batch, joins).SetArgDisplayNames(name);

    private static TestCaseData Run(string name, TranslationOptions options, int widthOfB = Side, bool joins = true) =>
        new TestCaseData(options, widthOfB, joins).SetArgDisplayNames(name);
}
