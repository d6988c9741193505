using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The plain GANs' networks as published, their labels, and what each of their steps trains.</summary>
public sealed class PlainGanTests : FamilyFixture
{
    private static readonly GanOptions s_perceptron = GanOptions.Small() with { Nz = 6, GWidths = "8,8", DWidths = "8", BatchSize = 4,
        Device = "cpu" };

    /// <summary>An epoch may leave one picture for its last batch, and batch norm needs two codes.</summary>
    [Test]
    public void ABatchOfOneIsLearnedFrom([Values] bool labelled)
    {
        var (model, batch) = ModelAndNoise((GanOptions)(labelled ? Labelled(s_perceptron) : s_perceptron) with { BatchSize = 1 });
        Assert.That(model.Step(batch, 0).Select(l => l.Value), Has.All.Matches<float>(float.IsFinite));
    }

    /// <summary>Of one fake, so that both objectives are of the same score: −log D, and log(1 − D).</summary>
    [Test]
    public void TheGeneratorMayPlayTheMinimaxGame()
    {
        var (modified, original) = (Loss(GeneratorObjective.Modified), Loss(GeneratorObjective.Original));
        Assert.That(original, Is.EqualTo(Math.Log(1 - Math.Exp(-modified))).Within(1e-5));

        float Loss(GeneratorObjective objective)
        {
            var (model, batch) = ModelAndNoise(s_perceptron with { BatchSize = 1, GWidths = "8", Objective = objective });
            return model.Step(batch, 0).Single(loss => loss.Name == "G_GAN").Value;
        }
    }

    private static LabelledNoiseOptions Labelled(LabelledNoiseOptions options) =>
        options with { Conditional = true, Labels = "a,b,c", LabelKind = LabelKind.Classes };
}
