using System.Collections.ObjectModel;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Scores of outputs against their targets, and the baseline of a single colour.</summary>
public sealed record PairScores
{
    /// <summary>One score per picture, in the order of the set.</summary>
    public required IReadOnlyList<ImageScore> Images { get; init; }

    /// <summary>Means over the pictures; an infinite PSNR counts as 100 dB.</summary>
    public required ImageScore Mean { get; init; }

    /// <summary>The means if every output were the mean colour of all targets.</summary>
    public required ImageScore Baseline { get; init; }

    /// <summary>Intersections of the outputs' and the targets' colour histograms.</summary>
    public required ColourIntersection Colours { get; init; }

    /// <summary>Values of further measures by their names; empty if none were asked for.</summary>
    public IReadOnlyDictionary<string, double> Measures { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>Checkerboard patterns of the outputs and of the targets.</summary>
    internal IReadOnlyList<CheckerboardLevel> Checkerboard { get; init; } = [];
}
