using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

public sealed class ReLU : Layer
{
    public override Tensor Forward(Tensor x) => x.Relu();

    public override string Export(GraphWriter graph, string x) => graph.Node("Relu", [x]);
}

/// <summary>x where positive, else slope·x.</summary>
public sealed class LeakyReLU(float slope = 0.2f) : Layer
{
    public float Slope { get; } = slope;

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
public sealed class Dropout(float probability = 0.5f) : Layer
{
    /// <summary>Whether nothing is dropped: in evaluation, or with probability 0.</summary>
    public bool IsIdentity => !Training || probability == 0;

    public override Tensor Forward(Tensor x) => IsIdentity ? x : x.Dropout(probability, NextKey(x.Device));

    public override string Export(GraphWriter graph, string x) => x;

    private RandomKey NextKey(Device device) =>
        (Random ?? throw new InvalidOperationException("dropout: the network has no random state; call Initialize(seed) or set Random"))
            .Next(device);
}
