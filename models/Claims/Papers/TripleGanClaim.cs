using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.TripleGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>The claim of Li et al. 2017: with few labels, adversarial training makes a classifier better than training it alone.</summary>
internal static class TripleGanClaim
{
    private const int Side = 16;
    private const int Glyphs = 5000;
    private const int HeldOut = 1000;
    private const int Made = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const int BatchSize = 100;
    private const int Labels = 20;
    private const int Noise = 40;
    private const string Wrong = "error";
    private const string Asked = "asked";

    public static Claim FewLabels { get; } = new()
    {
        Name = TripleGanFamily.Name,
        Sentence = "With few labels, a classifier trained together with a generator and a discriminator classifies more pictures " +
            "correctly than one that is the discriminator, too, in a GAN of two networks.",
        Source = "Li et al. 2017, error on MNIST: 0.91 % with 100 labels; with 20 labels 4.81 %, compared with 16.77 % of a GAN of two " +
            "networks",
        Setting = $"Synthetic glyphs of 16 pixels in ten classes, with twice the usual slant and noise of {Noise} levels: 5000 for " +
            "training, 20 of them labelled, 1000 held out; the small preset. The GAN of two networks is that of Salimans et al. 2016, " +
            "with the same classifier and generator. The classifier alone is trained on the same batches for as many steps, by all loss " +
            "terms that need no other network: confident predictions for unlabelled pictures, and all classes equally often. All begin " +
            "with it alone for 300 steps. The seed selects the labelled pictures, the same for all.",
        Learnt = "Both classify alike, and no better than the classifier alone (0.08 wrong). The rival's generator makes one pattern; " +
            "Triple-GAN draws the class asked for (0.85).",
        Steps = 3300,
        FirstSeed = 11,
        Variants =
        [
            new("triplegan", "three networks", With),
            new("two-networks", "a GAN whose discriminator is the classifier", steps => With(steps) with { TwoNetworks = true }),
            new("alone", "the classifier alone", steps => With(steps) with { ClassifierSteps = steps, FakesFrom = steps }),
        ],
        Measures =
        [
            new(Wrong, "share of held-out glyphs that the run's classifier misclassifies", HigherIsBetter: false)
            {
                Floor = new(0.9, "one class for all"),
            },
            new(
                Asked,
                "share of generated pictures that a classifier trained on all real ones assigns to their class; none for the classifier " +
                    "alone",
                HigherIsBetter: true),
        ],
        Differences =
        [
            new("triplegan", "two-networks", Wrong) { Least = 0.03 }, new("triplegan", "alone", Wrong) { IsApart = true },
        ],
        DrawData = folder => new DrawnGlyphs(mostSlant: 0.5f, noise: Noise).WriteSplits(folder, Glyphs, HeldOut, Side),
        Judge = Judge,
    };

    /// <summary>Scales the schedule with the number of steps.</summary>
    private static TripleGanOptions With(int steps)
    {
        var small = TripleGanOptions.Small();
        return small with
        {
            Labelled = Labels, Steps = steps, LogFreq = 100, ClassifierSteps = Part(small.ClassifierSteps),
            FakesFrom = Part(small.FakesFrom),
        };

        int Part(int ofSmall) => (int)(ofSmall * (long)steps / small.Steps!.Value);
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var (model, wrong) = ((TripleGanModel)variant.Model, new List<double>());
        foreach (var batch in variant.HeldOut(BatchSize))
        {
            var (answers, labels) = (model.Classes(batch[LabelledPictures.NameOfPicture]), batch[LabelledPictures.NameOfLabel].ToArray());
            var classes = labels.Length / answers.Count;
            wrong.AddRange(answers.Select((answer, i) => labels[(i * classes) + answer] == 1 ? 0.0 : 1));
        }

        // Labels take turns, as do the columns of the shown pictures.
        var made = GeneratedPictures.Of(model, Made);
        var asked = variant.Instruments.Classes(made).Select((shown, i) => shown == i % model.Options.LabelCount ? 1.0 : 0);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { [Wrong] = wrong.Average(), [Asked] = asked.Average() },
            Pictures = [Mosaic.Column([.. made.Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
