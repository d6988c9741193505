using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is w = g·v/‖v‖, of a length g and a direction v that are trained
/// apart (Salimans and Kingma 2016, equation 2), as PyTorch's <c>torch.nn.utils.weight_norm</c>. Keys <c>weight_v</c>, <c>bias</c> (if the
/// layer has one) and <c>weight_g</c>, whose extents are 1 but along the axis. It begins with the lengths of the directions that were
/// drawn: w = v.
/// </summary>
public sealed class WeightNorm : Reparameterized
{
    /// <summary>What the key of the trained direction has in addition to that of the layer's weight.</summary>
    internal const string DirectionSuffix = "_v";

    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    /// <param name="axis">
    /// dimension of the weight along which each slice has a length of its own: 0 as in PyTorch; 1 gives each output of a transposed
    /// convolution one
    /// </param>
    /// <param name="trainsLength">
    /// false for lengths that stay 1, a buffer under the same key: the weight is then a direction alone
    /// </param>
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
