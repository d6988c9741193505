using IlgpuGan.Models.Families.Ebgan;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>EBGAN's networks, its energy, margin and pulling-away term.</summary>
public sealed class EbganTests : FamilyFixture
{
    private static readonly EbganOptions s_tiny = EbganOptions.Small() with { Nz = 6, GWidths = "8", DWidths = "9,7", BatchSize = 3,
        Device = "cpu" };

    /// <summary>What each picture costs is its own, of numbers in [0, 1]; the code is the innermost layer's.</summary>
    [Test]
    public void TheEnergyIsThatOfEachPicture()
    {
        var squared = Judge(s_tiny);
        var plain = Judge(s_tiny with { Energy = EbganEnergy.Distance });
        var pictures = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(3, 1, 16, 16), Device).Affine(2, -1);
        var (energy, code) = squared.Forward(pictures);
        Assert.That((energy.Shape, code.Shape), Is.EqualTo((new Shape(3), new Shape(3, 7))));
        var second = squared.Forward(pictures[1..2]).Energy.ToArray()[0];
        Assert.That(second, Is.EqualTo(energy.ToArray()[1]).Within(1e-4f));
        Assert.That(plain.Forward(pictures).Energy.ToArray()[1], Is.EqualTo(MathF.Sqrt(second)).Within(1e-4f));
        Assert.That(second, Is.InRange(0.1f, 256f), "256 numbers in [0, 1]");

        AutoEncoder Judge(EbganOptions options) => new AutoEncoder(options).Initialize(1, Initialization.Default).To(Device);
    }

    /// <summary>
    /// Fakes that cost more than the margin teach nothing: their part of the loss is 0, and the reals' alone moves weights.
    /// </summary>
    [Test]
    public void BeyondTheMarginNothingIsLearned()
    {
        Assert.That(FakeLoss(1e-6f), Is.Zero);
        Assert.That(FakeLoss(1e4f), Is.GreaterThan(1e3f));

        float FakeLoss(float margin)
        {
            var (model, batch) = ModelAndNoise(s_tiny with { Margin = margin });
            return model.Step(batch, 0).Single(l => l.Name == "D_fake").Value;
        }
    }

    /// <summary>The auto-encoder learns from real pictures alone, and the generator stays as it was.</summary>
    [Test]
    public void TheDiscriminatorMayLearnFirst()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { PretrainD = 2 });
        var generator = model.Networks.Single(n => n.Name == "netG").Network;
        var before = Weights();
        var losses = Enumerable.Range(0, 2).Select(step => model.Step(batch, step).ToDictionary(l => l.Name, l => l.Value)).ToList();
        Assert.That(losses.Select(l => l.Keys), Is.All.EqualTo(new[] { "D_real" }));
        Assert.That(losses[1]["D_real"], Is.LessThan(losses[0]["D_real"]));
        Assert.That(Weights(), Is.EqualTo(before));
        Assert.That(model.Step(batch, 2).Select(l => l.Name), Is.EqualTo(new[] { "D_real", "D_fake", "G_GAN", "G_PT" }));
        Assert.That(Weights(), Is.Not.EqualTo(before));

        float[] Weights() => [.. generator.Parameters.SelectMany(p => p.Value.ToArray())];
    }

    /// <summary>Against the definition, pair by pair in double precision, and its slope by differences.</summary>
    [Test]
    public void PullingAwayIsTheMeanSquaredCosineOfPairs()
    {
        const int count = 4;
        const int numbers = 3;
        var values = Tensor.Normal(new RandomKey(1, 1, 0, 0), new Shape(count, numbers), Device).ToArray();
        var codes = Tensor.From(values, new Shape(count, numbers), Device);
        codes.RequiresGrad = true;
        var loss = PullingAway.Of(codes);
        Assert.That(loss.Item(), Is.EqualTo(Defined(values)).Within(1e-6));
        var slope = Differentiation.Gradients(loss, [codes])[0].ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            const double step = 1e-5;
            double[] above = Array.ConvertAll(values, v => (double)v), below = Array.ConvertAll(values, v => (double)v);
            (above[i], below[i]) = (above[i] + step, below[i] - step);
            Assert.That(slope[i], Is.EqualTo((Defined(above) - Defined(below)) / (2 * step)).Within(1e-5), $"{i}");
        }

        Fails.With<ShapeException>(() => PullingAway.Of(codes[..1]), "two samples");

        static double Defined<T>(T[] all)
            where T : System.Numerics.INumber<T>
        {
            var rows = all.Select(v => double.CreateChecked(v)).Chunk(numbers).ToArray();
            var sum = 0.0;
            foreach (var (i, a) in rows.Index())
            {
                foreach (var b in rows.Where((_, j) => j != i))
                {
                    var cosine = a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
                    sum += cosine * cosine;
                }
            }

            return sum / (count * (count - 1));
        }
    }

    [Test]
    public void WithoutWeightThereIsNoPullingAway()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { LambdaPt = 0 });
        Assert.That(model.Step(batch, 0).Select(l => l.Name), Is.EqualTo(new[] { "D_real", "D_fake", "G_GAN" }));
    }

    [Test]
    public void ConvolutionsTakeOtherSides()
    {
        var options = new EbganOptions { ImageSize = 16, Nz = 5, Ngf = 2, Ndf = 2, BatchSize = 2, Device = "cpu" };
        var (model, batch) = ModelAndNoise(options);
        Assert.That(model.Step(batch, 0).Select(l => l.Value), Has.All.Matches<float>(float.IsFinite));
        Assert.That(model.Generate(new GenerationRequest { Count = 2 }).Single().Shape, Is.EqualTo(new Shape(2, 3, 16, 16)));
        Fails.Starting<OptionsException>(() => (options with { ImageSize = 24 }).Validated(), "--image-size 24 must be a power of two");
    }
}
