namespace IlgpuGan.Models.Families.StackGanV2;

/// <summary>
/// The colour-consistency regularisation (Zhang et al. 2017, StackGAN++, section 4): mean and covariance of a picture's colours should
/// match those of the smaller picture that it refines. Squares are averaged over their elements, as in the authors' program.
/// </summary>
internal static class ColorConsistency
{
    /// <summary>λ2 / λ1 of the paper.</summary>
    private const float CovarianceWeight = 5;

    /// <param name="finer">[N, C, H, W]</param>
    /// <param name="coarser">[N, C, h, w], which gets no gradient</param>
    public static Tensor Of(Tensor finer, Tensor coarser)
    {
        var (mean, covariance) = Statistics(finer);
        var (goal, goalOfCovariance) = Statistics(coarser.Detach());
        return mean.MseLoss(goal) + (covariance.MseLoss(goalOfCovariance) * CovarianceWeight);
    }

    /// <summary>[N, C, 1] and [N, C, C], over the pixels of each picture.</summary>
    private static (Tensor Mean, Tensor Covariance) Statistics(Tensor x)
    {
        var pixels = x.Flatten(first: 2);
        var mean = pixels.Mean([2], keepDims: true);
        var centred = pixels - mean;
        return (mean, centred.MatMul(centred, transposeB: true) * (1f / pixels.Shape[2]));
    }
}
