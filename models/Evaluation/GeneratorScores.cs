using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.Models.Evaluation;

/// <summary>What a model that makes pictures of noise is asked beside what two sets are asked.</summary>
/// <param name="Made">pictures that it made</param>
/// <param name="Real">pictures that they were held against</param>
/// <param name="Features">what pictures are compared by in <paramref name="Manifolds"/></param>
/// <param name="Manifolds">how far both sets cover each other; null of too few pictures</param>
/// <param name="Diversity">mean absolute difference of two made pictures, of a range of 2; null of fewer</param>
/// <param name="RealDiversity">that of two real ones</param>
/// <param name="Classes">whether it makes pictures of all classes; null where the training pictures have none</param>
/// <param name="Nearest">whether it has learnt pictures by heart; null where there are no training pictures</param>
public sealed record GeneratorScores(
    int Made, int Real, string Features, ManifoldScores? Manifolds, double? Diversity, double? RealDiversity, ClassCoverage? Classes,
    NearestDistances? Nearest);

/// <summary>What a classifier of the training pictures takes made pictures for.</summary>
/// <param name="Names">of the classes</param>
/// <param name="Made">share of the made pictures, by class</param>
/// <param name="Real">share of the training pictures, by class</param>
public sealed record ClassCoverage(IReadOnlyList<string> Names, IReadOnlyList<double> Made, IReadOnlyList<double> Real)
{
    /// <summary>Of the made pictures, what a class must have to count as reached.</summary>
    private const double LeastShare = 0.01;

    /// <summary>Classes that one of a hundred made pictures or more is of.</summary>
    public int Reached => Made.Count(share => share >= LeastShare);

    /// <summary>Kullback–Leibler divergence of the made pictures' classes from the real ones', in nats; 0 where shares are alike.</summary>
    public double Divergence => Made.Zip(Real, (made, real) => made > 0 ? made * Math.Log(made / real) : 0).Sum();
}

/// <summary>How far pictures are from the nearest training picture: mean absolute difference, of a range of 2.</summary>
/// <param name="Made">of made pictures, mean; far below <paramref name="Real"/> where training pictures were learnt by heart</param>
/// <param name="Real">of real ones that were kept back, mean</param>
public sealed record NearestDistances(double Made, double Real);
