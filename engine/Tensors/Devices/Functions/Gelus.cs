using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu;
using static System.Runtime.Intrinsics.Vector512;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>x·Φ(x), Φ the normal distribution (Hendrycks and Gimpel 2016).</summary>
internal readonly struct Gelu : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => x * NormalDistribution.Of(x).Below;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q)
    {
        var (below, bell) = NormalDistribution.Of(saved);
        return dy * MultiplyAddEstimate(saved, bell * Create(NormalDistribution.Peak), below);
    }

    public static float Apply(float x, float p, float q) => x * NormalDistribution.Below(x, NormalDistribution.Bell(x));

    public static float Gradient(float saved, float dy, float p, float q)
    {
        var bell = NormalDistribution.Bell(saved);
        return dy * MathF.FusedMultiplyAdd(saved, bell * NormalDistribution.Peak, NormalDistribution.Below(saved, bell));
    }

    // f′ = Φ(x) + x·φ(x) and φ′ = −x·φ, so f″ = φ(x)·(2 − x²).
    public static Operand? Curvature(Operand s, float p, float q)
    {
        var square = s.Of(UnaryFunction.Square);
        var density = square.Of(UnaryFunction.Affine, -0.5f).Of(UnaryFunction.Exp).Of(UnaryFunction.Affine, NormalDistribution.Peak);
        return density * square.Of(UnaryFunction.Affine, -1, 2);
    }
}

