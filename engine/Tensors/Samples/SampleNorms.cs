using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Norms that take statistics of several samples, where each of these goes through the network by itself.</summary>
internal static class SampleNorms
{
    /// <summary>
    /// Batch norm of x [1, C, …], one of the samples: by the mean and the variance of all, of the part that it is in, or of those of
    /// this rank.
    /// </summary>
    /// <param name="samples">of the step</param>
    /// <param name="x">this sample's</param>
    /// <param name="scale">[C]; null for none, as the bias then</param>
    /// <param name="bias">[C]</param>
    /// <param name="epsilon">added to the variance</param>
    /// <param name="running">statistics to be moved towards the batch's</param>
    public static Tensor BatchNorm(
        this SampleReduction samples, Tensor x, Tensor? scale, Tensor? bias, float epsilon, RunningStatistics running)
    {
        int[] allButChannels = [.. Enumerable.Range(0, x.Shape.Rank).Where(dimension => dimension != 1)];
        var (count, weight) = samples.OfNorms;
        var values = (float)count * (x.Count / x.Shape[1]);
        if (values <= 1)
        {
            throw new ShapeException($"batch_norm: training needs more than one value a channel, but the one sample is {x.Shape}");
        }

        var mean = samples.MeanOfNorm(Weighted(x.Mean(allButChannels, keepDims: true)));
        var centred = x - mean;
        var variance = samples.MeanOfNorm(Weighted(centred.Square().Mean(allButChannels, keepDims: true)));
        Track(running, mean, variance, values);
        var y = centred / (variance + epsilon).Sqrt();
        var channels = mean.Shape;
        return scale is null ? y : (y * scale.Reshape(channels)) + bias!.Reshape(channels);

        Tensor Weighted(Tensor own) => weight == 1 ? own : own * weight;
    }

    /// <summary>Running variances are unbiased, as PyTorch's.</summary>
    private static void Track(RunningStatistics running, Tensor mean, Tensor variance, float values)
    {
        using var constants = GradMode.NoGrad();
        var channels = running.Mean.Shape;
        running.Mean.CopyFrom(Moved(running.Mean, mean.Detach().Reshape(channels)));
        running.Variance.CopyFrom(Moved(running.Variance, variance.Detach().Reshape(channels) * (values / (values - 1))));
        running.Batches?.CopyFrom(running.Batches + 1);

        Tensor Moved(Tensor from, Tensor to) => (from.Detach() * (1 - running.Momentum)) + (to * running.Momentum);
    }
}
