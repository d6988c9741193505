using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is multiplied by 1/√fan_in in each forward (Karras et al. 2018,
/// "Progressive growing of GANs", section 4.1): where weights begin as N(0, 1), outputs begin with the inputs' scale, and Adam's steps are
/// as large beside the weight in every layer. Fan-in counts the inputs of one output: of a convolution in / groups · kh · kw. Keys are
/// those of the layer.
/// </summary>
public sealed class EqualizedRate : Layer
{
    private readonly IWeightedLayer _layer;

    /// <param name="layer">
    /// a fresh <see cref="Conv2d"/>, <see cref="ConvTranspose2d"/> or <see cref="Linear"/>, which is used through this alone
    /// </param>
    /// <exception cref="ArgumentException">another layer</exception>
    public EqualizedRate(Layer layer)
    {
        _layer = layer as IWeightedLayer
            ?? throw new ArgumentException(
                $"equalized_rate: a {layer.GetType().Name} has no weight to scale; take a convolution or a linear layer", nameof(layer));
        Inner = layer;
        Weight = Adopt("weight", _layer.Weight);
        Bias = _layer.Bias is { } bias ? Adopt("bias", bias) : null;
        var outputs = Weight.Shape[_layer.OutputAxis] * (layer is ConvTranspose2d { Groups: var groups } ? groups : 1);
        Scale = (float)(1 / Math.Sqrt(Weight.Shape.Count / (double)outputs));
    }

    /// <summary>The layer that computes. Its own forward does not scale.</summary>
    public Layer Inner { get; }

    /// <summary>What is trained, before its multiplication.</summary>
    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    /// <summary>What the weight is multiplied by.</summary>
    public float Scale { get; }

    public override Tensor Forward(Tensor x)
    {
        using var weight = Weight.Value.Affine(Scale, 0);
        return _layer.ForwardWith(weight, x);
    }

    /// <summary>The layer with its scaled weight.</summary>
    public override string Export(GraphWriter graph, string x)
    {
        using var noGrad = GradMode.NoGrad();
        using var weight = Weight.Value.Affine(Scale, 0);
        return _layer.ExportWith(weight.ToArray(), graph, x, norm: null);
    }
}
