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
    IReadOnlyList<(Picture Input, Picture Output, Picture Target)> Pictures);
