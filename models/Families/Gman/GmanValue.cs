namespace IlgpuGan.Models.Families.Gman;

/// <summary>
/// What several discriminators say of fakes as one number (Durugkar et al. 2016): a mean of their values, weighted by how harsh each is,
/// w ∝ exp(λV). Weights are part of what is differentiated.
/// </summary>
internal static class GmanValue
{
    /// <summary>Keeps probabilities off 0 and 1, so that no value is 0 or without bounds.</summary>
    private const float Squeeze = 0.98f;

    /// <summary>The probability of being real, [0.01, 0.99], of raw scores.</summary>
    public static Tensor Probability(Tensor scores) => scores.Sigmoid().Affine(Squeeze, (1 - Squeeze) / 2);

    /// <summary>V of one discriminator, [1]: negative as <see cref="GeneratorObjective.Original"/>, else positive.</summary>
    /// <param name="objective">which</param>
    /// <param name="scores">raw, of its fakes</param>
    public static Tensor Of(GeneratorObjective objective, Tensor scores)
    {
        var probability = Probability(scores);
        var value = objective == GeneratorObjective.Original ? (1 - probability).Log().Mean() : -probability.Log().Mean();
        return value.Reshape(new Shape(1));
    }

    /// <summary>One number of the discriminators' values.</summary>
    /// <param name="values">of each, [N], all negative or all positive</param>
    /// <param name="mean">which</param>
    /// <param name="lambda">λ</param>
    /// <param name="areNegative">whether values are</param>
    public static Tensor Mix(Tensor values, GmanMean mean, float lambda, bool areNegative)
    {
        var weights = (values * lambda).Softmax();
        var sign = areNegative ? -1 : 1;
        return mean switch
        {
            GmanMean.Arithmetic => (weights * values).Sum(),
            GmanMean.Geometric => (weights * (values * sign).Log()).Sum().Exp() * sign,
            GmanMean.Harmonic => (weights / values).Sum().Reciprocal(),
            _ => throw new ArgumentOutOfRangeException(nameof(mean), mean, "no such mean"),
        };
    }
}
