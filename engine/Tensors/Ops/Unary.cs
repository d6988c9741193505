using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y = f(x), element-wise.</summary>
/// <param name="f">the function</param>
/// <param name="p">its first parameter, as <see cref="UnaryFunction"/> says; 0 where it has none</param>
/// <param name="q">its second parameter, likewise</param>
internal sealed class UnaryOp(UnaryFunction f, float p = 0, float q = 0) : Op
{
    private readonly UnaryRow _row = UnaryTable.Of(f);

    public override string Name => f.ToString().ToLowerInvariant();

    protected override bool IsConstant => _row.IsFlat;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new UnaryCall(f, p, q, inputs[0].Span, output.Span));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => _row.Reads switch
    {
        GradientReads.Input => [inputs[0]],
        GradientReads.Output => [output],
        _ => [],
    };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => _row switch
    {
        { IsFlat: true } => [null],
        { Function: UnaryFunction.Affine } => [dy.Affine(p, 0)], // (p·x + q)′ = p
        { Function: UnaryFunction.DivideBy } => [Run(new UnaryOp(f, p), dy)], // dy / p, with the same rounding as x / p.
        _ => [Run(new UnaryGradientOp(f, p, q), saved[0], dy)], // Of x or y, as Save chose.
    };
}

public static partial class TensorOps
{
    /// <summary>scale·x + shift.</summary>
    public static Tensor Affine(this Tensor x, float scale, float shift) => Op.Run(new UnaryOp(UnaryFunction.Affine, scale, shift), x);

    public static Tensor Negate(this Tensor x) => x.Affine(-1, 0);

    public static Tensor Relu(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Relu), x);

    /// <summary>x where positive, else slope·x, with any slope.</summary>
    public static Tensor LeakyRelu(this Tensor x, float slope = 0.2f)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (slope > 0)
        {
            return Op.Run(LeakyReluOp(slope), x);
        }

        // The op derives its gradient from the output's sign, which needs a positive slope; otherwise it is composed.
        if (float.IsNaN(slope))
        {
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "leaky_relu: the slope must be a number");
        }

        using var positive = x.Relu();
        if (slope == 0)
        {
            return positive.Share();
        }

        using var negative = x.Clamp(float.NegativeInfinity, 0);
        using var below = negative.Affine(slope, 0);
        return positive.Add(below);
    }

    internal static Op LeakyReluOp(float slope) => new UnaryOp(UnaryFunction.LeakyRelu, slope);

    public static Tensor Tanh(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Tanh), x);

    public static Tensor Sigmoid(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Sigmoid), x);

    /// <summary>log(1 + eˣ) without overflow.</summary>
    public static Tensor Softplus(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Softplus), x);

    /// <summary>log(1 + e^(beta·x)) / beta without overflow.</summary>
    public static Tensor Softplus(this Tensor x, float beta)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (beta is 0 || !float.IsFinite(beta))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "softplus: beta must be a number other than 0");
        }

        using var scaled = x.Affine(beta, 0);
        using var soft = scaled.Softplus();
        return soft.DividedBy(beta);
    }

    /// <summary>The largest integers up to x. Constants: no gradient passes.</summary>
    public static Tensor Floor(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Floor), x);

    /// <summary>The smallest integers from x on. Constants: no gradient passes.</summary>
    public static Tensor Ceiling(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Ceiling), x);

    /// <summary>The nearest integers, the even one of two. Constants: no gradient passes.</summary>
    public static Tensor Round(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Round), x);

    /// <summary>x / divisor. A power of two divides by its reciprocal, which gives the same bits.</summary>
    internal static Tensor DividedBy(this Tensor x, float divisor) => IsExact(divisor)
        ? x.Affine(1 / divisor, 0)
        : Op.Run(new UnaryOp(UnaryFunction.DivideBy, divisor), x);

    /// <summary>Whether a number and its reciprocal are powers of two in the normal range.</summary>
    private static bool IsExact(float divisor) =>
        (BitConverter.SingleToUInt32Bits(divisor) & 0x007F_FFFF) == 0 && MathF.Abs(divisor) is >= 1.5e-36f and <= 1.5e36f;

    public static Tensor Exp(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Exp), x);

    public static Tensor Log(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Log), x);

    public static Tensor Sqrt(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Sqrt), x);

    public static Tensor Abs(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Abs), x);

    public static Tensor Square(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Square), x);

    public static Tensor Reciprocal(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Reciprocal), x);

    /// <summary>sin x, of radians.</summary>
    public static Tensor Sin(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Sin), x);

    /// <summary>cos x, of radians.</summary>
    public static Tensor Cos(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Cos), x);

    /// <summary>x·Φ(x), with Φ the cumulative distribution of the standard normal (Hendrycks and Gimpel 2016).</summary>
    /// <param name="x">any shape</param>
    /// <param name="isApproximate">
    /// whether Φ(x) is approximated by ½(1 + tanh(√(2/π)·(x + 0.044715x³))), with which many networks were trained
    /// </param>
    public static Tensor Gelu(this Tensor x, bool isApproximate = false) => Op.Run(GeluOp(isApproximate), x);

    internal static Op GeluOp(bool isApproximate) => new UnaryOp(isApproximate ? UnaryFunction.GeluTanh : UnaryFunction.Gelu);

    /// <summary>x raised to a constant.</summary>
    public static Tensor Power(this Tensor x, float exponent) => Op.Run(new UnaryOp(UnaryFunction.Power, exponent), x);

    /// <summary>x limited to [minimum, maximum]; if maximum &lt; minimum, every element is the maximum.</summary>
    public static Tensor Clamp(this Tensor x, float minimum, float maximum) =>
        Op.Run(new UnaryOp(UnaryFunction.Clamp, minimum, maximum), x);

    /// <summary>−1, 0 or 1.</summary>
    public static Tensor Sign(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Sign), x);

    /// <summary>1 where x exceeds a threshold, else 0.</summary>
    public static Tensor GreaterThan(this Tensor x, float threshold) => Op.Run(new UnaryOp(UnaryFunction.GreaterThan, threshold), x);
}
