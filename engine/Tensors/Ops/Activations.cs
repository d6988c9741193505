using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Activations composed of other ops, from which their gradients of any order follow.</summary>
public static partial class TensorOps
{
    /// <summary>x where positive, else alpha·(eˣ − 1) (Clevert et al. 2015).</summary>
    public static Tensor Elu(this Tensor x, float alpha = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (alpha > 0)
        {
            return Op.Run(EluOp(alpha), x);
        }

        // The op derives its gradient from the output's sign, which needs alpha > 0; otherwise ELU is composed.
        using var positive = x.Relu();
        using var negative = x.Clamp(float.NegativeInfinity, 0); // Keeps exp of a large positive x, which is not used, from overflowing.
        using var power = negative.Exp();
        using var below = power.Affine(alpha, -alpha);
        return positive.Add(below);
    }

    internal static Op EluOp(float alpha) => new UnaryOp(UnaryFunction.Elu, alpha);

    /// <summary>x·σ(x).</summary>
    public static Tensor Silu(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var gate = x.Sigmoid();
        return x.Multiply(gate);
    }

    /// <summary>log σ(x), without overflow.</summary>
    public static Tensor LogSigmoid(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var opposite = x.Negate();
        using var softplus = opposite.Softplus();
        return softplus.Negate();
    }

    /// <summary>
    /// x limited to [minimum, maximum]. Its slope is 0 at both bounds, as in PyTorch, where that of <see cref="Clamp"/> is 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">the maximum is not above the minimum</exception>
    public static Tensor Hardtanh(this Tensor x, float minimum = -1, float maximum = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        return minimum < maximum ? Op.Run(new UnaryOp(UnaryFunction.Hardtanh, minimum, maximum), x) : throw new ArgumentOutOfRangeException(
            nameof(maximum), maximum, string.Create(CultureInfo.InvariantCulture, $"hardtanh: the maximum must be above {minimum}"));
    }

    /// <summary>x / (1 + |x|).</summary>
    public static Tensor Softsign(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var size = x.Abs();
        using var divisor = size.Affine(1, 1);
        return x.Divide(divisor);
    }

    /// <summary>x where positive, else slope·x.</summary>
    /// <param name="x">[N, C, …], or any shape for one slope</param>
    /// <param name="slope">[1], or [C]: one for each channel</param>
    /// <exception cref="ShapeException">the slope is neither [1] nor [C]</exception>
    public static Tensor PRelu(this Tensor x, Tensor slope)
    {
        Given.Both(x, slope);
        if (slope.Shape.Rank != 1 || (slope.Shape[0] != 1 && (x.Shape.Rank < 2 || x.Shape[1] != slope.Shape[0])))
        {
            throw new ShapeException($"prelu: {slope.Shape} slopes do not fit {x.Shape}: one is needed, or one for each channel");
        }

        using var positive = x.Relu();
        using var negative = x.Clamp(float.NegativeInfinity, 0);
        using var slopes = slope.Shape[0] > 1 ? slope.Reshape(ChannelShape(slope.Shape[0], x.Shape.Rank))
            : x.Shape.Rank == 0 ? slope.Reshape(Shape.Scalar)
            : slope.Share();
        using var below = negative.Multiply(slopes);
        return positive.Add(below);
    }

    /// <summary>The shape [1, C, 1, …] of a given rank, in which a value per channel broadcasts.</summary>
    internal static Shape ChannelShape(int channels, int rank)
    {
        Span<int> extents = stackalloc int[rank];
        extents.Fill(1);
        extents[1] = channels;
        return new Shape(extents);
    }
}
