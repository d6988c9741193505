using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Batch norm (Ioffe and Szegedy 2015) of [N, C, H, W]: the batch's statistics while training, running ones in evaluation.
/// Keys <c>weight</c> and <c>bias</c> (if affine), <c>running_mean</c>, <c>running_var</c> (unbiased), all [C], and
/// <c>num_batches_tracked</c>. Without running statistics the batch's are used in evaluation, too.
/// </summary>
public sealed class BatchNorm2d : Layer
{
    private readonly float? _momentum;

    /// <param name="channels">channels of the input</param>
    /// <param name="momentum">weight of the current batch in the running statistics; null for the mean over all batches</param>
    /// <param name="epsilon">added to the variance</param>
    /// <param name="affine">whether there are a weight and a bias</param>
    /// <param name="trackRunningStatistics">update running statistics in training and use them in evaluation</param>
    /// <param name="bias">false for a weight without a bias</param>
    /// <exception cref="ArgumentOutOfRangeException">the momentum is not from 0 to 1, or epsilon is negative</exception>
    public BatchNorm2d(
        int channels, float? momentum = 0.1f, float epsilon = 1e-5f, bool affine = true, bool trackRunningStatistics = true,
        bool bias = true)
    {
        (Channels, _momentum, Epsilon) = (channels, NormSetting.Momentum("batch_norm", momentum), NormSetting.Epsilon("batch_norm",
            epsilon));
        Weight = affine ? AddParameter("weight", new Shape(channels), InitialValue.DrawnAroundOne) : null;
        Bias = affine && bias ? AddParameter("bias", new Shape(channels), InitialValue.Zero) : null;
        if (trackRunningStatistics)
        {
            RunningMean = AddBuffer("running_mean", new Shape(channels), InitialValue.Zero);
            RunningVariance = AddBuffer("running_var", new Shape(channels), InitialValue.One);
            BatchesTracked = AddCounter("num_batches_tracked");
        }
    }

    public int Channels { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    public ModuleTensor? Weight { get; }

    public ModuleTensor? Bias { get; }

    public ModuleTensor? RunningMean { get; }

    public ModuleTensor? RunningVariance { get; }

    public ModuleTensor? BatchesTracked { get; }

    /// <summary>The samples of the step that is being taken one by one; null otherwise.</summary>
    internal SampleReduction? Samples { get; set; }

    public override string Export(GraphWriter graph, string x)
    {
        var scale = Weight is { } weight ? graph.Tensor(weight) : graph.Filled("ones", Channels, 1);
        var shift = Bias is { } bias ? graph.Tensor(bias) : graph.Filled("zeros", Channels, 0);
        var epsilon = OnnxAttribute.Float("epsilon", Epsilon);
        return graph.Settings.Statistics == NormStatistics.Picture
            ? graph.Node("InstanceNormalization", [x, scale, shift], epsilon)
            : RunningMean is null ? throw graph.HasNoCounterpart(this, "it has no running statistics, and a batch's are no part of a graph")
            : graph.Node("BatchNormalization", [x, scale, shift, graph.Tensor(RunningMean), graph.Tensor(RunningVariance!)], epsilon);
    }

    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        RunningStatistics? running = RunningMean is null
            ? null
            : new RunningStatistics(RunningMean.Value, RunningVariance!.Value)
            {
                Momentum = _momentum, Batches = BatchesTracked!.Value,
            };
        if (!Training && running is { } statistics)
        {
            return x.BatchNorm(statistics, Weight?.Value, Bias?.Value, Epsilon);
        }

        if (Samples is { Total: > 1 } samples)
        {
            return samples.BatchNorm(x, Weight?.Value, Bias?.Value, Epsilon, running);
        }

        if (x.Shape.Rank > 1 && x.Count == x.Shape[1] && x.Count > 0)
        {
            throw new ShapeException($"batch_norm: training needs more than one value a channel, but the input is {x.Shape}");
        }

        return x.BatchNorm(Weight?.Value, Bias?.Value, Epsilon, running);
    }
}

