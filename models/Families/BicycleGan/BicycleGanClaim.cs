using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>
/// The claim of Zhu et al. 2017: both objectives reach more of an input's right answers than noise, or than either way alone.
/// </summary>
internal static class BicycleGanClaim
{
    private const int Side = 64;
    private const int Pairs = 1000;
    private const int HeldOut = 60;
    private const int Samples = 20;
    private const int RowsShown = 4;
    private const string AnswersFolder = "answers";
    private const string Colours = "colours";
    private const string Right = "right";
    private const string Diversity = "diversity";
    private const string Patches = "patches";

    /// <summary>Its own stream: all variants are asked by the same codes.</summary>
    private const uint Codes = 0xB1C1;

    public static Claim Answers { get; } = new()
    {
        Sentence = "With both objectives, from picture to code and back and from code to picture and back, random codes reach more of an " +
            "input's correct outputs than with plain noise or with either objective alone.",
        Source = "Zhu et al. 2017, edges to shoes, mean LPIPS distance of outputs: pix2pix with noise 0.013, cVAE-GAN 0.095, cLR-GAN " +
            "0.089, BicycleGAN 0.111; real pictures 0.265",
        Setting = "Synthetic outlines of bags of 64 pixels, 1000 training pairs and 60 outlines to evaluate on; each bag has one of five " +
            "colours, independent of the outline. The small preset for all variants, batches of 2; 20 random codes for each outline, the " +
            "same for all. The correct outputs are known and replace LPIPS: an output counts as one of them if its distance to it is " +
            "less than half of the distance to the next one.",
        Steps = 4000,
        Variants =
        [
            new("bicyclegan", "both objectives", steps => Small(steps, BicycleVariant.Bicycle)),
            new("pix2pix-noise", "pix2pix with noise as an input", steps => Small(steps, BicycleVariant.Pix2PixNoise)),
            new("cvae-gan", "target to code to output alone", steps => Small(steps, BicycleVariant.CvaeGan)),
            new("clr-gan", "code to output to code alone", steps => Small(steps, BicycleVariant.ClrGan)),
        ],
        Measures =
        [
            new(Colours, "share of the five correct colours that 20 outputs for an outline reach", HigherIsBetter: true),
            new(Right, "share of the outputs in one of the correct colours", HigherIsBetter: true),
            new(Diversity, "mean absolute difference between two outputs for an outline, on a range of 2", HigherIsBetter: true),
            new(Patches, "patch distance to real pictures, × 10³", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences =
        [
            new("bicyclegan", "pix2pix-noise", Colours),
            new("bicyclegan", "cvae-gan", Colours),
            new("bicyclegan", "clr-gan", Colours),
        ],
        DrawData = folder =>
        {
            var drawn = new DrawnEdgesShapes();
            drawn.Write(folder, "train", 0, Pairs, Side, seed: 1);
            drawn.Write(folder, "val", Pairs, HeldOut, Side, seed: 1);
            DrawnEdgesShapes.WriteInAllColours(Path.Combine(folder, AnswersFolder), Pairs, HeldOut, Side, seed: 1);
        },
        Judge = Judge,
    };

    private static BicycleGanOptions Small(int steps, BicycleVariant variant) =>
        BicycleGanOptions.Small() with { Variant = variant, Steps = steps };

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var model = (BicycleGanModel)variant.Model;
        string[] colours = [.. Directory.GetDirectories(Path.Combine(variant.Data, AnswersFolder)).Order(StringComparer.Ordinal)];
        var (reached, right, distances) = (new List<double>(), new List<double>(), new List<double>());
        var (made, real) = (new List<Picture>(), new List<Picture>());
        foreach (var batch in variant.HeldOut())
        {
            var key = new RandomKey(1, Codes, (uint)made.Count, 0);
            using var codes = Tensor.Normal(key, new Shape(Samples, model.Options.Nz), variant.Device);
            using var answers = model.Answer(batch.A, codes);
            Picture[] pictures = [.. Enumerable.Range(0, Samples).Select(i => PictureTensors.ToPicture(answers, i))];
            Picture[] known = [.. colours.Select(colour => PictureFile.Load(Path.Combine(colour, batch.Names[0] + ".png")))];
            var shown = variant.Instruments.AnswersShown(pictures, known).OfType<int>().ToList();
            reached.Add(shown.Distinct().Count() / (double)known.Length);
            right.Add(shown.Count / (double)Samples);
            distances.Add(variant.Instruments.MeanDistance(pictures));
            made.Add(pictures[0]);
            real.Add(PictureTensors.ToPicture(batch.B));
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Colours] = reached.Average(),
                [Right] = right.Average(),
                [Diversity] = distances.Average(),
                [Patches] = variant.Instruments.PatchDistance(made, real),
            },
            Pictures = variant.Shown(RowsShown, ["input", "answer_1", "answer_2", "answer_3", "answer_4"]),
        };
    }
}
