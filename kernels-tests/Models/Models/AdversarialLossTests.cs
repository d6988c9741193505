using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The families whose adversarial loss is a choice: every loss with both penalties, and what can't be chosen.</summary>
public sealed class AdversarialLossTests : OnCpu
{
    private static IEnumerable<string> Names => CatalogueCase.All.Where(c => c.Value.Options is IAdversarialOptions).Select(c => c.Key);

    /// <summary>Recorded and replayed: penalties are reported, and change the discriminators' weights.</summary>
    [Test]
    public void EveryLossTrainsWithBothPenalties([ValueSource(nameof(Names))] string name, [Values] GanMode mode)
    {
        var options = With(With(With(Short(name), "gan-mode", mode), "lambda-r1", 0f), "lambda-r2", 0f);
        var (losses, weights) = AfterTwoSteps(options);
        foreach (var (option, penalty) in (ReadOnlySpan<(string, string)>)[("lambda-r1", "R1"), ("lambda-r2", "R2")])
        {
            var (penalized, changed) = AfterTwoSteps(With(options, option, 5f));
            Assert.That(penalized, Has.All.Matches<Loss>(loss => float.IsFinite(loss.Value)));
            var added = penalized.Where(loss => losses.All(l => l.Name != loss.Name)).ToList();
            Assert.That(added, Is.Not.Empty.And.All.Matches<Loss>(loss => loss.Name.Contains(penalty) && loss.Value > 0));
            Assert.That(weights.Any(w => w.Key.StartsWith("netD", StringComparison.Ordinal) && !w.Value.SequenceEqual(changed[w.Key])));
        }

        Assert.That(losses.Any(loss => loss.Name.Contains("gp", StringComparison.Ordinal)), Is.EqualTo(mode == GanMode.Wgangp));
    }

    /// <summary>
    /// With the same fakes and weights for both updates, softplus(real − fake) − softplus(fake − real), the generator's loss minus the
    /// discriminator's, is the mean of real − fake, which the losses of wgangp without penalty tell: so the generator's loss has the score
    /// of the real picture.
    /// </summary>
    [TestCase("unsb", "D_GAN", "G_GAN", "D_GAN D_R1 D_R2 E G_GAN SB NCE NCE_Y")]
    [TestCase("discogan", "D_A", "G_A", "D_A R1_A R2_A D_B R1_B R2_B G_A fm_A recon_A G_B fm_B recon_B")]
    [TestCase("lapgan", "D_GAN", "G_GAN", "D_GAN D_R1 D_R2 G_GAN")]
    [TestCase("pggan", "D_GAN", "G_GAN", "D_GAN D_R1 D_R2 D_drift G_GAN")]
    [TestCase("singan", "D_GAN", "G_GAN", "D_GAN D_R1 D_R2 G_GAN G_rec")]
    [TestCase("stargan", "D_GAN", "G_fake", "D_GAN D_cls D_R1 D_R2 G_fake G_rec G_cls")]
    [TestCase("stackgan", "D_GAN", "G_GAN", "D_GAN D_wrong D_R1 D_R2 G_GAN G_KL")]
    [TestCase("stackgan-v2", "D_GAN", "G_GAN", "D_wrong D_GAN D_R1 D_R2 G_GAN G_KL G_color")]
    public void AGeneratorsLossHasTheRealPicturesScore(string name, string discriminator, string generator, string reported)
    {
        var still = With(With(Short(name), "lr", 1e-30f), "gan-mode", GanMode.Rpgan);
        still = name == "lapgan" ? With(still, "dropout", false) : still;
        var relative = AfterTwoSteps(still, SameOfAShape).Losses;
        var penalties = With(With(still, "lambda-r1", 1f), "lambda-r2", 1f);
        Assert.That(AfterTwoSteps(penalties).Losses.Select(loss => loss.Name), Is.EqualTo(reported.Split(' ')));
        var own = With(With(still, "gan-mode", GanMode.Wgangp), name == "singan" ? "lambda-grad" : "lambda-gp", 0f);
        var apart = AfterTwoSteps(own, SameOfAShape).Losses;
        var fakeMinusReal = apart.Any(loss => loss.Name == "D_fake")
            ? Of(apart, "D_real") + Of(apart, "D_fake")
            : 2 * Of(apart, discriminator); // The mean of both.
        Assert.That(Math.Abs(fakeMinusReal), Is.GreaterThan(1e-4), "else the equation says nothing");
        Assert.That(Of(relative, generator) - Of(relative, discriminator), Is.EqualTo(-fakeMinusReal).Within(0.1).Percent);

        float Of(List<Loss> losses, string loss) => losses.Single(l => l.Name == loss).Value;
        Tensor SameOfAShape(string draw, Shape shape) => Tensor.Uniform(new RandomKey(5, 1, 0, 0), shape, _device).Affine(3, -1.5f);
    }

