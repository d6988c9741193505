using IlgpuGan.Models.Losses;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The families whose adversarial loss is a choice: every loss with both penalties, and what can't be chosen.</summary>
public sealed class AdversarialLossTests : OnCpu
{
    private static IEnumerable<string> Names => CatalogueCase.All.Where(c => c.Value.Options is IAdversarialOptions).Select(c => c.Key);

    [Test]
    public void TheseFamiliesHaveTheChoice() => Assert.That(Names, Is.EquivalentTo(
        (string[])["pix2pix", "cyclegan", "cut", "bicyclegan", "pix2pixhd", "spade", "gan", "dcgan", "r3gan"]));

    /// <summary>Recorded and replayed: penalties are reported, and change the discriminators' weights.</summary>
    [Test]
    public void EveryLossTrainsWithBothPenalties([ValueSource(nameof(Names))] string name, [Values] GanMode mode)
    {
        var options = With(With(With(CatalogueCase.All[name].Options, "gan-mode", mode), "lambda-r1", 0f), "lambda-r2", 0f);
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

    [TestCase("cut", "--gan-mode rpgan", "preprocess", PreprocessMode.None)]
    [TestCase("gan", "--objective original", "objective", GeneratorObjective.Original)]
    [TestCase("dcgan", "--objective original", "objective", GeneratorObjective.Original)]
    public void WhatDoesNotFitTheLossIsRefused(string name, string start, string option, object value) => Assert.That(
        With(With(CatalogueCase.All[name].Options, "gan-mode", GanMode.Rpgan), option, value).Problems(),
        Has.Some.StartsWith(start));

    private static TrainingOptions With(TrainingOptions options, string name, object value) =>
        OptionDescription.Of(options.GetType()).Single(option => option.Name == name).With(options, value);

    private (List<Loss> Losses, SortedDictionary<string, float[]> Weights) AfterTwoSteps(TrainingOptions options)
    {
        using var model = GanModel.Create(options, _device);
        using var batch = model.Family.Noise(options, _device);
        model.Step(batch, 0);
        List<Loss> losses = [.. model.Step(batch, 1)];
        return (losses, ModelSteps.Weights(model));
    }
}
