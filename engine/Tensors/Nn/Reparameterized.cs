using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Tensors.Nn;

/// <summary>A layer that is linear in its weight and can run with another weight.</summary>
internal interface IWeightedLayer
{
    ModuleTensor Weight { get; }

    ModuleTensor? Bias { get; }

    /// <summary>The weight's dimension of the outputs: 0, or 1 for a transposed convolution.</summary>
    int OutputAxis { get; }

    /// <summary>The layer's forward with another weight of the same shape.</summary>
    Tensor ForwardWith(Tensor weight, Tensor x);

    /// <summary>Exports the layer with other weights; a batch norm after it, if given, is folded into them.</summary>
    string ExportWith(float[] weights, GraphWriter graph, string x, BatchNorm2d? norm);
}

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is computed in each forward from the trained tensors.
/// An export contains the weight computed at that time, under the key <c>weight</c>.
/// </summary>
public abstract class Reparameterized : Layer
{
    /// <param name="name">name of the subclass, for messages</param>
    /// <param name="layer">
    /// a new <see cref="Conv2d"/>, <see cref="ConvTranspose2d"/> or <see cref="Linear"/>, used only through this module
    /// </param>
    /// <param name="trainedKey">key of the layer's weight in this module</param>
    /// <exception cref="ArgumentException">the layer is of another type</exception>
    private protected Reparameterized(string name, Layer layer, string trainedKey)
    {
        Weighted = layer as IWeightedLayer
            ?? throw new ArgumentException(
                $"{name}: a {layer.GetType().Name} has no weight of its kind; take a convolution or a linear layer", nameof(layer));
        Inner = layer;
        Weight = Adopt(trainedKey, Weighted.Weight);
        Bias = Weighted.Bias is { } bias ? Adopt("bias", bias) : null;
    }

    /// <summary>The wrapped layer. Its own forward would use the trained tensor without the reparameterization.</summary>
    public Layer Inner { get; }

    /// <summary>The trained tensor from which the weight is computed; it has the weight's shape.</summary>
    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    internal bool IsConvolution => Inner is Conv2d or ConvTranspose2d;

    private protected IWeightedLayer Weighted { get; }

    public override Tensor Forward(Tensor x)
    {
        using var weight = ComputeWeight();
        return Weighted.ForwardWith(weight, x);
    }

    /// <summary>The layer with its computed weight under the key <c>weight</c>.</summary>
    public override string Export(GraphWriter graph, string x) => Export(graph, x, norm: null);

    internal string Export(GraphWriter graph, string x, BatchNorm2d? norm)
    {
        using var noGrad = GradMode.NoGrad();
        using var weight = ExportedWeight();
        return Weighted.ExportWith(weight.ToArray(), graph, x, norm);
    }

    /// <summary>The key of the computed weight, for the key of the trained tensor: <c>weight</c> for <c>weight_orig</c>.</summary>
    internal static string WeightKey(string trainedKey)
    {
        string[] suffixes = [SpectralNorm.OriginalSuffix, WeightNorm.DirectionSuffix];
        return suffixes.FirstOrDefault(suffix => trainedKey.EndsWith("weight" + suffix, StringComparison.Ordinal)) is { } suffix
            ? trainedKey[..^suffix.Length]
            : trainedKey;
    }

    /// <summary>Computes the weight for a forward.</summary>
    private protected abstract Tensor ComputeWeight();

    /// <summary>Computes the weight for an export: that of evaluation mode.</summary>
    private protected virtual Tensor ExportedWeight() => ComputeWeight();
}
