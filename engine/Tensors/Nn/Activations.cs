using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

public sealed class Relu : Layer
{
    public override Tensor Forward(Tensor x) => x.Relu();

    public override string Export(GraphWriter graph, string x) => graph.Node("Relu", [x]);
}

/// <summary>x where positive, else slope·x.</summary>
/// <exception cref="ArgumentOutOfRangeException">the slope is not a number</exception>
public sealed class LeakyRelu(float slope = 0.2f) : Layer
{
    public float Slope { get; } = NumberSetting.Finite(slope, nameof(slope), "leaky_relu: the slope");

    public override Tensor Forward(Tensor x) => x.LeakyRelu(Slope);

    public override string Export(GraphWriter graph, string x) => graph.Node("LeakyRelu", [x], OnnxAttribute.Float("alpha", Slope));
}

public sealed class Tanh : Layer
{
    public override Tensor Forward(Tensor x) => x.Tanh();

    public override string Export(GraphWriter graph, string x) => graph.Node("Tanh", [x]);
}

public sealed class Sigmoid : Layer
{
    public override Tensor Forward(Tensor x) => x.Sigmoid();

    public override string Export(GraphWriter graph, string x) => graph.Node("Sigmoid", [x]);
}

/// <summary>While training, zeroes each element with a probability p and scales the others by 1/(1 − p).</summary>
/// <exception cref="ArgumentOutOfRangeException">the probability is not from 0 to 1</exception>
public sealed class Dropout(float probability = 0.5f) : Layer
{
    private readonly float _probability = TensorOps.RequireProbability(probability);

    /// <summary>Whether nothing is dropped: in evaluation, or with probability 0.</summary>
    public bool IsIdentity => !Training || _probability == 0;

    public override Tensor Forward(Tensor x) => IsIdentity ? x : x.Dropout(_probability, NextKey(this, x.Device));

    public override string Export(GraphWriter graph, string x) => x;

    internal static RandomKey NextKey(Module layer, Device device) =>
        (layer.Random
            ?? throw new InvalidOperationException("dropout: the network has no random state; call Initialize(seed) or set Random"))
            .Next(device);
}

/// <summary>
/// While training, zeroes whole channels of [N, C, …] with a probability p and scales the others by 1/(1 − p) (Tompson et al. 2015).
/// </summary>
/// <exception cref="ArgumentOutOfRangeException">the probability is not from 0 to 1</exception>
public sealed class Dropout2d(float probability = 0.5f) : Layer
{
    private readonly float _probability = TensorOps.RequireProbability(probability);

    public override Tensor Forward(Tensor x)
    {
        if (!Training || _probability == 0)
        {
            return x;
        }

        ShapeException.ThrowIf(x.Shape.Rank < 2, $"dropout2d: input {x.Shape} must have channels, [N, C, …]");

        using var ones = Tensor.Ones(new Shape([.. x.Shape.ToArray().Select((extent, axis) => axis < 2 ? extent : 1)]), x.Device);
        using var factors = ones.Dropout(_probability, Dropout.NextKey(this, x.Device));
        return x.Multiply(factors);
    }

    public override string Export(GraphWriter graph, string x) => x;
}
