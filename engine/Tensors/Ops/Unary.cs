using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using static IlgpuGan.Tensors.Devices.UnaryFunction;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y = f(x), element by element, of any shape.</summary>
internal sealed class UnaryOp(UnaryFunction f, float p = 0, float q = 0) : Op
{
    public override string Name => f.ToString().ToLowerInvariant();

    protected override bool IsConstant => f is Sign or GreaterThan;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Unary(f, p, q, inputs[0].Span, output.Span);

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        f is Affine or Sign or GreaterThan ? [] : new[] { f.GradientReadsOutput() ? output : inputs[0] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => f switch
    {
        Affine => [dy.Affine(p, 0)],
        Sign or GreaterThan => [null],
        _ => [Run(new UnaryGradientOp(f, p, q), saved[0], dy)],
    };
}

/// <summary>dx = f'(·)·dy, with f' from x or from y as the function prefers; linear in dy.</summary>
internal sealed class UnaryGradientOp(UnaryFunction f, float p, float q) : Op
{
    public override string Name => f.ToString().ToLowerInvariant() + "_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[1].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.UnaryGradient(f, p, q, inputs[0].Span, inputs[1].Span, output.Span);

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { inputs[0], needs[0] ? inputs[1] : null };

    public override Tensor?[] Gradient(Tensor d, SavedTensors saved, GradientNeeds needs) =>
    [
        needs[0] && SlopeOfDerivative(saved[0]) is { } slope ? d * saved[1] * slope : null,
        needs[1] ? Run(new UnaryGradientOp(f, p, q), saved[0], d) : null,
    ];

    /// <summary>The derivative of f', seen as a function of the saved tensor s; null where it is zero almost everywhere.</summary>
    private Tensor? SlopeOfDerivative(Tensor s) => f switch
    {
        Relu or LeakyRelu or Abs or Clamp => null,
        Tanh => s.Affine(-2, 0),                              // f' = 1 − y²
        Sigmoid => s.Affine(-2, 1),                           // f' = y − y²
        Softplus => s.Sigmoid() is var y ? y - y.Square() : null, // f' = σ(x)
        Exp => Tensor.Ones(s.Shape, s.Device),                // f' = y
        Log => s.Square().Reciprocal().Affine(-1, 0),         // f' = 1/x
        Sqrt => s.Square().Reciprocal().Affine(-0.5f, 0),     // f' = 1/(2y)
        Reciprocal => s.Affine(-2, 0),                        // f' = −y²
        Square => Tensor.Full(s.Shape, 2, s.Device),          // f' = 2x
        Power => SlopeOfPower(s),
        _ => throw new AutodiffException($"{Name}: no second derivative is known"),
    };

    /// <summary>The derivative of p·xᵖ⁻¹. The first powers are told apart: 0·x⁻¹ is 0 at 0, too.</summary>
    private Tensor? SlopeOfPower(Tensor s) => p switch
    {
        0 or 1 => null,
        2 => Tensor.Full(s.Shape, 2, s.Device),
        _ => s.Power(p - 2).Affine(p * (p - 1), 0),
    };
}

public static partial class TensorOps
{
    /// <summary>scale·x + shift.</summary>
    public static Tensor Affine(this Tensor x, float scale, float shift) => Op.Run(new UnaryOp(UnaryFunction.Affine, scale, shift), x);

    public static Tensor Negate(this Tensor x) => x.Affine(-1, 0);

    public static Tensor Relu(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Relu), x);

    /// <summary>Overwrites a tensor of x's shape, such as a part of a larger one, with the ReLU of x; not recorded.</summary>
    public static void ReluTo(this Tensor x, Tensor y)
    {
        if (x.Shape != y.Shape)
        {
            throw new ShapeException($"relu: {x.Shape} can't be written to {y.Shape}");
        }

        _ = Op.RunInto(new UnaryOp(UnaryFunction.Relu), y, x);
    }

    /// <summary>x where positive, else slope·x. The slope must be positive, since the gradient is read off the output's sign.</summary>
    public static Tensor LeakyRelu(this Tensor x, float slope = 0.2f) => Op.Run(LeakyReluOp(slope), x);

    internal static Op LeakyReluOp(float slope) => slope > 0
        ? new UnaryOp(UnaryFunction.LeakyRelu, slope)
        : throw new ArgumentOutOfRangeException(nameof(slope), slope, "the slope must be positive; use Relu for 0");

    public static Tensor Tanh(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Tanh), x);

    public static Tensor Sigmoid(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Sigmoid), x);

    /// <summary>log(1 + eˣ) without overflow.</summary>
    public static Tensor Softplus(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Softplus), x);

    public static Tensor Exp(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Exp), x);

    public static Tensor Log(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Log), x);

    public static Tensor Sqrt(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Sqrt), x);

    public static Tensor Abs(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Abs), x);

    public static Tensor Square(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Square), x);

    public static Tensor Reciprocal(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Reciprocal), x);

    /// <summary>x raised to a constant.</summary>
    public static Tensor Power(this Tensor x, float exponent) => Op.Run(new UnaryOp(UnaryFunction.Power, exponent), x);

    /// <summary>x limited to [minimum, maximum]; everything is the maximum where that is below the minimum.</summary>
    public static Tensor Clamp(this Tensor x, float minimum, float maximum) => Op.Run(new UnaryOp(UnaryFunction.Clamp, minimum, maximum), x);

    /// <summary>−1, 0 or 1.</summary>
    public static Tensor Sign(this Tensor x) => Op.Run(new UnaryOp(UnaryFunction.Sign), x);

    /// <summary>1 where x exceeds a threshold, else 0.</summary>
    public static Tensor GreaterThan(this Tensor x, float threshold) => Op.Run(new UnaryOp(UnaryFunction.GreaterThan, threshold), x);
}
