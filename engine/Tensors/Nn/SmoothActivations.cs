using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>x where positive, else alpha·(eˣ − 1) (Clevert et al. 2015).</summary>
public sealed class Elu(float alpha = 1) : Layer
{
    public override Tensor Forward(Tensor x) => x.Elu(alpha);

    public override string Export(GraphWriter graph, string x) => graph.Node("Elu", [x], OnnxAttribute.Float("alpha", alpha));
}

/// <summary>x·σ(x).</summary>
public sealed class Silu : Layer
{
    public override Tensor Forward(Tensor x) => x.Silu();

    public override string Export(GraphWriter graph, string x) => graph.Node("Mul", [x, graph.Node("Sigmoid", [x])]);
}

/// <summary>x·Φ(x), with Φ the cumulative distribution of the standard normal (Hendrycks and Gimpel 2016).</summary>
/// <param name="isApproximate">whether Φ(x) is approximated by ½(1 + tanh(√(2/π)·(x + 0.044715x³)))</param>
public sealed class Gelu(bool isApproximate = false) : Layer
{
    public override Tensor Forward(Tensor x) => x.Gelu(isApproximate);

    // ONNX has Gelu since operator set 20; exports use operator set 17.
    public override string Export(GraphWriter graph, string x)
    {
        var share = isApproximate
            ? graph.Node("Tanh", [graph.Node("Mul", [Polynomial(), graph.Scalar(0.7978845608f)])])
            : graph.Node("Erf", [graph.Node("Mul", [x, graph.Scalar(0.7071067812f)])]);
        return graph.Node("Mul", [graph.Node("Mul", [x, graph.Scalar(0.5f)]), graph.Node("Add", [share, graph.Scalar(1)])]);

        string Polynomial()
        {
            var cube = graph.Node("Mul", [graph.Node("Mul", [x, x]), x]);
            return graph.Node("Add", [x, graph.Node("Mul", [cube, graph.Scalar(0.044715f)])]);
        }
    }
}

/// <summary>sin x, of radians: periodic activations (Sitzmann et al. 2020).</summary>
public sealed class Sine : Layer
{
    public override Tensor Forward(Tensor x) => x.Sin();

    public override string Export(GraphWriter graph, string x) => graph.Node("Sin", [x]);
}

/// <summary>log(1 + eˣ).</summary>
public sealed class Softplus : Layer
{
    public override Tensor Forward(Tensor x) => x.Softplus();

    public override string Export(GraphWriter graph, string x) => graph.Node("Softplus", [x]);
}

/// <summary>
/// x where positive, else a·x with a trained slope (He et al. 2015), one for all channels of [N, C, …] or one for each. Key <c>weight</c>,
/// [1] or [C], initially 0.25.
/// </summary>
public sealed class PRelu : Layer
{
    private const float InitialSlope = 0.25f;

    /// <param name="slopes">1, or the number of channels</param>
    public PRelu(int slopes = 1) => Weight = AddParameter("weight", new Shape(slopes), InitialSlope);

    public ModuleTensor Weight { get; }

    public override Tensor Forward(Tensor x) => x.PRelu(Weight.Value);

    public override string Export(GraphWriter graph, string x)
    {
        var slopes = Weight.Shape[0];
        var weight = graph.Tensor(Weight);
        return graph.Node(
            "PRelu", [x, slopes == 1 ? weight : graph.Node("Reshape", [weight, graph.Integers($"channels_{slopes}", slopes, 1, 1)])]);
    }
}

/// <summary>Adds Gaussian noise while training; the identity in evaluation.</summary>
/// <param name="deviation">standard deviation of the noise</param>
/// <exception cref="ArgumentOutOfRangeException">the deviation is negative or not a finite number</exception>
public sealed class GaussianNoise(float deviation) : Layer
{
    private readonly float _deviation = NumberSetting.NotNegative(deviation, nameof(deviation), "gaussian_noise: the deviation");

    public override Tensor Forward(Tensor x)
    {
        if (!Training || _deviation == 0)
        {
            return x;
        }

        var random = Random
            ?? throw new InvalidOperationException("gaussian_noise: the network has no random state; call Initialize(seed) or set Random");
        using var drawn = Tensor.Normal(random.Next(x.Device, RandomStream.Noise), x.Shape, x.Device);
        using var noise = drawn.Affine(_deviation, 0);
        return x.Add(noise);
    }

    public override string Export(GraphWriter graph, string x) => x;
}
