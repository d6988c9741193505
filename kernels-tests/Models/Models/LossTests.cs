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
}
