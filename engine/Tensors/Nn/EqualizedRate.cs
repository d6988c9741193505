using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is multiplied by 1/√fan_in in each forward (Karras et al. 2018,
/// "Progressive growing of GANs", section 4.1): where weights begin as N(0, 1), outputs begin with the inputs' scale, and Adam's steps are
/// as large beside the weight in every layer. Fan-in counts the inputs of one output: of a convolution in / groups · kh · kw. Keys are
/// those of the layer.
/// </summary>
public sealed class EqualizedRate : Reparameterized
{
    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    public EqualizedRate(Layer layer)
        : base("equalized_rate", layer, "weight")
    {
        var outputs = Weight.Shape[Weighted.OutputAxis] * (layer is ConvTranspose2d { Groups: var groups } ? groups : 1);
        Scale = (float)(1 / Math.Sqrt(Weight.Shape.Count / (double)outputs));
    }

    /// <summary>What the weight is multiplied by.</summary>
    public float Scale { get; }

    private protected override Tensor ComputeWeight() => Weight.Value.Affine(Scale, 0);
}
