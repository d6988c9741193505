using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// SinGAN's resize: numbers in [−1, 1] become bytes, those are resized as MATLAB does, and the result, not rounded, is clipped to [−1, 1].
/// No gradient passes.
/// </summary>
internal static class ByteResize
{
    /// <summary>
    /// Levels by which a number may miss the next byte and still be it: else 63 of the 256 bytes would become smaller by being looked at.
    /// </summary>
    private const float Slack = 1 / 1024f;

    /// <summary>From here on float32 has whole numbers only.</summary>
    private const float OnlyWhole = 1 << 23;

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="size">of the result; what the scale would make beyond it is cut off right and below</param>
    /// <param name="scale">outputs for each input</param>
    public static Tensor To(Tensor x, (int Height, int Width) size, double scale)
    {
        using var noGrad = GradMode.NoGrad();
        var levels = x.Affine(0.5f, 0.5f).Clamp(0, 1).Affine(255, Slack);
        var rounded = levels.Affine(1, OnlyWhole).Affine(1, -OnlyWhole);
        var bytes = rounded.Subtract(rounded.GreaterThan(levels));
        return bytes.Resize(size.Height, size.Width, Resizing.Matlab(scale)).Affine(2 / 255f, -1).Clamp(-1, 1);
    }
}