    /// <summary>Without labels, without scores of pictures alone, and with two fakes for one picture.</summary>
    [Test]
    public void VariantsHaveTheLoss(
        [Values(
            "stackgan-v2 conditional", "stackgan-v2 uncond-loss", "stackgan-v2 batch-size", "stackgan batch-size", "lapgan conditional")]
        string variant,
        [Values(GanMode.Rpgan, GanMode.Wgangp)] GanMode mode)
    {
        var (name, option) = (variant.Split(' ')[0], variant.Split(' ')[1]);
        object value = option switch { "conditional" => false, "uncond-loss" => 0f, _ => 1 };
        var options = With(With(With(CatalogueCase.All[name].Options, "gan-mode", mode), "lambda-r1", 1f), "lambda-r2", 1f);
        var losses = AfterTwoSteps(CatalogueCase.All[name].Family.ForBenchmark(With(options, option, value))).Losses;
        Assert.That(losses, Has.All.Matches<Loss>(loss => float.IsFinite(loss.Value)));
        Assert.That(losses.Select(loss => loss.Name), Is.SupersetOf(
            (string[])[mode == GanMode.Rpgan ? "D_GAN" : "D_gp", "D_R1", "D_R2", "G_GAN"]));
    }

    /// <summary>A run from data: every stage, phase and size has the loss and both penalties.</summary>
    [TestCaseSource(nameof(Names))]
    public void EveryStageHasTheLoss(string name)
    {
        using var runs = new TinyRun();
        CatalogueCase.All[name].WriteData(runs.PathOf("data"));
        var options = With(
            With(With(CatalogueCase.All[name].Options, "gan-mode", GanMode.Rpgan), "lambda-r1", 0.1f), "lambda-r2", 0.1f);
        Assert.That(runs.TrainOnFiles("run", options with { Data = runs.PathOf("data") }), Is.EqualTo(TrainingOutcome.Finished));
        foreach (var line in TinyRun.LogOf(runs.PathOf("run")).Where(line => line.Contains("\"D", StringComparison.Ordinal)))
        {
            Assert.That(line, Does.Contain("R1").And.Contain("R2").And.Not.Contain("D_real").And.Not.Contain("\"W\""));
        }
    }

    [TestCase("cut", "--gan-mode rpgan", "preprocess", PreprocessMode.None)]
    [TestCase("discogan", "--gan-mode rpgan", "preprocess", PreprocessMode.None)]
    [TestCase("gan", "--objective original", "objective", GeneratorObjective.Original)]
    [TestCase("dcgan", "--objective original", "objective", GeneratorObjective.Original)]
    public void WhatDoesNotFitTheLossIsRefused(string name, string start, string option, object value) => Assert.That(
        With(With(CatalogueCase.All[name].Options, "gan-mode", GanMode.Rpgan), option, value).Problems(),
        Has.Some.StartsWith(start));

    private static TrainingOptions With(TrainingOptions options, string name, object value) =>
        OptionDescription.Of(options.GetType()).Single(option => option.Name == name).With(options, value);

    /// <summary>A tiny model's options, with what comes from data made up.</summary>
    private static TrainingOptions Short(string name) => CatalogueCase.All[name].Family.ForBenchmark(CatalogueCase.All[name].Options);

    /// <param name="options">of the model</param>
    /// <param name="draws">its random numbers; its discriminator then has weights of about 1, so that scores differ</param>
    /// <returns>the losses of the second step after those that only the first one has, and the weights</returns>
    private (List<Loss> Losses, SortedDictionary<string, float[]> Weights) AfterTwoSteps(
        TrainingOptions options, Func<string, Shape, Tensor>? draws = null)
    {
        using var model = GanModel.Create(options, _device);
        using var batch = model.Family.Noise(options, _device);
        if (draws is not null)
        {
            model.FixedDraws = draws;
            foreach (var (name, tensor) in model.Networks.Where(n => n.Name.StartsWith("netD", StringComparison.Ordinal))
                .SelectMany(n => n.Network.NamedTensors()).Where(t => t.Tensor.Role == TensorRole.Parameter))
            {
                using var numbers = draws(name, tensor.Value.Shape);
                tensor.Value.CopyFrom(numbers.ToArray());
            }
        }

        List<Loss> first = [.. model.Step(batch, 0)];
        List<Loss> losses = [.. model.Step(batch, 1)];
        losses.InsertRange(0, first.Where(loss => losses.All(l => l.Name != loss.Name)));
        return (losses, ModelSteps.Weights(model));
    }
}
