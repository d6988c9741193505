using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Running statistics, [C] each, which a norm updates in training from the current batch.</summary>
/// <param name="Mean">running mean</param>
/// <param name="Variance">running unbiased variance</param>
public readonly record struct RunningStatistics(Tensor Mean, Tensor Variance)
{
    /// <summary>Weight of the current batch; null for the mean over all batches, which needs their count.</summary>
    public float? Momentum { get; init; } = 0.1f;

    /// <summary>A one-element count of the batches; null for no count.</summary>
    public Tensor? Batches { get; init; }
}

/// <summary>
/// Batch and instance norm: y = (x − mean)/√(variance + ε)·weight + bias with the statistics of x itself, which are written to
/// <paramref name="mean"/> and <paramref name="variance"/>. Inputs: x, or x, weight and bias.
/// </summary>
internal sealed class NormOp(NormGeometry g, float epsilon, Tensor mean, Tensor variance) : Op
{
    public override string Name => g.PerInstance ? "instance_norm" : "batch_norm";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) =>
        base.Cost(inputs, output) with { Flops = 8 * output.Count };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var (weight, bias) = inputs.Length == 3 ? (inputs[1].Span, inputs[2].Span) : ((DeviceSpan?)null, (DeviceSpan?)null);
        kernels.Run(new MomentsCall(inputs[0].Span, mean.Span, variance.Span, g));
        kernels.Run(new NormalizeCall(new(inputs[0].Span, mean.Span, variance.Span, weight, bias, g, epsilon), output.Span));
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { inputs[0], inputs.Length == 3 ? inputs[1] : null, mean, variance };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        GradMode.IsEnabled && dy.Count > 0 ? Composed(dy, saved, needs) : Fused(dy, saved, needs);

    private Tensor?[] Fused(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        var (x, weight) = (saved[0], saved.Optional(1));
        if (x.Count == 0)
        {
            // Sums over nothing.
            var channels = new Shape(g.Channels);
            return
            [
                needs[0] ? Tensor.Zeros(x.Shape, x.Device) : null, needs[1] ? Tensor.Zeros(channels, x.Device) : null,
                needs[2] ? Tensor.Zeros(channels, x.Device) : null,
            ];
        }

        var dx = needs[0] ? Tensor.Empty(x.Shape, x.Device) : null;
        var dweight = needs[1] ? Tensor.Empty(new Shape(g.Channels), x.Device) : null;
        var dbias = needs[2] ? Tensor.Empty(new Shape(g.Channels), x.Device) : null;
        using (OpProfile.Measure($"{Name}_gradient", [x, dy], x, new OpCost(12 * x.Count, 3 * sizeof(float) * x.Count)))
        {
            x.Device.Kernels.Run(new NormalizeGradientCall(
                new(x.Span, saved[2].Span, saved[3].Span, weight?.Span, null, g, epsilon), dy.Span, dx?.Span, dweight?.Span, dbias?.Span));
        }

        return [dx, dweight, dbias];
    }

    /// <summary>The same gradient composed of differentiable ops, for double backward; here the statistics are functions of x.</summary>
    private Tensor?[] Composed(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        var view = new Shape(g.Outer, g.Channels, g.Inner);
        int[] group = g.PerInstance ? [2] : [0, 2];
        var x = saved[0].Reshape(view);
        var d = dy.Reshape(view);
        var centered = x - x.Mean(group, keepDims: true);
        var scale = (centered.Square().Mean(group, keepDims: true) + epsilon).Sqrt().Reciprocal();
        var normalized = centered * scale;
        var dn = saved.Optional(1) is { } weight ? d * weight.Reshape(new Shape(1, g.Channels, 1)) : d;
        return
        [
            needs[0]
                ? (scale * (dn - dn.Mean(group, keepDims: true) - (normalized * (dn * normalized).Mean(group, keepDims: true))))
                    .Reshape(saved[0].Shape)
                : null,
            needs[1] ? (d * normalized).Sum([0, 2]) : null,
            needs[2] ? d.Sum([0, 2]) : null,
        ];
    }
}

/// <summary>y = (x − mean)/√(variance + ε)·weight + bias with given statistics [C]: an affine function of x.</summary>
internal sealed class FixedNormOp(NormGeometry g, float epsilon, Tensor mean, Tensor variance) : Op
{
    public override string Name => "batch_norm_inference";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var (weight, bias) = inputs.Length == 3 ? (inputs[1].Span, inputs[2].Span) : ((DeviceSpan?)null, (DeviceSpan?)null);
        kernels.Run(new NormalizeCall(new(inputs[0].Span, mean.Span, variance.Span, weight, bias, g, epsilon), output.Span));
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { needs[1] ? inputs[0] : null, inputs.Length == 3 ? inputs[1] : null, mean, variance };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        var view = new Shape(g.Outer, g.Channels, g.Inner);
        var channels = new Shape(1, g.Channels, 1);
        var d = dy.Reshape(view);
        var scale = (saved[3] + epsilon).Sqrt().Reciprocal().Reshape(channels);
        var slope = saved.Optional(1) is { } weight ? scale * weight.Reshape(channels) : scale;
        return
        [
            needs[0] ? (d * slope).Reshape(dy.Shape) : null,
            needs[1] ? (d * (saved[0].Reshape(view) - saved[2].Reshape(channels)) * scale).Sum([0, 2]) : null,
            needs[2] ? d.Sum([0, 2]) : null,
        ];
    }
}

