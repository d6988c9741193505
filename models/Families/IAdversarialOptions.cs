using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Options of the families whose adversarial loss is a choice, with their help and ranges; a family's record has the properties and its
/// defaults.
/// </summary>
internal interface IAdversarialOptions
{
    /// <summary>Adversarial loss; rpgan compares the score of each generated picture with that of a real one.</summary>
    [Option(
        "Adversarial loss; rpgan compares the score of each generated picture with that of a real one.",
        Why = "Least squares penalise fakes on the right side of the boundary but far from it, where cross-entropy saturates (LSGAN," +
            " arXiv 1611.04076); CycleGAN found them more stable (arXiv 1703.10593, section 4). With rpgan a generator that drops modes " +
            "is no local optimum, and with both penalties training converges locally (arXiv 2501.05441).")]
    GanMode GanMode { get; }

    /// <summary>Weight of the gradient penalty under <see cref="GanMode"/> wgangp.</summary>
    [Option(
        "Weight of the gradient penalty under --gan-mode wgangp.", Least = 0, Most = 1e9,
        Why = "10 worked well for many architectures and data sets (arXiv 1704.00028, section 4).")]
    float LambdaGp { get; }

    /// <summary>Weight of the R1 penalty, half of the discriminator's squared gradient at real pictures; 0 for none.</summary>
    [Option(
        "Weight of the R1 penalty, half of the discriminator's squared gradient at real pictures; 0 for none.", Least = 0, Most = 1e9,
        Why = "A discriminator without slope at real pictures lets the training converge (arXiv 1801.04406). A patch discriminator's " +
            "penalty is of the sum of its scores and its loss of their mean, so the weight acts in proportion to their number, and so to " +
            "the area of the pictures.")]
    float LambdaR1 { get; }

    /// <summary>Weight of the R2 penalty, half of the discriminator's squared gradient at generated pictures; 0 for none.</summary>
    [Option(
        "Weight of the R2 penalty, half of the discriminator's squared gradient at generated pictures; 0 for none.", Least = 0, Most = 1e9,
        Why = "R1 alone leaves the gradient at generated pictures free, which may explode early in training (arXiv 2501.05441). Like " +
            "--lambda-r1 it acts in proportion to the number of a patch discriminator's scores.")]
    float LambdaR2 { get; }

    /// <summary>The penalties that the options ask for, by their names in reports.</summary>
    internal IReadOnlyList<string> Penalties =>
    [
        .. GanMode == GanMode.Wgangp && LambdaGp > 0 ? ["gp"] : Array.Empty<string>(),
        .. LambdaR1 > 0 ? ["R1"] : Array.Empty<string>(),
        .. LambdaR2 > 0 ? ["R2"] : Array.Empty<string>(),
    ];

    /// <summary>
    /// One of <see cref="Penalties"/>, weighted, for inputs [N, …]; the fake one is detached, and mixing weights are [N, 1, …].
    /// </summary>
    internal Tensor Penalty(string penalty, Func<Tensor, Tensor> discriminator, Tensor real, Tensor fake, Func<Tensor, Tensor> mix) =>
        penalty switch
        {
            "gp" => GradientPenalty.Of(discriminator, real, fake, mix(real), LambdaGp),
            "R1" => GradientPenalty.AtZero(discriminator, real, LambdaR1),
            _ => GradientPenalty.AtZero(discriminator, fake, LambdaR2),
        };
}