/// <summary>
/// ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), the usual approximation of <see cref="Gelu"/>. Since 1 + tanh w is 2σ(2w), it is x·σ(v) with
/// v = 2√(2/π)·(x + 0.044715x³), which has no cancellation where x is far below 0.
/// </summary>
internal readonly struct GeluTanh : IUnary
{
    /// <summary>2√(2/π).</summary>
    private const float Linear = 1.5957691216f;

    private const float Cubic = Linear * 0.044715f;

    /// <summary>From this |x| on σ(v) is 0 or 1; clamping keeps powers of x from overflowing.</summary>
    private const float Farthest = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q)
    {
        var t = Min(Max(x, Create(-Farthest)), Create(Farthest));
        return x * VectorMath.Sigmoid(t * MultiplyAddEstimate(t * t, Create(Cubic), Create(Linear)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q)
    {
        var t = Min(Max(saved, Create(-Farthest)), Create(Farthest));
        var square = t * t;
        var gate = VectorMath.Sigmoid(t * MultiplyAddEstimate(square, Create(Cubic), Create(Linear)));
        var slope = t * MultiplyAddEstimate(square, Create(3 * Cubic), Create(Linear));
        return dy * MultiplyAddEstimate(gate * (Create(1f) - gate), slope, gate);
    }

    public static float Apply(float x, float p, float q) => x * Sigmoid.Apply(Exponent(Bounded(x)), p, q);

    public static float Gradient(float saved, float dy, float p, float q)
    {
        var t = Bounded(saved);
        var gate = Sigmoid.Apply(Exponent(t), p, q);
        var slope = t * MathF.FusedMultiplyAdd(t * t, 3 * Cubic, Linear);
        return dy * MathF.FusedMultiplyAdd(gate * (1 - gate), slope, gate);
    }

    // f′ = σ + x·σ′·v′, so f″ = σ′·(2v′ + x·v″) + x·σ″·v′², where σ′ = σ − σ² and σ″ = σ′·(1 − 2σ).
    public static Operand? Curvature(Operand s, float p, float q)
    {
        var t = s.Of(UnaryFunction.Clamp, -Farthest, Farthest);
        var square = t.Of(UnaryFunction.Square);
        var gate = (t * square.Of(UnaryFunction.Affine, Cubic, Linear)).Of(UnaryFunction.Sigmoid);
        var slope = square.Of(UnaryFunction.Affine, 3 * Cubic, Linear);
        var bend = t.Of(UnaryFunction.Affine, 6 * Cubic) + (gate.Of(UnaryFunction.Affine, -2, 1) * slope.Of(UnaryFunction.Square));
        return (gate - gate.Of(UnaryFunction.Square)) * (slope.Of(UnaryFunction.Affine, 2) + (t * bend));
    }

    private static float Bounded(float x) => x < -Farthest ? -Farthest : x > Farthest ? Farthest : x;

    private static float Exponent(float t) => t * MathF.FusedMultiplyAdd(t * t, Cubic, Linear);
}

/// <summary>
/// Φ(x), relative error below 5·10⁻⁷ even far below 0, where 1 + erf would be rounding error alone.
/// Φ(−t) is e^(−t²/2) times a slowly varying function of t. That function, times 1 + 0.8t, is fitted by a polynomial in
/// u = (t − 4)/(t + 4) on 0 ≤ t ≤ 15
/// (the change of variable is Shepherd and Laframboise's, 1981; the fit is our own, least squares at 400 Chebyshev points, 1.5·10⁻⁹).
/// </summary>
internal static class NormalDistribution
{
    /// <summary>1/√(2π).</summary>
    public const float Peak = 0.3989422804f;

    /// <summary>Φ(−15) is less than any float.</summary>
    private const float Farthest = 15;

    private const float P0 = 3.965246975e-01f;
    private const float P1 = -1.114423200e-01f;
    private const float P2 = 3.607554734e-02f;
    private const float P3 = 8.538586088e-03f;
    private const float P4 = -1.958509348e-02f;
    private const float P5 = 1.265280880e-02f;
    private const float P6 = -3.901372431e-03f;
    private const float P7 = -1.112797981e-04f;
    private const float P8 = 5.184023175e-04f;
    private const float P9 = -6.291023601e-05f;
    private const float P10 = -5.729335317e-05f;

    /// <summary>Φ(x), and e^(−x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Floats Below, Floats Bell) Of(Floats x)
    {
        var t = Min(Abs(x), Create(Farthest));

        // The rounding error of t² is compensated by a factor: a large exponent would magnify it.
        var square = t * t;
        var lost = FusedMultiplyAdd(t, t, -square);
        var bell = VectorMath.Exp(square * Create(-0.5f)) * (Create(1f) - lost * Create(0.5f));

        var u = (t - Create(4f)) / (t + Create(4f));
        var y = Create(P10);
        y = MultiplyAddEstimate(y, u, Create(P9));
        y = MultiplyAddEstimate(y, u, Create(P8));
        y = MultiplyAddEstimate(y, u, Create(P7));
        y = MultiplyAddEstimate(y, u, Create(P6));
        y = MultiplyAddEstimate(y, u, Create(P5));
        y = MultiplyAddEstimate(y, u, Create(P4));
        y = MultiplyAddEstimate(y, u, Create(P3));
        y = MultiplyAddEstimate(y, u, Create(P2));
        y = MultiplyAddEstimate(y, u, Create(P1));
        y = MultiplyAddEstimate(y, u, Create(P0));
        var tail = bell * y / MultiplyAddEstimate(t, Create(0.8f), Create(1f));
        return (ConditionalSelect(GreaterThan(x, Floats.Zero), Create(1f) - tail, tail), bell);
    }

    /// <summary>e^(−x²/2).</summary>
    public static float Bell(float x)
    {
        var t = Distance(x);
        var square = t * t;
        return MathF.Exp(-0.5f * square) * (1 - (0.5f * MathF.FusedMultiplyAdd(t, t, -square)));
    }

    /// <summary>Φ(x), given e^(−x²/2).</summary>
    public static float Below(float x, float bell)
    {
        var t = Distance(x);
        var u = (t - 4) / (t + 4);
        var y = MathF.FusedMultiplyAdd(P10, u, P9);
        y = MathF.FusedMultiplyAdd(y, u, P8);
        y = MathF.FusedMultiplyAdd(y, u, P7);
        y = MathF.FusedMultiplyAdd(y, u, P6);
        y = MathF.FusedMultiplyAdd(y, u, P5);
        y = MathF.FusedMultiplyAdd(y, u, P4);
        y = MathF.FusedMultiplyAdd(y, u, P3);
        y = MathF.FusedMultiplyAdd(y, u, P2);
        y = MathF.FusedMultiplyAdd(y, u, P1);
        y = MathF.FusedMultiplyAdd(y, u, P0);
        var tail = bell * y / MathF.FusedMultiplyAdd(t, 0.8f, 1);
        return x > 0 ? 1 - tail : tail;
    }

    private static float Distance(float x)
    {
        var t = MathF.Abs(x);
        return t > Farthest ? Farthest : t;
    }
}
