namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The normalisation of a group's elements: (x − centre) · scale + shift.</summary>
internal readonly record struct NormFactors(float Centre, float Scale, float Shift)
{
    /// <summary>From a group's moments. Weight and bias default to 1 and 0 where their arrays are empty.</summary>
    public static NormFactors Of(float mean, float variance, NormalizationArgs norm, int channel, float epsilon) => new(
        mean,
        (norm.Weight.IntLength > 0 ? norm.Weight[channel] : 1) / MathF.Sqrt(variance + epsilon),
        norm.Bias.IntLength > 0 ? norm.Bias[channel] : 0);

    public float Of(float x) => MathF.FusedMultiplyAdd(x - Centre, Scale, Shift);
}
