using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>Translated held-out pairs, with the measures of a claim about translations.</summary>
/// <param name="Classes">how well the outputs show the classes of the label maps</param>
/// <param name="L1">mean absolute difference from the targets, of a range of 1</param>
/// <param name="MsSsim">structural similarity with the targets over five scales</param>
/// <param name="ColoursA">intersection of the histograms of a* (green to red) of outputs and targets</param>
/// <param name="ColoursB">intersection of the histograms of b* (blue to yellow) of outputs and targets</param>
/// <param name="Diversity">mean absolute difference between the outputs of two inputs, of a range of 2</param>
/// <param name="Pictures">inputs, outputs and targets</param>
internal sealed record TranslatedPairs(
    ClassScores Classes, double L1, double MsSsim, double ColoursA, double ColoursB, double Diversity,
    IReadOnlyList<(Picture Input, Picture Output, Picture Target)> Pictures)
{
    /// <summary>The names of <see cref="Values"/>.</summary>
    /// <param name="pixels">summary of the pixel accuracy</param>
    public static IReadOnlyList<ClaimMeasure> Measures(string pixels) =>
    [
        .. ClassScores.Measures(pixels),
        new("L1", "mean absolute difference from the target, of a range of 1", HigherIsBetter: false),
        new("MS-SSIM", "structural similarity with the target over five scales", HigherIsBetter: true),
        new("colours a", "intersection of the histograms of a, green to red, of outputs and targets", HigherIsBetter: true) { Digits = 2 },
        new("colours b", "the same of b, blue to yellow", HigherIsBetter: true) { Digits = 2 },
        new("diversity", "mean difference between the outputs of two inputs, of a range of 2: 0 if all are one", HigherIsBetter: true),
    ];

    /// <summary>By the names of <see cref="Measures"/>.</summary>
    public IReadOnlyDictionary<string, double> Values => new Dictionary<string, double>(Classes.Values)
    {
        ["L1"] = L1, ["MS-SSIM"] = MsSsim, ["colours a"] = ColoursA, ["colours b"] = ColoursB, ["diversity"] = Diversity,
    };

    /// <summary>The values, and input, output and target of the first pairs.</summary>
    public ClaimFinding Finding(int shown) => new()
    {
        Values = Values,
        Pictures = [.. Pictures.Take(shown).Select(p => Mosaic.Row([p.Input, p.Output, p.Target]))],
    };
}

/// <summary>Pictures translated there and back.</summary>
/// <param name="L1">mean absolute difference from the original, of a range of 1, by the change of the intermediate picture</param>
/// <param name="Pictures">for each the original, the intermediate picture, and the results in the order of <see cref="L1"/></param>
internal sealed record RoundTrips(IReadOnlyList<(string Between, double Error)> L1, IReadOnlyList<IReadOnlyList<Picture>> Pictures);
