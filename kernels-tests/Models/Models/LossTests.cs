using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

public sealed class LossTests : OnCpu
{
    private static readonly float[] s_scores = [-2, -0.5f, 0, 0.25f, 3, 60];

    [Test]
    public void GanLossIsTheReferences(
        [Values(GanMode.Vanilla, GanMode.Lsgan, GanMode.Wgangp, GanMode.Hinge)] GanMode mode, [Values] bool real)
    {
        var expected = s_scores.Average(s => (mode, real) switch
        {
            (GanMode.Vanilla, true) => -Math.Log(1 / (1 + Math.Exp(-(double)s))),
            (GanMode.Vanilla, false) => s > 30 ? s : -Math.Log(1 - (1 / (1 + Math.Exp(-(double)s)))),
            (GanMode.Lsgan, true) => Math.Pow(s - 1.0, 2),
            (GanMode.Lsgan, false) => Math.Pow(s, 2),
            (GanMode.Hinge, true) => Math.Max(0, 1.0 - s),
            (GanMode.Hinge, false) => Math.Max(0, 1.0 + s),
            (_, true) => -s,
            _ => s,
        });
        var scores = Tensor.From(s_scores, new Shape(1, 1, 2, 3), _device);
        Assert.That(new GanLoss(mode).Of(scores, real).Item(), Is.EqualTo(expected).Within(1e-6 * Math.Abs(expected) + 1e-6));
        if (real)
        {
            var ofGenerator = mode == GanMode.Hinge ? s_scores.Average(s => -(double)s) : expected;
            Assert.That(
                new GanLoss(mode).OfGenerator(scores, () => throw new AssertionException("real scores")).Item(),
                Is.EqualTo(ofGenerator).Within(1e-6 * Math.Abs(ofGenerator) + 1e-6));
        }
    }

    /// <summary>Against double precision; gradients reach the generator's samples, and in the generator's loss no real ones.</summary>
    [Test]
    public void RelativeLossComparesRealAndFake()
    {
        float[] others = [1, -0.25f, 4, -3, 2.5f, -60];
        var (real, fake) = (Scores(s_scores), Scores(others));
        var loss = new GanLoss(GanMode.Rpgan);
        Assert.That(loss.IsRelative);
        Assert.That(() => loss.Of(real, real: true), Throws.InvalidOperationException);
        var ofD = loss.Relative(real, fake);
        Assert.That(ofD.Item(), Is.EqualTo(Cost(s_scores, others)).Within(1e-5));
        ofD.Backward();
        Assert.That(real.Gradient!.ToArray(), Is.EqualTo(fake.Gradient!.ToArray().Select(slope => -slope)));
        real.ClearGradient();
        var ofG = loss.OfGenerator(fake, () => real * 1);
        Assert.That(ofG.Item(), Is.EqualTo(Cost(others, s_scores)).Within(1e-5));
        ofG.Backward();
        Assert.That(real.Gradient, Is.Null);

        Tensor Scores(float[] values)
        {
            var scores = Tensor.From(values, new Shape(2, 1, 1, 3), _device);
            scores.RequiresGrad = true;
            return scores;
        }

        static double Cost(float[] higher, float[] lower) => higher.Zip(lower, (h, l) => Softplus((double)l - h)).Average();
        static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
    }

    /// <summary>
    /// Of scores w·x² the slope at x is 2·w·x: R1 and R2 are 2·γ·Σ(w·x)² over the samples, and their gradients follow.
    /// </summary>
    [Test]
    public void ZeroCentredPenaltyMeasuresTheSlope()
    {
        float[] weight = [0.3f, -0.4f, 1.2f], values = [.. Enumerable.Range(0, 24).Select(i => (i % 7 - 3) * 0.5f)];
        var w = Tensor.From(weight, new Shape(1, 3, 1, 1), _device);
        w.RequiresGrad = true;
        var penalty = GradientPenalty.AtZero(
            x => x.Square().Multiply(w), Tensor.From(values, new Shape(2, 3, 2, 2), _device), weight: 0.6f);
        double[] squares =
            [.. Enumerable.Range(0, 3).Select(c => values.Chunk(4).Where((_, i) => i % 3 == c).Sum(v => v.Sum(x => (double)x * x)))];
        Assert.That(penalty.Item(), Is.EqualTo(weight.Zip(squares, (v, s) => 0.6 * v * v * s).Sum()).Within(1e-5), "2·0.6/2 samples");
        penalty.Backward();
        Assert.That(w.Gradient!.ToArray(), Is.EqualTo(weight.Zip(squares, (v, s) => (float)(1.2 * v * s))).Within(1e-4f));
    }

