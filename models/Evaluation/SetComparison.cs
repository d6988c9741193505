using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Compares made pictures with real ones, as sets: neither need be the other's target.</summary>
/// <param name="features">the user's network; null for none</param>
/// <param name="device">the device to compute on</param>
/// <param name="say">called with a sentence before a long computation</param>
/// <param name="cancellation">stops the comparison</param>
internal sealed class SetComparison(FeatureNetwork? features, Device device, Action<string>? say, CancellationToken cancellation)
{
    private readonly List<string> _failures = [];

    /// <summary>A message for each comparison that could not be made, for which the others must not be lost.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>A report of sets alone, with what takes no time.</summary>
    public static EvaluationReport Begun(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real) => new()
    {
        Size = OneSize(made),
        Colours = ColourHistogram.Of(made).Intersect(ColourHistogram.Of(real)),
        Checkerboard = CheckerboardMeter.Compare(CheckerboardMeter.Over(made), CheckerboardMeter.Over(real)),
    };

    /// <summary>The size of all pictures, <c>256x256</c>; null if they differ.</summary>
    public static string? OneSize(IEnumerable<Picture> pictures) =>
        pictures.Select(p => $"{p.Width}x{p.Height}").Distinct(StringComparer.Ordinal).ToList() is [var size] ? size : null;

    /// <summary>The report with all comparisons of sets that apply.</summary>
    /// <param name="report">what it has already</param>
    /// <param name="made">outputs of a model</param>
    /// <param name="real">real pictures</param>
    /// <param name="compared">how many of how many these are</param>
    public EvaluationReport With(EvaluationReport report, IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, SetCounts compared)
    {
        if (features is not null)
        {
            say?.Invoke($"Comparing {compared} by the features of {features.Path}");
            try
            {
                report = report with { Features = features.Compare(made, real, cancellation) };
            }
            catch (Exception e) when (e is PictureException or IOException)
            {
                _failures.Add(e.Message);
            }
        }

        var sizes = made.Concat(real).Select(p => (p.Width, p.Height)).Distinct().ToList();
        if (sizes.Count > 1 || Math.Min(sizes[0].Width, sizes[0].Height) < SlicedWasserstein.LeastSide)
        {
            var these = sizes.Count > 1 ? $"there are {sizes.Count} sizes" : $"these have {sizes[0].Width}x{sizes[0].Height}";
            say?.Invoke($"Patch distance and two-sample test need pictures of one size, {SlicedWasserstein.LeastSide} pixels or more a " +
                $"side; {these}");
            return report;
        }

        var count = Math.Min(made.Count, real.Count);
        say?.Invoke($"Comparing {compared with { Outputs = count, Real = count }}: patches, then a classifier");
        return report with
        {
            SlicedWasserstein = SlicedWasserstein.Between(made, real, device),
            TwoSample = count < TwoSampleTest.LeastPictures
                ? null
                : TwoSampleTest.Run(made, real, device, cancellation: cancellation),
        };
    }
}
