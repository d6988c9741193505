using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

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
/// A convolution, transposed convolution or linear layer whose weight is divided by its largest singular value (Miyato et al. 2018), as PyTorch's
/// <c>torch.nn.utils.spectral_norm</c>: the weight counts as a matrix [out, rest], for transposed convolutions with the first two dimensions exchanged.
/// Each forward in training, recorded for a gradient or not, takes one step of the power iteration v = Wᵀu/‖Wᵀu‖, u = Wv/‖Wv‖ and divides by uᵀWv,
/// in which u and v are constants. A forward in evaluation divides by uᵀWv of the vectors as they are. Keys <c>weight_orig</c>, <c>bias</c> (if the
/// layer has one), <c>weight_u</c> [out] and <c>weight_v</c> [rest].
/// </summary>
public sealed class SpectralNorm : Layer
{
    /// <summary>What the key of the trained weight has in addition to that of the layer's.</summary>
    internal const string OriginalSuffix = "_orig";

    private const float Epsilon = 1e-12f;

    private readonly IWeightedLayer _layer;

    /// <param name="layer">a fresh <see cref="Conv2d"/>, <see cref="ConvTranspose2d"/> or <see cref="Linear"/>, which is used through this alone</param>
    /// <exception cref="ArgumentException">another layer</exception>
    public SpectralNorm(Layer layer)
    {
        _layer = layer as IWeightedLayer
            ?? throw new ArgumentException($"spectral_norm: a {layer.GetType().Name} has no weight to normalise; take a convolution or a linear layer", nameof(layer));
        Inner = layer;
        Weight = Adopt("weight" + OriginalSuffix, _layer.Weight);
        Bias = _layer.Bias is { } bias ? Adopt("bias", bias) : null;
        var outputs = Weight.Shape[_layer.OutputAxis];
        U = AddBuffer("weight_u", new Shape(outputs), InitialValue.Direction);
        V = AddBuffer("weight_v", new Shape(checked((int)(Weight.Shape.Count / outputs))), InitialValue.Direction);
    }

    /// <summary>The layer that is normalised. Its own forward does not normalise.</summary>
    public Layer Inner { get; }

    /// <summary>The weight that is trained, before its division.</summary>
    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    /// <summary>The left singular vector as far as the iteration has come, [out].</summary>
    public ModuleTensor U { get; }

    /// <summary>The right singular vector, [rest].</summary>
    public ModuleTensor V { get; }

    internal bool IsConvolution => Inner is Conv2d or ConvTranspose2d;

    public override Tensor Forward(Tensor x)
    {
        using var weight = Normalized();
        return _layer.ForwardWith(weight, x);
    }

    /// <summary>The layer with its normalised weight under the key <c>weight</c>.</summary>
    public override string Export(GraphWriter graph, string x) => Export(graph, x, norm: null);

    internal string Export(GraphWriter graph, string x, BatchNorm2d? norm)
    {
        using var noGrad = GradMode.NoGrad();
        using var weight = Weight.Value.SpectralNormalize(U.Value, V.Value, _layer.OutputAxis);
        return _layer.ExportWith(weight.ToArray(), graph, x, norm);
    }

    private Tensor Normalized()
    {
        // The graph keeps vectors of its own: a later forward writes to the buffers before the backward of this one reads them.
        if (!Training)
        {
            using var left = Copy(U);
            using var right = Copy(V);
            return Weight.Value.SpectralNormalize(left, right, _layer.OutputAxis);
        }

        using var matrix = Weight.Value.RowsOfOutputs(_layer.OutputAxis);
        using var v = NextV(matrix);
        using var product = matrix.MatMul(v);
        using var u = NextU(product);
        return Weight.Value.DividedBySigma(u, product);
    }

    /// <summary>Wᵀu / ‖Wᵀu‖, [rest, 1], which becomes the buffer's.</summary>
    private Tensor NextV(Tensor matrix)
    {
        using var noGrad = GradMode.NoGrad();
        using var u = U.Value.Reshape(-1, 1);
        using var direction = matrix.MatMul(u, transposeA: true);
        var v = direction.Normalize(axis: 0, Epsilon);
        using var vector = v.Reshape(V.Shape);
        V.Value.CopyFrom(vector);
        return v;
    }

    /// <summary>Wv / ‖Wv‖, [out], which becomes the buffer's.</summary>
    private Tensor NextU(Tensor product)
    {
        using var noGrad = GradMode.NoGrad();
        using var direction = product.Reshape(U.Shape);
        var u = direction.Normalize(axis: 0, Epsilon);
        U.Value.CopyFrom(u);
        return u;
    }

    private static Tensor Copy(ModuleTensor buffer)
    {
        var copy = Tensor.Empty(buffer.Shape, buffer.Value.Device);
        copy.CopyFrom(buffer.Value);
        return copy;
    }
}
