using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.BicycleGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// Random codes for each held-out outline, the same for all variants, whose outputs are compared with the known correct ones.
/// </summary>
internal static class AnswersJudge
{
    /// <summary>Folder of the correct answers, below that of the data.</summary>
    internal const string Folder = "answers";

    private const int Samples = 20;

    /// <summary>An output farther than this from all answers, of a range of 2, counts as none.</summary>
    private const double MostAway = 0.2;

    private const int RowsShown = 4;

    /// <summary>A random stream of its own, so that all variants are evaluated with the same codes.</summary>
    private const uint Codes = 0xB1C1;

    public static ClaimFinding Find(TrainedVariant variant)
    {
        var model = (BicycleGanModel)variant.Model;
        string[] colours = [.. Directory.GetDirectories(Path.Combine(variant.Data, Folder)).Order(StringComparer.Ordinal)];
        var (reached, away, distances) = (new List<double>(), new List<double>(), new List<double>());
        var (made, real) = (new List<Picture>(), new List<Picture>());
        foreach (var batch in variant.HeldOut())
        {
            var key = new RandomKey(1, Codes, (uint)made.Count, 0);
            using var codes = Tensor.Normal(key, new Shape(Samples, model.Options.Nz), variant.Device);
            using var answers = model.Answer(batch.A, codes);
            Picture[] pictures = [.. Enumerable.Range(0, Samples).Select(i => PictureTensors.ToPicture(answers, i))];
            Picture[] known = [.. colours.Select(colour => PictureFile.Load(Path.Combine(colour, batch.Names[0] + ".png")))];
            var nearest = pictures.Select(new KnownTargets(known).NearestTo).ToList();
            reached.Add(Reached([.. nearest.Where(n => n.Distance <= MostAway).Select(n => n.Answer)]));
            away.Add(nearest.Average(n => n.Distance));
            distances.Add(Diversity.MeanDistance(pictures));
            made.Add(pictures[0]);
            real.Add(PictureTensors.ToPicture(batch.B));
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                ["colours"] = reached.Average(),
                ["distance"] = away.Average(),
                ["diversity"] = distances.Average(),
                ["patches"] = variant.Instruments.PatchDistance(made, real),
            },
            Pictures = variant.Shown(RowsShown, ["input", "answer_1", "answer_2", "answer_3", "answer_4"]),
        };
    }

    /// <summary>exp of the entropy of the answers, times the share of the samples that have one.</summary>
    private static double Reached(IReadOnlyCollection<int> answers)
    {
        double[] shares = [.. answers.CountBy(answer => answer).Select(c => c.Value / (double)answers.Count)];
        return Math.Exp(-shares.Sum(share => share * Math.Log(share))) * answers.Count / Samples;
    }
}
