namespace IlgpuGan.Models.Families.Gman;

/// <summary>
/// Combines the objectives of several discriminators into one (Durugkar et al. 2016): a mean with weights w ∝ exp(λV), larger for harsher
/// discriminators. Gradients also flow through the weights.
/// </summary>
internal static class GmanValue
{
    /// <summary>Keeps probabilities within [0.01, 0.99], so that objectives are bounded and never 0.</summary>
    private const float Squeeze = 0.98f;

    /// <summary>The probability of being real, [0.01, 0.99], of raw scores.</summary>
    public static Tensor Probability(Tensor scores) => scores.Sigmoid().Affine(Squeeze, (1 - Squeeze) / 2);

    /// <summary>V of one discriminator, [1]: negative as <see cref="GeneratorObjective.Original"/>, else positive.</summary>
    /// <param name="objective">the generator's objective</param>
    /// <param name="scores">raw scores of its fakes</param>
    public static Tensor Of(GeneratorObjective objective, Tensor scores)
    {
        var probability = Probability(scores);
        var value = objective == GeneratorObjective.Original ? (1 - probability).Log().Mean() : -probability.Log().Mean();
        return value.Reshape(new Shape(1));
    }

    /// <summary>The weighted mean of the discriminators' values.</summary>
    /// <param name="values">one per discriminator, [N], all negative or all positive</param>
    /// <param name="mean">kind of mean</param>
    /// <param name="lambda">λ</param>
    /// <param name="areNegative">whether the values are negative</param>
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
