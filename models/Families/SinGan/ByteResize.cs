using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// SinGAN's resize: values in [−1, 1] are converted to bytes, resized as by MATLAB, and clipped to [−1, 1] without rounding. It has no
/// gradient.
/// </summary>
internal static class ByteResize
{
    /// <summary>
    /// A value this close below the next byte counts as that byte; otherwise 63 of the 256 byte values would decrease by rounding errors.
    /// </summary>
    private const float Slack = 1 / 1024f;

    /// <summary>From 2²³ on, float32 has no fractions: adding and subtracting it rounds.</summary>
    private const float OnlyWhole = 1 << 23;

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="size">of the result; excess rows and columns are cut off at the bottom and right</param>
    /// <param name="scale">ratio of output to input side</param>
    public static Tensor To(Tensor x, (int Height, int Width) size, double scale)
    {
        using var noGrad = GradMode.NoGrad();
        var levels = x.Affine(0.5f, 0.5f).Clamp(0, 1).Affine(255, Slack);
        var rounded = levels.Affine(1, OnlyWhole).Affine(1, -OnlyWhole);
        var bytes = rounded.Subtract(rounded.GreaterThan(levels));
        return bytes.Resize(size, Resizing.Matlab(scale)).Affine(2 / 255f, -1).Clamp(-1, 1);
    }
}
