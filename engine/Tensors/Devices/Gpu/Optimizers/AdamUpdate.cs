namespace IlgpuGan.Tensors.Devices.Gpu.Optimizers;

internal static class AdamUpdate
{
    /// <summary>Adam's update of one element; see <see cref="AdamCoefficients"/>. The rates are read on the device.</summary>
    public static (float Weight, float First, float Second) Of(
        float w, float gradient, float first, float second, AdamCoefficients c, float stepSize, float inverseRootCorrection,
        float weightKept)
    {
        var g = MathF.FusedMultiplyAdd(c.WeightDecay, w, gradient);
        var m = MathF.FusedMultiplyAdd(c.OneMinusBeta1, g, first * c.Beta1);
        var v = MathF.FusedMultiplyAdd(c.OneMinusBeta2 * g, g, second * c.Beta2);
        var denominator = MathF.FusedMultiplyAdd(MathF.Sqrt(v), inverseRootCorrection, c.Epsilon);
        return ((w * weightKept) - (m * stepSize / denominator), m, v);
    }
}
