using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Tensors.Nn;

/// <summary>A layer that is linear in its weight, for modules that compute with another weight in its place.</summary>
internal interface IWeightedLayer
{
    ModuleTensor Weight { get; }

    ModuleTensor? Bias { get; }

    /// <summary>The weight's dimension that counts outputs: 0, or 1 for a transposed convolution.</summary>
    int OutputAxis { get; }

    /// <summary>The layer's forward with another weight of the same shape.</summary>
    Tensor ForwardWith(Tensor weight, Tensor x);

    /// <summary>The layer's nodes with other weights, and the batch norm behind it multiplied in where there is one.</summary>
    string ExportWith(float[] weights, GraphWriter graph, string x, BatchNorm2d? norm);
}

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is computed anew in each forward, from the tensors that are trained.
/// An export holds the weight as it is then, under the key <c>weight</c>.
/// </summary>
public abstract class Reparameterized : Layer
{
    /// <param name="name">of the subclass, for messages</param>
    /// <param name="layer">
    /// a fresh <see cref="Conv2d"/>, <see cref="ConvTranspose2d"/> or <see cref="Linear"/>, which is used through this alone
    /// </param>
    /// <param name="trainedKey">what the layer's own weight is called here</param>
    /// <exception cref="ArgumentException">another layer</exception>
    private protected Reparameterized(string name, Layer layer, string trainedKey)
    {
        Weighted = layer as IWeightedLayer
            ?? throw new ArgumentException(
                $"{name}: a {layer.GetType().Name} has no weight of its kind; take a convolution or a linear layer", nameof(layer));
        Inner = layer;
        Weight = Adopt(trainedKey, Weighted.Weight);
        Bias = Weighted.Bias is { } bias ? Adopt("bias", bias) : null;
    }

    /// <summary>The layer whose weight is computed. Its own forward takes the trained tensor as it is.</summary>
    public Layer Inner { get; }

    /// <summary>The trained tensor of the weight's shape.</summary>
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

    /// <summary>The key of the weight that is computed from a trained tensor of this key.</summary>
    internal static string WeightKey(string trainedKey)
    {
        string[] suffixes = [SpectralNorm.OriginalSuffix, WeightNorm.DirectionSuffix];
        return suffixes.FirstOrDefault(suffix => trainedKey.EndsWith("weight" + suffix, StringComparison.Ordinal)) is { } suffix
            ? trainedKey[..^suffix.Length]
            : trainedKey;
    }

    /// <summary>The weight of this forward.</summary>
    private protected abstract Tensor ComputeWeight();

    /// <summary>The weight in evaluation.</summary>
    private protected virtual Tensor ExportedWeight() => ComputeWeight();
}
