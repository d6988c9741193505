using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is divided by its largest singular value (Miyato et al. 2018), as
/// PyTorch's <c>torch.nn.utils.spectral_norm</c>: the weight counts as a matrix [out, rest], for transposed convolutions with the first two
/// dimensions exchanged. Each forward in training, recorded for a gradient or not, takes one step of the power iteration v = Wᵀu/‖Wᵀu‖, u =
/// Wv/‖Wv‖ and divides by uᵀWv, in which u and v are constants. A forward in evaluation divides by uᵀWv of the vectors as they are. Keys
/// <c>weight_orig</c>, <c>bias</c> (if the layer has one), <c>weight_u</c> [out] and <c>weight_v</c> [rest].
/// </summary>
public sealed class SpectralNorm : Reparameterized
{
    /// <summary>What the key of the trained weight has in addition to that of the layer's.</summary>
    internal const string OriginalSuffix = "_orig";

    private const float Epsilon = 1e-12f;

    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    public SpectralNorm(Layer layer)
        : base("spectral_norm", layer, "weight" + OriginalSuffix)
    {
        var outputs = Weight.Shape[Weighted.OutputAxis];
        U = AddBuffer("weight_u", new Shape(outputs), InitialValue.Direction);
        V = AddBuffer("weight_v", new Shape(checked((int)(Weight.Shape.Count / outputs))), InitialValue.Direction);
    }

    /// <summary>The left singular vector as far as the iteration has come, [out].</summary>
    public ModuleTensor U { get; }

    /// <summary>The right singular vector, [rest].</summary>
    public ModuleTensor V { get; }

    private protected override Tensor ExportedWeight() => Weight.Value.SpectralNormalize(U.Value, V.Value, Weighted.OutputAxis);

    private protected override Tensor ComputeWeight()
    {
        // The graph keeps vectors of its own: a later forward writes to the buffers before the backward of this one reads them.
        if (!Training)
        {
            using var left = Copy(U);
            using var right = Copy(V);
            return Weight.Value.SpectralNormalize(left, right, Weighted.OutputAxis);
        }

        using var matrix = Weight.Value.RowsOfOutputs(Weighted.OutputAxis);
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
