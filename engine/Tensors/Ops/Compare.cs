using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

// Comparisons return masks of 0 and 1. Masks are constants: no gradient passes. Operands broadcast; a comparison with NaN is false.
public static partial class TensorOps
{
    /// <summary>1 where a &gt; b, else 0.</summary>
    public static Tensor GreaterThan(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.GreaterThan), a, b);

    /// <summary>1 where a ≥ b, else 0.</summary>
    public static Tensor GreaterThanOrEqual(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.GreaterThanOrEqual), a, b);

    /// <summary>1 where a &lt; b, else 0.</summary>
    public static Tensor LessThan(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.GreaterThan, "less_than"), b, a);

    /// <summary>1 where a ≤ b, else 0.</summary>
    public static Tensor LessThanOrEqual(this Tensor a, Tensor b) =>
        Op.Run(new BinaryOp(BinaryFunction.GreaterThanOrEqual, "less_than_or_equal"), b, a);

    /// <summary>1 where a = b, else 0.</summary>
    public static Tensor EqualTo(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.EqualTo), a, b);

    /// <summary>0 where a = b, else 1.</summary>
    public static Tensor NotEqualTo(this Tensor a, Tensor b)
    {
        Given.Both(a, b);
        using var equal = Op.Run(new BinaryOp(BinaryFunction.EqualTo, "not_equal_to"), a, b);
        return equal.Affine(-1, 1);
    }

    /// <inheritdoc cref="GreaterThanOrEqual(Tensor, Tensor)"/>
    public static Tensor GreaterThanOrEqual(this Tensor x, float number) => x.Compared(number, GreaterThanOrEqual);

    /// <inheritdoc cref="LessThan(Tensor, Tensor)"/>
    public static Tensor LessThan(this Tensor x, float number) => x.Compared(number, LessThan);

    /// <inheritdoc cref="LessThanOrEqual(Tensor, Tensor)"/>
    public static Tensor LessThanOrEqual(this Tensor x, float number) => x.Compared(number, LessThanOrEqual);

    /// <inheritdoc cref="EqualTo(Tensor, Tensor)"/>
    public static Tensor EqualTo(this Tensor x, float number) => x.Compared(number, EqualTo);

    /// <inheritdoc cref="NotEqualTo(Tensor, Tensor)"/>
    public static Tensor NotEqualTo(this Tensor x, float number) => x.Compared(number, NotEqualTo);

    /// <summary>
    /// a where the mask is not 0, else b; all three broadcast. Elements that are not selected, NaN included, have no effect on the result
    /// or the gradients.
    /// </summary>
    public static Tensor Where(this Tensor mask, Tensor a, Tensor b)
    {
        Given.Both(mask, a);
        ArgumentNullException.ThrowIfNull(b);
        _ = Shape.Broadcast("where", Shape.Broadcast("where", mask.Shape, a.Shape), b.Shape);
        using var others = mask.EqualTo(0);
        using var fromA = a.Mask(mask);
        using var fromB = b.Mask(others);
        return fromA + fromB;
    }

    /// <summary>The number where the mask is not 0, else x.</summary>
    public static Tensor MaskedFill(this Tensor x, Tensor mask, float number)
    {
        Given.Both(x, mask);
        _ = Shape.Broadcast("masked_fill", x.Shape, mask.Shape);
        using var value = Tensor.Full(Shape.Scalar, number, x.Device);
        return mask.Where(value, x);
    }

    /// <summary>1 where x is NaN, else 0.</summary>
    public static Tensor IsNaN(this Tensor x) => x.NotEqualTo(x);

    private static Tensor Compared(this Tensor x, float number, Func<Tensor, Tensor, Tensor> comparison)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var other = Tensor.Full(Shape.Scalar, number, x.Device);
        return comparison(x, other);
    }
}
