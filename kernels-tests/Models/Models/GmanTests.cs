using IlgpuGan.Models.Families.Gman;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>GMAN's networks as published, its means, and what each of its discriminators sees.</summary>
public sealed class GmanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("gman")!;

    private static readonly GmanOptions s_tiny = GmanOptions.Small() with
    {
        ImageSize = 16, Nz = 6, Width = 4, BatchSize = 6, Device = "cpu",
    };

    /// <summary>Published but for what the family's page explains: the objective, initial weights, dropout, smaller parts.</summary>
    [Test]
    public void TheSmallPresetIsThePublishedSettingButForWhatIsExplained()
    {
        var small = (GmanOptions)s_family.Defaults("small");
        Assert.That((small.ImageSize, small.OutputNc, small.Width, small.Nz), Is.EqualTo((32, 1, 64, 100)));
        Assert.That((small.Discriminators, small.BatchSize / small.Discriminators, small.Steps), Is.EqualTo((5, 20, (long?)4000)));
        Assert.That((small.Mean, small.LambdaMean), Is.EqualTo((GmanMean.Arithmetic, 1f)));
        Assert.That((small.Lr, small.Beta1), Is.EqualTo((2e-4f, 0.5f)));
    }

    /// <summary>Against the definitions in double precision, and slopes by differences, weights included.</summary>
    [Test]
    public void MeansAreThoseOfThePaper([Values] GmanMean mean, [Values] bool negative, [Values(0f, 1.5f)] float lambda)
    {
        float[] values = Array.ConvertAll([0.3f, 1.7f, 0.9f], v => negative ? -v : v);
        var tensor = Tensor.From(values, new Shape(3), Device);
        tensor.RequiresGrad = true;
        var mixed = GmanValue.Mix(tensor, mean, lambda, negative);
        Assert.That(mixed.Item(), Is.EqualTo(Defined(Array.ConvertAll(values, v => (double)v))).Within(1e-6));
        var slopes = Differentiation.Gradients(mixed, [tensor])[0].ToArray();
        for (var i = 0; i < 3; i++)
        {
            const double step = 1e-5;
            double[] above = Array.ConvertAll(values, v => (double)v), below = Array.ConvertAll(values, v => (double)v);
            (above[i], below[i]) = (above[i] + step, below[i] - step);
            Assert.That(slopes[i], Is.EqualTo((Defined(above) - Defined(below)) / (2 * step)).Within(1e-5), $"{i}");
        }

        double Defined(double[] v)
        {
            var sum = v.Sum(x => Math.Exp(lambda * x));
            var weights = Array.ConvertAll(v, x => Math.Exp(lambda * x) / sum);
            return mean switch
            {
                GmanMean.Arithmetic => v.Zip(weights, (x, w) => x * w).Sum(),
                GmanMean.Geometric => Math.Sign(v[0]) * v.Zip(weights, (x, w) => Math.Pow(Math.Abs(x), w)).Aggregate(1.0, (a, b) => a * b),
                _ => 1 / v.Zip(weights, (x, w) => w / x).Sum(),
            };
        }
    }

    /// <summary>The harsher a discriminator, the larger its value; a large λ leaves the harshest alone.</summary>
    [Test]
    public void TheHarshestDecidesInTheEnd([Values] GmanMean mean)
    {
        var values = Tensor.From([-2f, -0.1f, -1f], new Shape(3), Device);
        Assert.That(GmanValue.Mix(values, mean, 1000, areNegative: true).Item(), Is.EqualTo(-0.1f).Within(1e-5));
    }

    /// <summary>Every picture is seen once, by one discriminator; where there are too few, some are seen twice.</summary>
    [TestCase(7, 3, "0+2 2+2 4+3")]
    [TestCase(6, 2, "0+3 3+3")]
    [TestCase(2, 3, "0+1 0+1 1+1")]
    [TestCase(1, 2, "0+1 0+1")]
    public void ABatchIsDealtOut(int count, int takers, string expected) =>
        Assert.That(string.Join(' ', DealtBatch.Parts(count, takers).Select(p => $"{p.First}+{p.Count}")), Is.EqualTo(expected));

    /// <summary>
    /// All networks learn in every step, each discriminator from its own loss, and batches may be smaller than there are discriminators.
    /// </summary>
    [TestCase(6)]
    [TestCase(1)]
    public void AllLearnTogether(int count)
    {
        var (model, batch) = ModelAndNoise(s_tiny, s_tiny with { BatchSize = count });
        Dictionary<string, float> losses = [];
        var learned = ModelSteps.Learned(model, () => losses = model.Step(batch, 0).ToDictionary(l => l.Name, l => l.Value));
        Assert.That(losses.Keys, Is.EqualTo(new[] { "D_real", "D_fake", "V_0", "V_1", "V_2", "V_3", "V_4", "G_GAN" }));
        var values = losses.Where(l => l.Key[0] == 'V').Select(l => l.Value).ToList();
        Assert.That(losses["G_GAN"], Is.InRange(values.Min(), values.Max()));
        Assert.That(learned, Is.EqualTo(model.Networks.Select(n => n.Name)));
    }

    [Test]
    public void DiscriminatorsDropOutUnlikeParts()
    {
        var options = new GmanOptions { Discriminators = 5 };
        Assert.That(Enumerable.Range(0, 5).Select(options.DropoutOf), Is.EqualTo(new[] { 0.56f, 0.52f, 0.48f, 0.44f, 0.4f }).Within(1e-6f));
        Assert.That((options with { Dropout = false }).DropoutOf(0), Is.Zero);
    }
}
