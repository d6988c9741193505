using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;

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
        }

        foreach (var measure in SetMeasure.Of(report).Where(m => m.Value is not null))
        {
            yield return new(measure.Title, measure.Value!.Value, measure.Real, measure.Real is null ? null : Real, measure.Decimals);
        }
    }
}
