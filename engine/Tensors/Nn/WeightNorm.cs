using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is w = g·v/‖v‖, with a length g and a direction v that are trained
/// separately (Salimans and Kingma 2016, equation 2), as PyTorch's <c>torch.nn.utils.weight_norm</c>. Keys <c>weight_v</c>, <c>bias</c> (if
/// the layer has one) and <c>weight_g</c>, whose extents are 1 except along the axis. Initially g = ‖v‖, so w = v.
/// </summary>
public sealed class WeightNorm : Reparameterized
{
    /// <summary>Suffix of the trained direction's key.</summary>
    internal const string DirectionSuffix = "_v";

    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    /// <param name="axis">
    /// dimension of the weight whose slices have a length each: 0 as in PyTorch; 1 for a length per output of a transposed convolution
    /// </param>
    /// <param name="trainsLength">false for lengths fixed at 1, in a buffer under the same key</param>
    public WeightNorm(Layer layer, int axis = 0, bool trainsLength = true)
        : base("weight_norm", layer, "weight" + DirectionSuffix)
    {
        Axis = Weight.Shape.Axis("weight_norm", axis);
        var lengths = TensorOps.OneSlice(Weight.Shape, Axis);
        Length = trainsLength
            ? AddParameter("weight_g", lengths, InitialValue.LengthOfWeight)
            : AddBuffer("weight_g", lengths, InitialValue.One);
    }

    /// <summary>The lengths g.</summary>
    public ModuleTensor Length { get; }

    /// <summary>The dimension of the weight whose slices have lengths.</summary>
    public int Axis { get; }

    private protected override Tensor ComputeWeight() => Weight.Value.WeightNormalize(Length.Value, Axis);
}
