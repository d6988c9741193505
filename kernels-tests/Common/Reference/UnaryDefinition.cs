namespace IlgpuGan.TestsCommon.Reference;

/// <summary>
/// An element-wise function: its definition in double precision, and its test inputs. The kernel tests use these settings, and each row is
/// a case of the op suites.
/// </summary>
/// <param name="Function">The member of the enumeration.</param>
/// <param name="Name">The op's name in cases.</param>
/// <param name="Engine">The op with its settings.</param>
/// <param name="Of">The definition, a function of x and the two settings.</param>
/// <param name="P">The first setting.</param>
/// <param name="Q">The second setting.</param>
/// <param name="Draw">The distribution of the op case's inputs.</param>
/// <param name="Low">The lower bound of the kernel's inputs.</param>
/// <param name="High">The upper bound of the kernel's inputs.</param>
internal sealed record UnaryDefinition(
    UnaryFunction Function, string Name, Func<Tensor, Tensor> Engine, Func<double, double, double, double> Of, float P = 0, float Q = 0,
    Draw Draw = Draw.Normal,
    float Low = -3, float High = 3)
{
    /// <summary>Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/15 + …), summed until terms vanish.</summary>
    private static double Normal(double x)
    {
        double term = x, sum = x;
        for (var n = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return 0.5 + (Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * sum);
    }

    public static IReadOnlyList<UnaryDefinition> All { get; } =
    [
        new(UnaryFunction.Affine, "affine", x => x.Affine(-1.5f, 0.25f), (x, p, q) => (p * x) + q, -1.5f, 0.25f),
        new(UnaryFunction.Relu, "relu", x => x.Relu(), (x, _, _) => Math.Max(x, 0), Draw: Draw.Distinct),
        new(UnaryFunction.LeakyRelu, "leaky_relu", x => x.LeakyRelu(0.2f), (x, p, _) => x > 0 ? x : p * x, 0.2f, Draw: Draw.Distinct),
        new(UnaryFunction.Tanh, "tanh", x => x.Tanh(), (x, _, _) => Math.Tanh(x)),
        new(UnaryFunction.Sigmoid, "sigmoid", x => x.Sigmoid(), (x, _, _) => 1 / (1 + Math.Exp(-x))),
        new(UnaryFunction.Softplus, "softplus", x => x.Softplus(), (x, _, _) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)))),
        new(UnaryFunction.Exp, "exp", x => x.Exp(), (x, _, _) => Math.Exp(x)),
        new(UnaryFunction.Log, "log", x => x.Log(), (x, _, _) => Math.Log(x), Draw: Draw.Positive, Low: 0.1f),
        new(UnaryFunction.Sqrt, "sqrt", x => x.Sqrt(), (x, _, _) => Math.Sqrt(x), Draw: Draw.Positive, Low: 0.1f),
        new(UnaryFunction.Abs, "abs", x => x.Abs(), (x, _, _) => Math.Abs(x), Draw: Draw.Distinct),
        new(UnaryFunction.Square, "square", x => x.Square(), (x, _, _) => x * x),
        new(UnaryFunction.Reciprocal, "reciprocal", x => x.Reciprocal(), (x, _, _) => 1 / x, Draw: Draw.Positive, Low: 0.1f),
        new(UnaryFunction.Power, "power 1.5", x => x.Power(1.5f), (x, p, _) => Math.Pow(x, p), 1.5f, Draw: Draw.Positive, Low: 0.1f),
        new(UnaryFunction.Clamp, "clamp", x => x.Clamp(-0.21f, 0.33f), (x, p, q) => Math.Clamp(x, p, q), -0.21f, 0.33f, Draw.Distinct),
        new(UnaryFunction.Sign, "sign", x => x.Sign(), (x, _, _) => Math.Sign(x), Draw: Draw.Distinct),
        new(UnaryFunction.GreaterThan, "greater_than", x => x.GreaterThan(0.41f), (x, p, _) => x > p ? 1 : 0, 0.41f, Draw: Draw.Distinct),
        new(UnaryFunction.Sin, "sin", x => x.Sin(), (x, _, _) => Math.Sin(x)),
        new(UnaryFunction.Cos, "cos", x => x.Cos(), (x, _, _) => Math.Cos(x)),
        new(UnaryFunction.Gelu, "gelu", x => x.Gelu(), (x, _, _) => x * Normal(x)),
        new(UnaryFunction.GeluTanh, "gelu tanh", x => x.Gelu(isApproximate: true),
            (x, _, _) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))),
        new(UnaryFunction.Elu, "elu", x => x.Elu(0.7f), (x, p, _) => x > 0 ? x : p * (Math.Exp(x) - 1), 0.7f, Draw: Draw.Distinct),
        new(
            UnaryFunction.Hardtanh, "hardtanh", x => x.Hardtanh(-0.21f, 0.33f), (x, p, q) => Math.Clamp(x, p, q), -0.21f, 0.33f,
            Draw.Distinct),
        new(UnaryFunction.DivideBy, "divide by 3", x => x / 3, (x, p, _) => x / p, 3),
        new(UnaryFunction.Floor, "floor", x => x.Floor(), (x, _, _) => Math.Floor(x), Draw: Draw.Distinct),
        new(UnaryFunction.Ceiling, "ceiling", x => x.Ceiling(), (x, _, _) => Math.Ceiling(x), Draw: Draw.Distinct),
        new(UnaryFunction.Round, "round", x => x.Round(), (x, _, _) => Math.Round(x, MidpointRounding.ToEven), Draw: Draw.Distinct),
    ];

    /// <summary>Whether the slope is 0 everywhere, so that no node is recorded.</summary>
    public bool IsFlat => Function is UnaryFunction.Sign or UnaryFunction.GreaterThan or UnaryFunction.Floor or UnaryFunction.Ceiling
        or UnaryFunction.Round;

    public static UnaryDefinition For(UnaryFunction f) => All.Single(d => d.Function == f);
}
