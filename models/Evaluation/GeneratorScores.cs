using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Scores of a model that generates from noise.</summary>
/// <param name="Made">number of generated pictures</param>
/// <param name="Real">number of real pictures that they are compared with</param>
/// <param name="Features">description of the features behind <paramref name="Manifolds"/></param>
/// <param name="Manifolds">precision, recall, density and coverage; null with too few pictures</param>
/// <param name="Diversity">mean absolute difference of two generated pictures, for values in [−1, 1]; null with fewer than two</param>
/// <param name="RealDiversity">the same for real pictures</param>
/// <param name="Classes">distribution over the classes; null if the training pictures have none</param>
/// <param name="Nearest">memorisation: distances to the nearest training pictures; null without training pictures</param>
internal sealed record GeneratorScores(
    int Made, int Real, string Features, ManifoldScores? Manifolds, double? Diversity, double? RealDiversity, ClassCoverage? Classes,
    NearestDistances? Nearest)
{
    /// <summary>
    /// True if the pictures were generated for the labels of the held-out ones: chance does not choose their classes. Null if not, and in
    /// older reports.
    /// </summary>
    public bool? ForLabels { get; init; }

    /// <summary>
    /// The average number of real pictures per class that precision, density and coverage need; null if there are enough. With fewer, the
    /// balls up to the fifth neighbour reach from class to class and also contain noise, which makes these metrics meaningless.
    /// </summary>
    public int? RequiredPicturesPerClass() =>
        Manifolds is not null && Classes is { } classes && Real < Sets.Manifolds.LeastPoints * classes.Names.Count
            ? Sets.Manifolds.LeastPoints
            : null;
}

/// <summary>Class distribution of generated pictures, by a classifier of the training pictures.</summary>
/// <param name="Names">names of the classes</param>
/// <param name="Made">share of the generated pictures, by class</param>
/// <param name="Real">share of the training pictures, by class</param>
internal sealed record ClassCoverage(IReadOnlyList<string> Names, IReadOnlyList<double> Made, IReadOnlyList<double> Real)
{
    /// <summary>Smallest share of the generated pictures for a covered class.</summary>
    private const double LeastShare = 0.01;

    /// <summary>Number of classes with at least 1 % of the generated pictures.</summary>
    public int Reached => Made.Count(share => share >= LeastShare);

    /// <summary>Kullback–Leibler divergence KL(generated ‖ real) of the class shares in nats; 0 if they are equal.</summary>
    public double Divergence => Made.Zip(Real, (made, real) => made > 0 ? made * Math.Log(made / real) : 0).Sum();
}

/// <summary>Mean absolute difference to the nearest training picture, for values in [−1, 1].</summary>
/// <param name="Made">mean over generated pictures; far below <paramref name="Real"/> if training pictures were memorised</param>
/// <param name="Real">mean over held-out real pictures</param>
internal sealed record NearestDistances(double Made, double Real);