/// <summary>
/// Instance norm (Ulyanov et al. 2016) of [N, C, H, W]: normalises each channel of each image by its own statistics, in training and
/// evaluation. By default it has no tensors, as in the reference program. Affine adds <c>weight</c> and <c>bias</c>; running statistics,
/// which are then used in evaluation, add <c>running_mean</c>, <c>running_var</c> and <c>num_batches_tracked</c>, which stays 0 as in
/// PyTorch.
/// </summary>
public sealed class InstanceNorm2d : Layer
{
    private readonly float _momentum;

    /// <param name="channels">channels of the input</param>
    /// <param name="affine">whether there are a weight and a bias</param>
    /// <param name="trackRunningStatistics">update running statistics in training and use them in evaluation</param>
    /// <param name="momentum">weight of the current batch in the running statistics</param>
    /// <param name="epsilon">added to the variance</param>
    /// <param name="weight">initial weight: 1, or <see cref="InitialValue.DrawnAroundOne"/> as in batch norm</param>
    /// <param name="bias">false for a weight without a bias</param>
    /// <exception cref="ArgumentOutOfRangeException">the momentum is not from 0 to 1, or epsilon is negative</exception>
    public InstanceNorm2d(
        int channels, bool affine = false, bool trackRunningStatistics = false, float momentum = 0.1f, float epsilon = 1e-5f,
        InitialValue weight = InitialValue.One, bool bias = true)
    {
        (Channels, _momentum, Epsilon) =
            (channels, NormSetting.Momentum("instance_norm", momentum)!.Value, NormSetting.Epsilon("instance_norm", epsilon));
        if (affine)
        {
            Weight = AddParameter("weight", new Shape(channels), weight);
            Bias = bias ? AddParameter("bias", new Shape(channels), InitialValue.Zero) : null;
        }

        if (trackRunningStatistics)
        {
            RunningMean = AddBuffer("running_mean", new Shape(channels), InitialValue.Zero);
            RunningVariance = AddBuffer("running_var", new Shape(channels), InitialValue.One);
            BatchesTracked = AddCounter("num_batches_tracked");
        }
    }

    public int Channels { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    public ModuleTensor? Weight { get; }

    public ModuleTensor? Bias { get; }

    public ModuleTensor? RunningMean { get; }

    public ModuleTensor? RunningVariance { get; }

    public ModuleTensor? BatchesTracked { get; }

    public override string Export(GraphWriter graph, string x)
    {
        var scale = Weight is { } weight ? graph.Tensor(weight) : graph.Filled("ones", Channels, 1);
        var shift = Bias is { } bias ? graph.Tensor(bias) : graph.Filled("zeros", Channels, 0);
        var epsilon = OnnxAttribute.Float("epsilon", Epsilon);
        return RunningMean is null || graph.Settings.Statistics == NormStatistics.Picture
            ? graph.Node("InstanceNormalization", [x, scale, shift], epsilon)
            : graph.Node("BatchNormalization", [x, scale, shift, graph.Tensor(RunningMean), graph.Tensor(RunningVariance!)], epsilon);
    }

    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        RunningStatistics? running = RunningMean is null
            ? null
            : new RunningStatistics(RunningMean.Value, RunningVariance!.Value) { Momentum = _momentum };
        if (!Training && running is { } statistics)
        {
            return x.BatchNorm(statistics, Weight?.Value, Bias?.Value, Epsilon);
        }

        if (x.Shape.Rank == 4 && (long)x.Shape[2] * x.Shape[3] == 1)
        {
            throw new ShapeException($"instance_norm: needs more than one pixel a channel, but the input is {x.Shape}");
        }

        return x.InstanceNorm(Weight?.Value, Bias?.Value, Epsilon, running);
    }
}

/// <summary>Settings of norms, refused where they are given.</summary>
internal static class NormSetting
{
    public static float Epsilon(string norm, float epsilon) => NumberSetting.NotNegative(epsilon, nameof(epsilon), $"{norm}: epsilon");

    public static float? Momentum(string norm, float? momentum) =>
        momentum is { } share ? NumberSetting.Share(share, nameof(momentum), $"{norm}: the momentum") : null;
}
