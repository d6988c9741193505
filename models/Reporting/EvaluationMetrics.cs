using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.Models.Reporting;

/// <summary>The metrics in a run's <c>evaluation.json</c>, as displayed on a page.</summary>
internal static class EvaluationMetrics
{
    private const string Colour = "the mean colour";
    private const string Real = "real pictures";

    /// <summary>A row for each metric that applied.</summary>
    public static IEnumerable<ReportMetric> Of(EvaluationReport report)
    {
        if (report is { Mean: { } mean, Baseline: { } baseline })
        {
            yield return new("L1 (0 … 1, lower is better)", mean.L1, baseline.L1, Colour);
            yield return new("PSNR (dB, higher is better)", mean.Psnr, baseline.Psnr, Colour, Decimals: 2);
            if (mean.Ssim is { } ssim)
            {
                yield return new("SSIM (higher is better)", ssim, baseline.Ssim, Colour);
            }

            if (mean.MsSsim is { } scales)
            {
                yield return new("MS-SSIM (higher is better)", scales, baseline.MsSsim, Colour);
            }
        }

        if (report.Segmentation is { } classes)
        {
            yield return new("Pixel accuracy (of 1)", classes.Outputs.PixelAccuracy, classes.Ceiling?.PixelAccuracy, Real);
            yield return new("Class accuracy (of 1)", classes.Outputs.ClassAccuracy, classes.Ceiling?.ClassAccuracy, Real);
            yield return new("Class IoU (of 1)", classes.Outputs.ClassIou, classes.Ceiling?.ClassIou, Real);
        }

        yield return new("Colour histogram intersection, L (of 1)", report.Colours.L);
        yield return new("Colour histogram intersection, a (of 1)", report.Colours.A);
        yield return new("Colour histogram intersection, b (of 1)", report.Colours.B);
        if (report.SlicedWasserstein is { } patches)
        {
            yield return new("Patch distance ×1000 (lower is better)", patches.Mean, patches.RealToReal, Real, Decimals: 2);
        }

        if (report.TwoSample is { } test)
        {
            yield return new("Accuracy of the two-sample test (0.5 is chance)", test.Accuracy);
        }

        if (report.Features is { } features)
        {
            var by = $" by {features.NetworkText()}";
            yield return new($"Fréchet distance{by} (lower is better)", features.Frechet, features.RealToReal, Real, Decimals: 3);
            foreach (var metric in OfManifolds(features.Manifolds, by))
            {
                yield return metric;
            }
        }

        if (report.Generator is { } made)
        {
            foreach (var metric in OfManifolds(made.Manifolds, ""))
            {
                yield return metric;
            }

            if (made is { Diversity: { } diversity, RealDiversity: { } ofReal })
            {
                yield return new("Mean difference of two outputs", diversity, ofReal, Real);
            }

            if (made.Classes is { } reached)
            {
                yield return new($"Classes reached (of {reached.Names.Count})", reached.Reached, Decimals: 0);
                yield return new("Divergence of classes (nats, lower is better)", reached.Divergence);
            }

            if (made.Nearest is { } nearest)
            {
                yield return new("Difference from the nearest training picture", nearest.Made, nearest.Real, Real);
            }
        }

        foreach (var level in report.Checkerboard ?? [])
        {
            yield return new($"Checkerboard, period {level.Period} (lower is better)", level.Outputs, level.Real, Real);
        }
    }

    private static IEnumerable<ReportMetric> OfManifolds(ManifoldScores? sets, string by) => sets is null ? [] :
    [
        new($"Precision{by} (of 1)", sets.Precision), new($"Recall{by} (of 1)", sets.Recall),
        new($"Density{by} (1 as real pictures)", sets.Density), new($"Coverage{by} (of 1)", sets.Coverage),
    ];
}
