using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.StackGan;

/// <summary>A sampled condition [N, condition], its mean, and the KL divergence of its distribution from N(0, 1), [1].</summary>
internal readonly record struct SampledCondition(Tensor Condition, Tensor Mean, Tensor Divergence);

/// <summary>
/// Conditioning augmentation (Zhang et al. 2017, section 3.2): maps a label's vector [N, numbers] to mean and log standard deviation of a
/// condition [N, condition], and samples it. Key <c>both</c>.
/// </summary>
internal sealed class ConditioningAugmentation : Module
{
    private readonly Linear _both;
    private readonly Layer _activation;
    private readonly int _numbers;
    private readonly bool _isDrawn;
    private readonly bool _isGated;

    /// <param name="o">lengths, and whether conditions are sampled</param>
    /// <param name="isGated">whether the activation is a gated linear unit and the second output the log-variance, as in StackGAN++</param>
    public ConditioningAugmentation(StackedOptions o, bool isGated = false)
    {
        (_numbers, _isDrawn, _isGated) = (o.Condition, o.Augment, isGated);
        _both = Add("both", new Linear(o.EmbeddedNumbers, (isGated ? 4 : 2) * _numbers));
        _activation = isGated ? new GLU(2 * _numbers) : new LeakyRelu();
    }

    /// <param name="label">the label's vector, [N, numbers]</param>
    /// <param name="noise">from N(0, 1), [N, condition]</param>
    public SampledCondition Forward(Tensor label, Tensor noise)
    {
        var both = _activation.Forward(_both.Forward(label));
        var (mean, logarithm) = (both.Slice(1, 0, _numbers), both.Slice(1, _numbers, _numbers));
        logarithm = _isGated ? logarithm * 0.5f : logarithm;
        var deviation = logarithm.Exp();
        var divergence = ((deviation.Square() + mean.Square() - 1) * 0.5f) - logarithm;
        return new SampledCondition(_isDrawn ? mean + (deviation * noise) : mean, mean, divergence.Mean());
    }

    /// <summary>The mean of the condition, [N, condition].</summary>
    public Tensor Mean(Tensor label) => _activation.Forward(_both.Forward(label)).Slice(1, 0, _numbers);

    /// <summary>The mean of the condition as graph nodes.</summary>
    public string ExportMean(GraphWriter graph, string label) =>
        graph.SliceOf(_activation.Export(graph, _both.Export(graph, label)), 0, _numbers);
}

/// <summary>
/// Gated linear unit (Dauphin et al. 2017): the first half of the channels times the sigmoid of the second, [N, 2C, …] to [N, C, …].
/// </summary>
/// <param name="channels">C</param>
internal sealed class GLU(int channels) : Layer
{
    public override Tensor Forward(Tensor x)
    {
        using var values = x.Slice(1, 0, channels);
        using var gates = x.Slice(1, channels, channels);
        using var open = gates.Sigmoid();
        return values.Multiply(open);
    }

    public override string Export(GraphWriter graph, string x) => graph.Node(
        "Mul", [graph.SliceOf(x, 0, channels), graph.Node("Sigmoid", [graph.SliceOf(x, channels, channels)])]);
}
