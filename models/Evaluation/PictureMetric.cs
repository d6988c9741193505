using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// A measure of what a generator makes: of all its outputs together, beside real pictures. <see cref="Evaluator"/> computes it, and a run
/// selects its best checkpoint by it (<see cref="Training.TrainingRun.Metric"/>). Derive from it for a measure of your own.
/// </summary>
public abstract class PictureMetric
{
    /// <summary>Its name in logs, reports and checkpoints: <c>ssim</c>. Values under one name are compared with each other.</summary>
    public abstract string Name { get; }

    /// <summary>Whether higher is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>The value.</summary>
    /// <param name="made">outputs of the generator, at least one</param>
    /// <param name="real">
    /// where samples are pairs, the targets in the same order; otherwise real pictures of the target domain, as many as there are
    /// </param>
    /// <param name="device">
    /// where it may compute, within a step that is open; in a run, if translators share the device, in the turn of its
    /// <see cref="WorkQueue"/>
    /// </param>
    /// <returns>a finite number; a run warns of any other, which is never its best</returns>
    /// <exception cref="ArgumentException">the pictures are too small, or of sizes that don't fit</exception>
    public abstract double Of(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device);

    /// <summary>One of the measures that options name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">it is none</exception>
    public static PictureMetric Named(BestMetric metric) => metric == BestMetric.None
        ? throw new ArgumentOutOfRangeException(nameof(metric), metric, "there is no such measure")
        : new BuiltIn(metric);

    /// <summary>What a measure of an option needs of pictures: pixels a side, and whether all have to be of one size.</summary>
    internal static (int LeastSide, bool OfOneSize) NeedsOf(BestMetric metric) => metric switch
    {
        BestMetric.Ssim => (StructuralSimilarity.Window, false),
        BestMetric.MsSsim => (MultiScaleSimilarity.Window, false),
        BestMetric.Patches => (SlicedWasserstein.LeastSide, true),
        _ => (1, false),
    };

    /// <summary>
    /// Whether a run computes it in the turn of the device's queue. A measure of a program's own may wait for other threads that need it.
    /// </summary>
    internal virtual bool TakesTurn => false;

    private sealed class BuiltIn(BestMetric metric) : PictureMetric
    {
        public override string Name => OptionsJson.TextOf(metric);

        public override bool HigherIsBetter => metric is not (BestMetric.L1 or BestMetric.Patches);

        internal override bool TakesTurn => true;

        public override double Of(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device)
        {
            return metric switch
            {
                BestMetric.L1 => Mean(pictures => pictures.Differences().L1),
                BestMetric.Psnr => Mean(pictures => Math.Min(ImageScore.PsnrOf(pictures.Differences().Mse), ImageScore.MostPsnr)),
                BestMetric.Ssim => Mean(pictures => pictures.Ssim()),
                BestMetric.MsSsim => Mean(pictures => pictures.MsSsim()),
                BestMetric.Colours => Colours(),
                _ => SlicedWasserstein.Between(made, real, device).Mean,
            };

            double Mean(Func<ComparedPictures, double?> of) => made.Zip(real, (m, r) => of(new ComparedPictures("", m, r))
                ?? throw new ArgumentException($"{Name} needs {NeedsOf(metric).LeastSide} pixels a side, not {m.Width}x{m.Height}"))
                .Average();

            double Colours()
            {
                var (l, a, b) = ColourHistogram.Of(made).Intersect(ColourHistogram.Of(real));
                return (l + a + b) / 3;
            }
        }
    }
}
