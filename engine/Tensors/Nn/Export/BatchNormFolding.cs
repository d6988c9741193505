namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>
/// Folds a batch norm into the convolution before it: with running statistics it is an affine function of each channel.
/// </summary>
internal static class BatchNormFolding
{
    /// <summary>
    /// Scales the weights of each output channel in place by γ/√(σ² + ε), and returns the biases (b − μ)·γ/√(σ² + ε) + β.
    /// </summary>
    /// <param name="weights">weights of the convolution</param>
    /// <param name="biases">its biases; null for none</param>
    /// <param name="shape">shape of the weights, [C₀, C₁, k, k]</param>
    /// <param name="outputAxis">dimension of the output channels: 0, or 1 (those of a group) if transposed</param>
    /// <param name="groups">channel groups of the convolution</param>
    /// <param name="norm">γ, β, μ, σ² and ε</param>
    public static float[] Fold(Span<float> weights, float[]? biases, Shape shape, int outputAxis, int groups, BatchNorm2d norm)
    {
        var (gamma, beta) = (norm.Weight?.Value.ToArray(), norm.Bias?.Value.ToArray());
        var (mean, variance) = (norm.RunningMean!.Value.ToArray(), norm.RunningVariance!.Value.ToArray());
        var channels = outputAxis == 0 ? shape[0] : shape[1] * groups;
        var others = outputAxis == 0 ? shape[1] : shape[0] / groups;
        var taps = shape[2] * shape[3];
        var folded = new float[channels];
        for (var channel = 0; channel < channels; channel++)
        {
            var scale = (gamma?[channel] ?? 1) / Math.Sqrt((double)variance[channel] + norm.Epsilon);
            folded[channel] = (float)((((biases?[channel] ?? 0) - (double)mean[channel]) * scale) + (beta?[channel] ?? 0));
            for (var other = 0; other < others; other++)
            {
                var start = outputAxis == 0
                    ? ((channel * shape[1]) + other) * taps
                    : ((((channel / shape[1] * others) + other) * shape[1]) + (channel % shape[1])) * taps;
                foreach (ref var weight in weights.Slice(start, taps))
                {
                    weight = (float)(weight * scale);
                }
            }
        }

        return folded;
    }
}
