namespace IlgpuGan.Tensors.Ops;

public static partial class TensorOps
{
    /// <summary>
    /// W / σ with σ = uᵀ·M·v, where M is W as a matrix with one row per output (Miyato et al. 2018, equation 8). If u and v are the leading
    /// singular vectors of M, σ is its largest singular value. Differentiable in all three; spectral norm passes u and v as constants.
    /// </summary>
    /// <param name="weight">[out, …], or [in, out, …] if <paramref name="outputAxis"/> is 1</param>
    /// <param name="u">[out]</param>
    /// <param name="v">[rest]</param>
    /// <param name="outputAxis">0 or 1</param>
    public static Tensor SpectralNormalize(this Tensor weight, Tensor u, Tensor v, int outputAxis = 0)
    {
        Given.Both(weight, u);
        ArgumentNullException.ThrowIfNull(v);
        using var matrix = weight.RowsOfOutputs(outputAxis);
        using var column = v.Reshape(-1, 1);
        using var product = matrix.MatMul(column);
        return weight.DividedBySigma(u, product);
    }

    /// <summary>
    /// A weight as a matrix [out, rest]; for <paramref name="outputAxis"/> 1 its first two dimensions are swapped first.
    /// </summary>
    internal static Tensor RowsOfOutputs(this Tensor weight, int outputAxis)
    {
        if (outputAxis == 0)
        {
            return weight.Reshape(weight.Shape[0], -1);
        }

        using var swapped = weight.Permute([1, 0, .. Enumerable.Range(2, weight.Shape.Rank - 2)]);
        return swapped.Reshape(swapped.Shape[0], -1);
    }

    /// <summary>W / (uᵀ·product).</summary>
    /// <param name="weight">W</param>
    /// <param name="u">[out]</param>
    /// <param name="product">M·v, [out, 1]</param>
    internal static Tensor DividedBySigma(this Tensor weight, Tensor u, Tensor product)
    {
        using var values = product.Reshape(u.Shape);
        using var products = u.Multiply(values);
        using var sigma = products.Sum();
        return weight.Divide(sigma);
    }
}
