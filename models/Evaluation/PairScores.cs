namespace IlgpuGan.Models.Evaluation;

/// <summary>Scores of pictures against their targets, and of the best that a single colour could do there.</summary>
/// <param name="Images">one score a picture, in the order of the set</param>
/// <param name="Mean">means over the pictures; equal pictures' infinite PSNR counts as 100 dB</param>
/// <param name="Baseline">means if every output were the mean colour of all targets</param>
/// <param name="Colours">how far the outputs' colours are distributed as the targets'</param>
public sealed record PairScores(IReadOnlyList<ImageScore> Images, ImageScore Mean, ImageScore Baseline, ColourIntersection Colours)
{
    /// <summary>What there is of checkerboards in the outputs, and in the targets.</summary>
    public IReadOnlyList<CheckerboardLevel> Checkerboard { get; init; } = [];
}
