using IlgpuGan.Models.Evaluation.Sets;
using static IlgpuGan.Models.Data.Invariant;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Warnings about metrics of a report that are meaningless or missing because pictures are too few or too small.</summary>
internal static class SampleSizeWarnings
{
    /// <summary>Fewest generated pictures per class for which chance adds less than 0.05 to the divergence of the shares.</summary>
    private const int LeastPerClass = 10;

    private static readonly (string Name, int Window, Func<ImageScore, double?> Of)[] s_similarities =
        [("SSIM", StructuralSimilarity.Window, s => s.Ssim), ("MS-SSIM", MultiScaleSimilarity.Window, s => s.MsSsim)];

    /// <summary>One message per metric.</summary>
    public static IEnumerable<string> Of(EvaluationReport report)
    {
        foreach (var (name, window, of) in s_similarities)
        {
            if (report.Images.Where(score => of(score) is null).ToList() is { Count: > 0 } small)
            {
                yield return $"{name} needs {window} pixels a side, and its mean leaves out {small[0].Name}" +
                    (small.Count > 1 ? $" and {Counted.Of(small.Count - 1, "other")}" : "");
            }
        }

        if (report is { SlicedWasserstein: not null, TwoSample: null })
        {
            yield return $"no two-sample test: it needs {TwoSampleTest.LeastPictures} pictures of each set";
        }

        if (report.Features is { Pictures: { } compared } features && compared <= features.Features)
        {
            yield return Text($"the Fréchet distance is too large: {compared} pictures are few for {features.Features} features; it ") +
                "compares runs on as many pictures only";
        }

        if (report.Generator is not { } scores)
        {
            yield break;
        }

        if (scores.Manifolds is null)
        {
            yield return Text($"no precision, recall, density and coverage: they need {Manifolds.LeastPoints} pictures of each set, and ") +
                Text($"there are {scores.Real}");
        }

        if (scores.RequiredPicturesPerClass() is { } least)
        {
            yield return Text($"precision, density and coverage are too good: {scores.Real} real pictures of ") +
                Text($"{scores.Classes!.Names.Count} classes are few; keep back {least} or more of each");
        }

        if (scores is { ForLabels: not true, Classes: { Names.Count: var classes } } && scores.Made < LeastPerClass * classes)
        {
            yield return Text($"the divergence of the classes' shares is too large: of {scores.Made} pictures of {classes} classes ") +
                Text($"chance alone makes about {Chance(classes, scores.Made):0.000}");
        }
    }

    /// <summary>Expected divergence of the shares of a sample from those of its distribution, (K − 1)/2N (Wilks 1938).</summary>
    private static double Chance(int classes, int pictures) => (classes - 1) / (2.0 * pictures);
}
