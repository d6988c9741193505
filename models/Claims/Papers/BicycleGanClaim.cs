using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.BicycleGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Zhu et al. 2017: both objectives together reach more of an input's correct outputs than noise or either objective alone.
/// </summary>
internal static class BicycleGanClaim
{
    private const int Side = 32;
    private const int Pairs = 1000;
    private const int HeldOut = 60;
    private const int Samples = 20;

    /// <summary>An output farther than this from all answers, of a range of 2, counts as none.</summary>
    private const double MostAway = 0.2;

    private const int RowsShown = 4;
    private const string AnswersFolder = "answers";
    private const string Colours = "colours";
    private const string Away = "distance";
    private const string Diversity = "diversity";
    private const string Patches = "patches";

    /// <summary>A random stream of its own, so that all variants are evaluated with the same codes.</summary>
    private const uint Codes = 0xB1C1;

    public static Claim Answers { get; } = new()
    {
        Name = BicycleGanFamily.Name,
        Sentence = "With both objectives, from picture to code and back and from code to picture and back, random codes reach more of an " +
            "input's correct outputs equally often than with plain noise or with either objective alone.",
        Source = "Zhu et al. 2017, edges to shoes, mean LPIPS distance of outputs: pix2pix with noise 0.013, cVAE-GAN 0.095, cLR-GAN " +
            "0.089, BicycleGAN 0.111; real pictures 0.265",
        Setting = "Synthetic outlines of bags of 32 pixels, 1000 training pairs and 60 outlines to evaluate on; each bag has one of five " +
            "colours, independent of the outline. The small preset for all variants; batches of 4 for BicycleGAN, which compares half of " +
            "a batch with its targets, and of 2 for the others; 20 random codes for each outline, the same for all. The correct outputs " +
            "are known and replace LPIPS: an output within 0.2 of one counts as that one, others count as none.",
        Learnt = "Of five colours BicycleGAN reaches 2.4, plain noise and either objective 0.4 to 1.4. Before, outputs far from all " +
            "answers counted as the nearest one.",
        Steps = 16_000,
        FirstSeed = 201,
        Variants =
        [
            new("bicyclegan", "both objectives", steps => Small(steps, BicycleVariant.Bicycle)),
            new("pix2pix-noise", "pix2pix with noise as an input", steps => Small(steps, BicycleVariant.Pix2PixNoise)),
            new("cvae-gan", "target to code to output alone", steps => Small(steps, BicycleVariant.CvaeGan)),
            new("clr-gan", "code to output to code alone", steps => Small(steps, BicycleVariant.ClrGan)),
        ],
        Measures =
        [
            new(
                Colours,
                "exp of the entropy of the colours of 20 outputs for an outline, times the share that has one: how many of five are made " +
                    "equally often",
                HigherIsBetter: true) { Digits = 2, Floor = new(0, "gray, which is 0.35 from any colour") },
            new(Away, "mean absolute difference between an output and its nearest colour, of a range of 2", HigherIsBetter: false),
            new(Diversity, "mean absolute difference between two outputs for an outline, on a range of 2", HigherIsBetter: true),
            new(Patches, "patch distance to real pictures, × 10³", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences =
        [
            new("bicyclegan", "pix2pix-noise", Colours) { Least = 0.3 },
            new("bicyclegan", "cvae-gan", Colours) { Least = 0.3 },
            new("bicyclegan", "clr-gan", Colours) { Least = 0.3 },
        ],
        DrawData = folder =>
        {
            var drawn = new DrawnEdgesShapes();
            drawn.WriteSplits(folder, Pairs, HeldOut, Side);
            DrawnEdgesShapes.WriteInAllColours(Path.Combine(folder, AnswersFolder), Pairs, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    /// <summary>
    /// All variants compare outputs with two targets per step. For BicycleGAN these are half of a batch, so samples of the others count
    /// twice.
    /// </summary>
    private static IReadOnlyList<ClaimPart> Small(int steps, BicycleVariant variant)
    {
        var (batch, samples) = variant == BicycleVariant.Bicycle ? (4, 1) : (2, 2);
        var options = BicycleGanOptions.Small() with
        {
            Variant = variant, LoadSize = Side, CropSize = Side, NumDowns = int.Log2(Side), BatchSize = batch, Steps = steps,
        };
        return [new ClaimPart("", options) { SampleWeight = samples }];
    }

    /// <summary>exp of the entropy of the answers, times the share of the samples that have one.</summary>
    private static double Reached(IReadOnlyCollection<int> answers)
    {
        double[] shares = [.. answers.CountBy(answer => answer).Select(c => c.Value / (double)answers.Count)];
        return Math.Exp(-shares.Sum(share => share * Math.Log(share))) * answers.Count / Samples;
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var model = (BicycleGanModel)variant.Model;
        string[] colours = [.. Directory.GetDirectories(Path.Combine(variant.Data, AnswersFolder)).Order(StringComparer.Ordinal)];
        var (reached, away, distances) = (new List<double>(), new List<double>(), new List<double>());
        var (made, real) = (new List<Picture>(), new List<Picture>());
        foreach (var batch in variant.HeldOut())
        {
            var key = new RandomKey(1, Codes, (uint)made.Count, 0);
            using var codes = Tensor.Normal(key, new Shape(Samples, model.Options.Nz), variant.Device);
            using var answers = model.Answer(batch.A, codes);
            Picture[] pictures = [.. Enumerable.Range(0, Samples).Select(i => PictureTensors.ToPicture(answers, i))];
            Picture[] known = [.. colours.Select(colour => PictureFile.Load(Path.Combine(colour, batch.Names[0] + ".png")))];
            var nearest = variant.Instruments.NearestAnswers(pictures, known);
            reached.Add(Reached([.. nearest.Where(n => n.Distance <= MostAway).Select(n => n.Answer)]));
            away.Add(nearest.Average(n => n.Distance));
            distances.Add(variant.Instruments.MeanDistance(pictures));
            made.Add(pictures[0]);
            real.Add(PictureTensors.ToPicture(batch.B));
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Colours] = reached.Average(),
                [Away] = away.Average(),
                [Diversity] = distances.Average(),
                [Patches] = variant.Instruments.PatchDistance(made, real),
            },
            Pictures = variant.Shown(RowsShown, ["input", "answer_1", "answer_2", "answer_3", "answer_4"]),
        };
    }
}
