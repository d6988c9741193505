namespace IlgpuGan.Models.Families.Ebgan;

/// <summary>
/// The pulling-away term (Zhao et al. 2016, "Energy-based generative adversarial network", section 2.4): the mean squared cosine between
/// the codes of different samples in a batch. It works against mode collapse.
/// </summary>
internal static class PullingAway
{
    /// <param name="codes">[N, numbers] with N ≥ 2</param>
    public static Tensor Of(Tensor codes)
    {
        var count = codes.Shape[0];
        ShapeException.ThrowIf(count < 2, $"pulling_away: codes of two samples or more are needed, not {codes.Shape}");

        using var units = codes.Normalize(axis: 1);
        using var cosines = units.MatMul(units, transposeB: true);
        using var own = units.Square().Sum([1]); // Of each with itself.
        return (cosines.Square().Sum() - own.Square().Sum()).Affine(1f / (count * (count - 1f)), 0);
    }
}
