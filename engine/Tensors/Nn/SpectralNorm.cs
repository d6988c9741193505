using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A convolution, transposed convolution or linear layer whose weight is divided by its largest singular value (Miyato et al. 2018), as
/// PyTorch's <c>torch.nn.utils.spectral_norm</c>. The weight counts as a matrix W [out, rest]; for transposed convolutions the first two
/// dimensions are swapped. Each forward in training, recorded or not, takes one step of the power iteration v = Wᵀu/‖Wᵀu‖, u = Wv/‖Wv‖, and
/// divides by uᵀWv with u and v as constants. A forward in evaluation divides by uᵀWv with the stored vectors. Keys <c>weight_orig</c>,
/// <c>bias</c> (if the layer has one), <c>weight_u</c> [out] and <c>weight_v</c> [rest].
/// </summary>
public sealed class SpectralNorm : Reparameterized
{
    /// <summary>Suffix of the trained weight's key.</summary>
    internal const string OriginalSuffix = "_orig";

    private const float Epsilon = 1e-12f;

    /// <summary>Of a vector's length, beyond rounding.</summary>
    private const double LengthTolerance = 1e-4;

    /// <summary>Enough from vectors of a similar weight.</summary>
    private const int Renewals = 10;

    /// <inheritdoc cref="Reparameterized(string, Layer, string)"/>
    public SpectralNorm(Layer layer)
        : base("spectral_norm", layer, "weight" + OriginalSuffix)
    {
        var outputs = Weight.Shape[Weighted.OutputAxis];
        U = AddBuffer("weight_u", new Shape(outputs), InitialValue.Direction);
        V = AddBuffer("weight_v", new Shape(checked((int)(Weight.Shape.Count / outputs))), InitialValue.Direction);
    }

    /// <summary>The current estimate of the left singular vector, [out].</summary>
    public ModuleTensor U { get; }

    /// <summary>The current estimate of the right singular vector, [rest].</summary>
    public ModuleTensor V { get; }

    /// <summary>Whether a stored vector does not have the length 1, as in files that older programs made from averages.</summary>
    internal bool HasOddVectors => new[] { U, V }.Any(
        vector => Math.Abs(Math.Sqrt(vector.Value.ToArray().Sum(x => (double)x * x)) - 1) > LengthTolerance);

    /// <summary>
    /// Takes steps of the power iteration for a weight that is an average of several: the stored vectors are those of another weight, and
    /// older checkpoints have averages of vectors, which are shorter than 1.
    /// </summary>
    internal void RenewVectors()
    {
        using var noGrad = GradMode.NoGrad();
        using var matrix = Weight.Value.RowsOfOutputs(Weighted.OutputAxis);
        for (var i = 0; i < Renewals; i++)
        {
            using var v = NextV(matrix);
            using var product = matrix.MatMul(v);
            NextU(product).Dispose();
        }
    }

    private protected override Tensor ExportedWeight() => Weight.Value.SpectralNormalize(U.Value, V.Value, Weighted.OutputAxis);

    private protected override Tensor ComputeWeight()
    {
        // The graph needs copies: a later forward overwrites the buffers before the backward pass of this one reads them.
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

    /// <summary>Wᵀu / ‖Wᵀu‖, [rest, 1]; stores it in the buffer.</summary>
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

    /// <summary>Wv / ‖Wv‖, [out]; stores it in the buffer.</summary>
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
