using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Norms with statistics over several samples, where each sample goes through the network separately.</summary>
internal static class SampleNorms
{
    /// <summary>
    /// Batch norm of one sample x [1, C, …]. Mean and variance are those over all samples of the step, over those of this rank, or over the
    /// part that <see cref="SampleReduction.NormalizeOver"/> names.
    /// </summary>
    /// <param name="samples">the step's samples</param>
    /// <param name="x">this sample</param>
    /// <param name="scale">[C]; null for no scale and no bias</param>
    /// <param name="bias">[C]</param>
    /// <param name="epsilon">added to the variance</param>
    /// <param name="running">running statistics, updated from the batch's; null for none</param>
    public static Tensor BatchNorm(
        this SampleReduction samples, Tensor x, Tensor? scale, Tensor? bias, float epsilon, RunningStatistics? running)
    {
        int[] allButChannels = [.. Enumerable.Range(0, x.Shape.Rank).Where(dimension => dimension != 1)];
        var (count, weight) = samples.NormSamples;
        var values = (float)count * (x.Count / x.Shape[1]);
        ShapeException.ThrowIf(values <= 1, $"batch_norm: training needs more than one value a channel, but the one sample is {x.Shape}");

        var mean = samples.MeanOfNorm(Weighted(x.Mean(allButChannels, keepDims: true)));
        var centred = x - mean;
        var variance = samples.MeanOfNorm(Weighted(centred.Square().Mean(allButChannels, keepDims: true)));
        if (running is { } past)
        {
            Track(past, mean, variance, values);
        }

        var y = centred / (variance + epsilon).Sqrt();
        var channels = mean.Shape;
        var scaled = scale is null ? y : y * scale.Reshape(channels);
        return bias is null ? scaled : scaled + bias.Reshape(channels);

        Tensor Weighted(Tensor own) => weight == 1 ? own : own * weight;
    }

    /// <summary>
    /// Features [1, C, H, W] of one sample, with its channel of <see cref="TensorOps.MinibatchDeviation"/> over all samples of the step.
    /// </summary>
    /// <param name="samples">the step's samples</param>
    /// <param name="x">of this sample</param>
    /// <param name="sample">its index in the step</param>
    /// <param name="group">number of samples that are compared with each other</param>
    /// <param name="epsilon">added to the variance</param>
    public static Tensor MinibatchDeviation(this SampleReduction samples, Tensor x, int sample, int group, float epsilon)
    {
        var groups = samples.Total / group;
        var own = sample % groups;
        var centred = x - MeanOfGroup(x);
        var deviation = MeanOfGroup(centred.Square()).Affine(1, epsilon).Sqrt().Mean([1, 2, 3], keepDims: true);
        return TensorOps.Concat(1, x, deviation.Expand(x.Shape.With(1, 1)));

        Tensor MeanOfGroup(Tensor one) => samples.MeanOfRows(one * groups, own, groups).Slice(0, own, 1);
    }

    /// <summary>Running variances are unbiased, as PyTorch's.</summary>
    private static void Track(RunningStatistics running, Tensor mean, Tensor variance, float values)
    {
        using var constants = GradMode.NoGrad();
        var channels = running.Mean.Shape;
        running.Batches?.CopyFrom(running.Batches + 1);
        running.Mean.CopyFrom(Lerp(running.Mean, mean.Detach().Reshape(channels)));
        running.Variance.CopyFrom(Lerp(running.Variance, variance.Detach().Reshape(channels) * (values / (values - 1))));

        Tensor Lerp(Tensor from, Tensor to) => running.Momentum is { } momentum
            ? (from.Detach() * (1 - momentum)) + (to * momentum)
            : from.Detach().Lerp(to, running.Batches!.Reciprocal());
    }
}
