using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Metrics of a set of pictures, by which a run's checkpoints are compared.</summary>
public static class PictureMetric
{
    /// <summary>Whether higher is better.</summary>
    public static bool HigherIsBetter(this BestMetric metric) => metric is not (BestMetric.L1 or BestMetric.Patches);

    /// <summary>The score of a generator's outputs.</summary>
    /// <param name="metric">the metric</param>
    /// <param name="made">outputs of the generator</param>
    /// <param name="real">their targets in the same order; any real pictures for metrics without pairs</param>
    /// <param name="device">device of the patch distances</param>
    /// <exception cref="ArgumentException">there are no pictures, or they are too small or of different sizes</exception>
    public static double Of(this BestMetric metric, IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device)
    {
        return metric switch
        {
            BestMetric.L1 => Mean(score => score.L1),
            BestMetric.Psnr => Mean(score => Math.Min(score.Psnr, ImageScore.MostPsnr)),
            BestMetric.Ssim => Mean(score => score.Ssim),
            BestMetric.MsSsim => Mean(score => score.MsSsim),
            BestMetric.Colours => Colours(),
            BestMetric.Patches => SlicedWasserstein.Between(made, real, device).Mean,
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "there is no such figure"),
        };

        double Mean(Func<ImageScore, double> of) => made.Zip(real, (m, r) => of(ImageScore.Of("", m, r))).Average();

        double Colours()
        {
            var (l, a, b) = ColourHistogram.Of(made).Intersect(ColourHistogram.Of(real));
            return (l + a + b) / 3;
        }
    }
}
