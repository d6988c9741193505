using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// dx = weight · r · (dy − mean of dy − x̂ · mean of dy·x̂) with x̂ = (x − mean) · r, as a linear function of dy and x − mean. The means
/// appear because mean and variance depend on every x.
/// </summary>
internal readonly record struct NormGradientSlopes(float Scale, float XScale, float Shift)
{
    public static NormGradientSlopes Of(NormGradientSums sums, float variance, ArrayView<float> weight, int channel, NormTailShape g)
    {
        var r = 1 / MathF.Sqrt(variance + g.Epsilon);
        var scale = r * (weight.IntLength > 0 ? weight[channel] : 1);
        var count = g.Groups.GroupElements * g.Groups.Unit;
        return new NormGradientSlopes(scale, -scale * r * (sums.Normalized / count), -scale * (sums.Gradient / count));
    }

    /// <summary>dx of an element.</summary>
    /// <param name="difference">x − mean</param>
    public float InputGradient(float dy, float difference) =>
        MathF.FusedMultiplyAdd(dy, Scale, MathF.FusedMultiplyAdd(difference, XScale, Shift));
}
