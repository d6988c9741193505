namespace IlgpuGan.Models.Families;

/// <summary>One of the variants that an experiment holds against each other.</summary>
/// <param name="Name">short, as in tables; also its folder</param>
/// <param name="Options">its options, for pictures of that side</param>
public sealed record ExperimentArm(string Name, Func<int, TranslationOptions> Options);

/// <summary>A published network's segmentation scores.</summary>
public readonly record struct PublishedScore(double PixelAccuracy, double ClassAccuracy, double ClassIou);

/// <summary>Figures that a paper published for the arms.</summary>
/// <param name="Task">what is translated into what</param>
/// <param name="Source">paper and table</param>
/// <param name="Backwards">whether it is the task against the direction of training (CycleGAN's other generator)</param>
/// <param name="Scores">by arm</param>
public sealed record PublishedTable(string Task, string Source, bool Backwards, IReadOnlyDictionary<string, PublishedScore> Scores);

/// <summary>A claim of a paper, as variants to train and to hold against each other.</summary>
public sealed record Experiment
{
    /// <summary>On the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>Whether the arms learn from pairs; else pairs are taken apart for them.</summary>
    public required bool Paired { get; init; }

    /// <summary>Training steps of each arm, unless told otherwise.</summary>
    public required int Steps { get; init; }

    public required IReadOnlyList<ExperimentArm> Arms { get; init; }

    public required IReadOnlyList<PublishedTable> Published { get; init; }

    /// <summary>Differences from the paper's setting, beside size and data.</summary>
    public string? Remark { get; init; }

    public override string ToString() => Name;
}
