using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>A measure of all pictures of an evaluation together, by its name: comparisons and reports show what stands here.</summary>
/// <param name="Name">name in comparisons</param>
/// <param name="Title">name in reports, with unit and direction</param>
/// <param name="HigherIsBetter">whether higher is better, or lower; null where that of real pictures is best</param>
/// <param name="Value">null if it does not apply</param>
/// <param name="Real">the same of real pictures; null if there is none</param>
/// <param name="Decimals">number of decimals to show</param>
internal sealed record SetMeasure(
    string Name, string Title, bool? HigherIsBetter, double? Value, double? Real = null, int Decimals = 4)
{
    /// <summary>The measures of a report.</summary>
    public static IEnumerable<SetMeasure> Of(EvaluationReport report)
    {
        var (classes, made, features) = (report.Segmentation, report.Generator, report.Features);
        var by = features is null ? "" : $" by {features.NetworkText()}";
        return
        [
            new("class accuracy", "Class accuracy (of 1)", true, classes?.Outputs.ClassAccuracy,
                classes?.Ceiling?.ClassAccuracy),
            new("class IoU", "Class IoU (of 1)", true, classes?.Outputs.ClassIou, classes?.Ceiling?.ClassIou),
            new("colours L", "Colour histogram intersection, L (of 1)", true, report.Colours.L),
            new("colours a", "Colour histogram intersection, a (of 1)", true, report.Colours.A),
            new("colours b", "Colour histogram intersection, b (of 1)", true, report.Colours.B),
            new("patch distance ×1000", "Patch distance ×1000 (lower is better)", false, report.SlicedWasserstein?.Mean,
                report.SlicedWasserstein?.RealToReal, Decimals: 2),
            new("two-sample accuracy", "Accuracy of the two-sample test (0.5 is chance)", false, report.TwoSample?.Accuracy),
            .. features is null ? [] : new[]
            {
                new SetMeasure(
                    $"Fréchet distance{by}", $"Fréchet distance{by} (lower is better)", false, features.Frechet, features.RealToReal, 3),
            },
            .. OfManifolds(features?.Manifolds, by), .. OfManifolds(made?.Manifolds, ""),
            new("mean difference of two", "Mean difference of two outputs", null, made?.Diversity, made?.RealDiversity),
            new("classes reached", $"Classes reached (of {made?.Classes?.Names.Count})", true, made?.Classes?.Reached, Decimals: 0),
            new("divergence of classes", "Divergence of classes (nats, lower is better)", false, made?.Classes?.Divergence),
            new("nearest training picture", "Difference from the nearest training picture", null,
                made?.Nearest?.Made, made?.Nearest?.Real),
            .. (report.Checkerboard ?? []).Select(level => new SetMeasure(
                $"checkerboard, period {level.Period}", $"Checkerboard, period {level.Period} (lower is better)", false,
                level.Outputs, level.Real)),
        ];
    }

    private static IEnumerable<SetMeasure> OfManifolds(ManifoldScores? sets, string by) => sets is null ? [] :
    [
        new($"precision{by}", $"Precision{by} (of 1)", true, sets.Precision),
        new($"recall{by}", $"Recall{by} (of 1)", true, sets.Recall),
        new($"density{by}", $"Density{by} (1 as real pictures)", null, sets.Density),
        new($"coverage{by}", $"Coverage{by} (of 1)", true, sets.Coverage),
    ];
}