    /// <summary>Of a linear critic the slope is its weight everywhere, so the penalty is known.</summary>
    [Test]
    public void PenaltyMeasuresTheSlope()
    {
        float[] weight = [0.3f, -0.4f, 1.2f];
        var w = Tensor.From(weight, new Shape(1, 3, 1, 1), _device);
        w.RequiresGrad = true;
        var (real, fake) = (Tensor.Full(new Shape(2, 3, 2, 2), 1, _device), Tensor.Full(new Shape(2, 3, 2, 2), -1, _device));
        var mix = Tensor.From([0.25f, 0.75f], new Shape(2, 1, 1, 1), _device);
        var seen = new List<float[]>();
        var penalty = GradientPenalty.Of(
            x =>
            {
                seen.Add(x.ToArray());
                return x.Multiply(w);
            },
            real, fake, mix, weight: 10);

        Assert.That(seen[0].Chunk(12).Select(c => c.Distinct().Single()), Is.EqualTo(new[] { -0.5f, 0.5f }), "mixed by sample");
        var length = Math.Sqrt(4 * weight.Sum(v => (double)v * v));
        Assert.That(penalty.Item(), Is.EqualTo(10 * Math.Pow(length - 1, 2)).Within(1e-4));

        // d/dw of 10 (2|w| − 1)²
        penalty.Backward();
        var norm = length / 2;
        Assert.That(w.Gradient!.ToArray(), Is.EqualTo(weight.Select(v => (float)(40 * (length - 1) * v / norm))).Within(1e-3f));
    }

    [TestCase(NormKind.None)]
    [TestCase(NormKind.Instance)]
    [TestCase(NormKind.Batch)]
    public void PenaltyTrainsACritic(NormKind norm)
    {
        using var step = _device.Step();
        var critic = new PatchGan(2, 3, 2, norm).Initialize(seed: 3, gain: 0.4f).To(_device);
        var adam = new IlgpuGan.Tensors.Optim.Adam(critic.Parameters, learningRate: 2e-3f, beta1: 0.5f);
        var (real, fake, mix) = (Noise(1), Noise(2), Tensor.From([0.3f, 0.6f], new Shape(2, 1, 1, 1), _device));
        float Penalty()
        {
            critic.ClearGradients();
            var penalty = GradientPenalty.Of(critic.Forward, real, fake, mix, weight: 10);
            penalty.Backward();
            return penalty.Item();
        }

        var before = Penalty();
        for (var i = 0; i < 40; i++)
        {
            Penalty();
            adam.Step();
        }

        Assert.That(Penalty(), Is.LessThan(before * 0.2f), $"from {before}");
    }

    [Test]
    public void PenaltyOfAFlatCriticIsFinite()
    {
        var w = Tensor.Zeros(new Shape(1, 1, 1, 1), _device);
        w.RequiresGrad = true;
        var x = Tensor.Ones(new Shape(1, 1, 2, 2), _device);
        var penalty = GradientPenalty.Of(v => v.Multiply(w), x, x, Tensor.Zeros(new Shape(1, 1, 1, 1), _device), weight: 10);
        penalty.Backward();
        Assert.That(penalty.Item(), Is.EqualTo(10).Within(1e-5));
        Assert.That(float.IsFinite(w.Gradient!.Item()));
    }

    private Tensor Noise(uint op)
    {
        var tensor = Tensor.Empty(new Shape(2, 2, 16, 16), _device);
        _device.Kernels.Run(new NormalCall(new RandomKey(1, 9, 0, op), tensor.Span));
        return tensor;
    }
}
