using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using static IlgpuGan.Tensors.Devices.BinaryFunction;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y = f(a, b), both broadcast to a common shape.</summary>
/// <param name="f">the function</param>
/// <param name="name">what was called; null for the function's own name</param>
internal sealed class BinaryOp(BinaryFunction f, string? name = null) : Op
{
    public override string Name => name ?? f.ToString().ToLowerInvariant();

    protected override bool Broadcasts => true;

    protected override bool IsConstant => f is GreaterThan or GreaterThanOrEqual or EqualTo or SameAs;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => Shape.Broadcast(Name, inputs[0].Shape, inputs[1].Shape);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new BinaryCall(f, inputs[0].Span, inputs[0].Shape, inputs[1].Span, inputs[1].Shape, output.Span, output.Shape));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => f switch
    {
        Add or Subtract => [],
        Multiply => new[] { needs[1] ? inputs[0] : null, needs[0] ? inputs[1] : null },
        Divide => new[] { needs[1] ? inputs[0] : null, inputs[1] },
        Mask => new[] { null, inputs[1] },
        _ => new[] { inputs[0], inputs[1] },
    };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [needs[0] ? GradientOfA(dy, saved) : null, needs[1] ? GradientOfB(dy, saved) : null];

    // Each has the output's shape; GradientWalk sums it over the broadcast dimensions.
    private Tensor GradientOfA(Tensor dy, SavedTensors s) => f switch
    {
        Add or Subtract => dy.Share(),
        Multiply => dy.Multiply(s[1]),
        Divide => dy.Divide(s[1]),
        Power => Times(dy, SlopeOfBase(s[0], s[1])),
        Mask => dy.Mask(s[1]),
        _ => Times(dy, Slope(s[0], s[1])),
    };

    private Tensor? GradientOfB(Tensor dy, SavedTensors s) => f switch
    {
        Add => dy.Share(),
        Subtract => dy.Negate(),
        Multiply => dy.Multiply(s[0]),
        Divide => Times(dy, SlopeOfDivisor(s[0], s[1])),
        Power => Times(dy, SlopeOfExponent(s[0], s[1])),
        Mask => null,
        _ => Times(dy, Slope(s[1], s[0])),
    };

    /// <summary>The derivative of a symmetric function with respect to its argument x.</summary>
    private Tensor Slope(Tensor x, Tensor other)
    {
        using var difference = x.Subtract(other);
        if (f == SquaredDifference)
        {
            return difference.Affine(2, 0);
        }

        var sign = difference.Sign();
        if (f == AbsoluteDifference)
        {
            return sign;
        }

        // 1 where x is the result, ½ where both are equal, else 0.
        using (sign)
        {
            return f switch
            {
                Maximum => sign.Affine(0.5f, 0.5f),
                Minimum => sign.Affine(-0.5f, 0.5f),
                _ => throw new AutodiffException($"{Name}: no gradient is known"),
            };
        }
    }

    /// <summary>−a/b².</summary>
    private static Tensor SlopeOfDivisor(Tensor a, Tensor b)
    {
        using var square = b.Square();
        using var quotient = a.Divide(square);
        return quotient.Negate();
    }

    /// <summary>b·aᵇ⁻¹, and 0 where b is 0, for any a.</summary>
    private static Tensor SlopeOfBase(Tensor a, Tensor b)
    {
        using var exponent = b.Affine(1, -1);
        using var power = a.Power(exponent);
        using var slope = b.Multiply(power);
        return slope.Mask(b);
    }

    /// <summary>aᵇ·ln a, and 0 where a is 0.</summary>
    private static Tensor SlopeOfExponent(Tensor a, Tensor b)
    {
        using var power = a.Power(b);
        using var logarithm = a.Log();
        using var slope = power.Multiply(logarithm);
        return slope.Mask(a);
    }

    private static Tensor Times(Tensor dy, Tensor slope)
    {
        using (slope)
        {
            return dy.Multiply(slope);
        }
    }
}

public static partial class TensorOps
{
    public static Tensor Add(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.Add), a, b);

    public static Tensor Subtract(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.Subtract), a, b);

    public static Tensor Multiply(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.Multiply), a, b);

    public static Tensor Divide(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.Divide), a, b);

    /// <summary>Element-wise maximum; where both are equal each gets half of the gradient.</summary>
    public static Tensor Maximum(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.Maximum), a, b);

    /// <summary>Element-wise minimum; where both are equal each gets half of the gradient.</summary>
    public static Tensor Minimum(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.Minimum), a, b);

    /// <summary>|a − b|.</summary>
    public static Tensor AbsoluteDifference(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.AbsoluteDifference), a, b);

    /// <summary>(a − b)².</summary>
    public static Tensor SquaredDifference(this Tensor a, Tensor b) => Op.Run(new BinaryOp(BinaryFunction.SquaredDifference), a, b);

    /// <summary>aᵇ.</summary>
    public static Tensor Power(this Tensor a, Tensor exponent) => Op.Run(new BinaryOp(BinaryFunction.Power), a, exponent);

    /// <summary>
    /// x where the mask is not 0, else 0, even if x is infinite or NaN there; the same holds for the gradient. The mask is a constant.
    /// </summary>
    public static Tensor Mask(this Tensor x, Tensor mask)
    {
        Given.Both(x, mask);
        using var constant = mask.Detach();
        return Op.Run(new BinaryOp(BinaryFunction.Mask), x, constant);
    }
}
