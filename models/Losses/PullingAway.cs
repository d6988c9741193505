namespace IlgpuGan.Models.Losses;

/// <summary>
/// How alike the codes of a batch are (Zhao et al. 2016, "Energy-based generative adversarial network", section 2.4): the mean over pairs
/// of different samples of the square of the cosine between their codes. A generator that makes them unlike can't make one picture only.
/// </summary>
public static class PullingAway
{
    /// <param name="codes">[N, numbers], of two samples or more</param>
    public static Tensor Of(Tensor codes)
    {
        var count = codes.Shape[0];
        if (count < 2)
        {
            throw new ShapeException($"pulling_away: codes of two samples or more are needed, not {codes.Shape}");
        }

        using var units = codes.Normalize(axis: 1);
        using var cosines = units.MatMul(units, transposeB: true);
        using var own = units.Square().Sum([1]); // Of each with itself.
        return (cosines.Square().Sum() - own.Square().Sum()).Affine(1f / (count * (count - 1f)), 0);
    }
}
