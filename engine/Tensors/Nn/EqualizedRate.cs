using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is multiplied by gain/√fan_in in each forward (Karras et al. 2018,
/// "Progressive growing of GANs", section 4.1): where weights begin as N(0, 1), outputs begin with the inputs' scale, and Adam's steps are
/// as large beside the weight in every layer. Fan-in counts the inputs of one output: of a convolution in / groups · kh · kw. Keys are
/// those of the layer.
/// </summary>
public sealed class EqualizedRate : Reparameterized
{
    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    /// <param name="gain">what the scale of the outputs is multiplied by: √2 makes up for what a ReLU behind the layer takes away</param>
    public EqualizedRate(Layer layer, float gain = 1)
        : base("equalized_rate", layer, "weight")
    {
        var outputs = Weight.Shape[Weighted.OutputAxis] * (layer is ConvTranspose2d { Groups: var groups } ? groups : 1);
        Scale = (float)(gain / Math.Sqrt(Weight.Shape.Count / (double)outputs));
    }

    /// <summary>What the weight is multiplied by.</summary>
    public float Scale { get; }

    private protected override Tensor ComputeWeight() => Weight.Value.Affine(Scale, 0);
}