public static partial class TensorOps
{
    /// <summary>
    /// Normalises each channel of x [N, C, …] over the batch: (x − mean)/√(variance + ε)·weight + bias, weight and bias [C].
    /// </summary>
    /// <param name="x">input</param>
    /// <param name="weight">scale; null for 1</param>
    /// <param name="bias">shift; null for 0</param>
    /// <param name="epsilon">ε</param>
    /// <param name="running">running statistics, updated from the batch's</param>
    public static Tensor BatchNorm(
        this Tensor x, Tensor? weight = null, Tensor? bias = null, float epsilon = 1e-5f, RunningStatistics? running = null) =>
        Norm(x, weight, bias, epsilon, running, perInstance: false);

    /// <summary>
    /// Normalises each channel of each image of x [N, C, …] separately; otherwise as
    /// <see cref="BatchNorm(Tensor, Tensor?, Tensor?, float, RunningStatistics?)"/>.
    /// </summary>
    public static Tensor InstanceNorm(
        this Tensor x, Tensor? weight = null, Tensor? bias = null, float epsilon = 1e-5f, RunningStatistics? running = null) =>
        Norm(x, weight, bias, epsilon, running, perInstance: true);

    /// <summary>Normalises x [N, C, …] by running statistics: batch norm in evaluation.</summary>
    public static Tensor BatchNorm(
        this Tensor x, RunningStatistics statistics, Tensor? weight = null, Tensor? bias = null, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(x);
        var g = NormGeometryOf("batch_norm", x, weight, bias, perInstance: false);
        CheckChannels("batch_norm", "running statistics", x, statistics.Mean);
        return Run(new FixedNormOp(g, epsilon, statistics.Mean, statistics.Variance), x, weight, bias);
    }

    /// <summary>Runs a norm, whose kernels take both a weight and a bias or neither.</summary>
    private static Tensor Run(Op norm, Tensor x, Tensor? weight, Tensor? bias)
    {
        if (weight is null && bias is null)
        {
            return Op.Run(norm, x);
        }

        using var scale = weight?.Share() ?? Tensor.Ones(new Shape(x.Shape[1]), x.Device);
        using var shift = bias?.Share() ?? Tensor.Zeros(new Shape(x.Shape[1]), x.Device);
        return Op.Run(norm, x, scale, shift);
    }

    private static Tensor Norm(
        Tensor x, Tensor? weight, Tensor? bias, float epsilon, RunningStatistics? running, bool perInstance)
    {
        var name = perInstance ? "instance_norm" : "batch_norm";
        var g = NormGeometryOf(name, x, weight, bias, perInstance);
        var statistics = perInstance ? new Shape(g.Outer, g.Channels) : new Shape(g.Channels);
        using var mean = Tensor.Empty(statistics, x.Device);
        using var variance = Tensor.Empty(statistics, x.Device);
        var y = Run(new NormOp(g, epsilon, mean, variance), x, weight, bias);
        if (running is { } past && x.Count > 0)
        {
            CheckChannels(name, "running statistics", x, past.Mean);
            Track(past, mean, variance, correction: (float)((double)g.GroupSize / Math.Max(1, g.GroupSize - 1)));
        }

        return y;
    }

    /// <summary>Updates running statistics from those of the batch; per-instance statistics are averaged over the images first.</summary>
    private static void Track(in RunningStatistics past, Tensor mean, Tensor variance, float correction)
    {
        using var mode = GradMode.NoGrad();
        using var batchMean = mean.Shape.Rank == 2 ? mean.Mean([0]) : mean.Share();
        using var batchVariance = variance.Shape.Rank == 2 ? variance.Mean([0]) : variance.Share();
        if (past.Momentum is not { } momentum)
        {
            var count = past.Batches ?? throw new ArgumentException("batch_norm: the mean over all batches needs their count");
            using var batches = count + 1;
            count.CopyFrom(batches);
            using var share = batches.Reciprocal();
            using var unbiased = batchVariance * correction;
            using var newMean = past.Mean.Lerp(batchMean, share);
            using var newVariance = past.Variance.Lerp(unbiased, share);
            past.Mean.CopyFrom(newMean);
            past.Variance.CopyFrom(newVariance);
            return;
        }

        past.Mean.Overwrite("a batch norm in training");
        past.Variance.Overwrite("a batch norm in training");
        past.Batches?.Overwrite("a batch norm in training");
        past.Mean.Device.Kernels.Run(new TrackStatisticsCall(
            batchMean.Span, batchVariance.Span, new(past.Mean.Span, past.Variance.Span, past.Batches?.Span, momentum, correction)));
    }

    private static NormGeometry NormGeometryOf(string op, Tensor x, Tensor? weight, Tensor? bias, bool perInstance)
    {
        ArgumentNullException.ThrowIfNull(x);
        ShapeException.ThrowIf(x.Shape.Rank < 2, $"{op}: input {x.Shape} must have at least 2 dimensions, [N, C, …]");

        if (weight is not null)
        {
            CheckChannels(op, "weight", x, weight);
        }

        if (bias is not null)
        {
            CheckChannels(op, "bias", x, bias);
        }

        var (images, channels) = (x.Shape[0], x.Shape[1]);
        return new NormGeometry(images, channels, Extents.Of(op, x.Count / Math.Max(1, (long)images * channels), x.Shape), perInstance);
    }

    private static void CheckChannels(string op, string what, Tensor x, Tensor tensor)
    {
        if (tensor.Shape != new Shape(x.Shape[1]))
        {
            throw new ShapeException($"{op}: input has {x.Shape[1]} channels {x.Shape} but {what} {tensor.Shape}");
        }
    }
}
