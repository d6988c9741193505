using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Equalized learning rate (Karras et al. 2018, "Progressive growing of GANs", section 4.1): a convolution, transposed convolution or
/// linear layer whose weight is multiplied by gain/√fan_in in each forward. With weights initialised from N(0, 1), outputs have the scale
/// of the inputs, and Adam's steps have the same size relative to the weights in every layer. The fan-in of a convolution is
/// in / groups · kh · kw. Keys are those of the layer.
/// </summary>
public sealed class EqualizedRate : Reparameterized
{
    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    /// <param name="gain">factor of the outputs' scale: √2 compensates for a ReLU after the layer</param>
    public EqualizedRate(Layer layer, float gain = 1)
        : base("equalized_rate", layer, "weight")
    {
        var outputs = Weight.Shape[Weighted.OutputAxis] * (layer is ConvTranspose2d { Groups: var groups } ? groups : 1);
        Scale = (float)(gain / Math.Sqrt(Weight.Shape.Count / (double)outputs));
    }

    /// <summary>The factor of the weight, gain/√fan_in.</summary>
    public float Scale { get; }

    private protected override Tensor ComputeWeight() => Weight.Value.Affine(Scale, 0);
}
