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
    public WeightNorm(Layer layer, int axis = 0)
        : base("weight_norm", layer, "weight" + DirectionSuffix)
    {
        Axis = Weight.Shape.Axis("weight_norm", axis);
        Length = AddParameter("weight_g", TensorOps.OneSlice(Weight.Shape, Axis), InitialValue.LengthOfWeight);
    }

    /// <summary>The trained lengths g.</summary>
    public ModuleTensor Length { get; }

    /// <summary>The dimension of the weight whose slices have lengths.</summary>
    public int Axis { get; }

    private protected override Tensor ComputeWeight() => Weight.Value.WeightNormalize(Length.Value, Axis);
}

/// <summary>
/// A convolution, transposed convolution or linear layer whose weights are drawn from N(0, 1), whatever the scheme of initialisation, and
/// multiplied in each forward by gain/√fan_in: under Adam all layers then learn equally fast (Karras et al. 2018, section 4.1). Keys
/// <c>weight</c> and <c>bias</c>.
/// </summary>
public sealed class EqualizedLearningRate : Reparameterized
{
    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    /// <param name="gain">√2 if null, He's for layers before a rectifier; 1 for those that make pictures or scores</param>
    public EqualizedLearningRate(Layer layer, float? gain = null)
        : base("equalized_learning_rate", layer, "weight")
    {
        Weight.DrawAs(InitialValue.StandardNormal);
        var groups = layer is ConvTranspose2d transposed ? transposed.Groups : 1;
        var fanIn = (double)Weight.Shape.Count / Weight.Shape[Weighted.OutputAxis] / groups;
        Scale = (float)((gain ?? Math.Sqrt(2)) / Math.Sqrt(fanIn));
    }

    /// <summary>What the trained weights are multiplied by.</summary>
    public float Scale { get; }

    private protected override Tensor ComputeWeight() => Weight.Value.Affine(Scale, 0);
}
