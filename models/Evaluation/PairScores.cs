namespace IlgpuGan.Models.Evaluation;

/// <summary>Scores of outputs against their targets, and the baseline of a single colour.</summary>
/// <param name="Images">one score per picture, in the order of the set</param>
/// <param name="Mean">means over the pictures; an infinite PSNR counts as 100 dB</param>
/// <param name="Baseline">the means if every output were the mean colour of all targets</param>
/// <param name="Colours">intersections of the outputs' and the targets' colour histograms</param>
public sealed record PairScores(IReadOnlyList<ImageScore> Images, ImageScore Mean, ImageScore Baseline, ColourIntersection Colours)
{
    /// <summary>Checkerboard patterns of the outputs and of the targets.</summary>
    internal IReadOnlyList<CheckerboardLevel> Checkerboard { get; init; } = [];
}
