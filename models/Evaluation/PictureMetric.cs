using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Evaluation;

/// <summary>One figure for a set of pictures, by which a run's checkpoints are compared.</summary>
public static class PictureMetric
{
    /// <summary>Whether more is better.</summary>
    public static bool HigherIsBetter(this BestMetric metric) => metric is not (BestMetric.L1 or BestMetric.Patches);

    /// <summary>The figure of what a generator made.</summary>
    /// <param name="metric">which figure</param>
    /// <param name="made">pictures that were made</param>
    /// <param name="real">their targets in the same order; where the figure needs no pairs, any real pictures</param>
    /// <param name="device">where patches are compared</param>
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
