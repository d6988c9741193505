using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu;
using static System.Runtime.Intrinsics.Vector512;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>tanh x.</summary>
internal readonly struct Tanh : IUnary
{
    public static GradientReads Reads => GradientReads.Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * (Create(1f) - saved * saved);

    public static float Apply(float x, float p, float q) => MathF.Tanh(x);

    public static float Gradient(float saved, float dy, float p, float q) => dy * (1 - (saved * saved));

    public static Operand? Curvature(Operand s, float p, float q) => s.Of(UnaryFunction.Affine, -2); // f′ = 1 − y²
}

/// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
internal readonly struct Sigmoid : IUnary
{
    public static GradientReads Reads => GradientReads.Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * (saved * (Create(1f) - saved));

    /// <summary>From e^−|x|, which can't overflow.</summary>
    public static float Apply(float x, float p, float q)
    {
        var z = MathF.Exp(-MathF.Abs(x));
        return (x < 0 ? z : 1) / (1 + z);
    }

    public static float Gradient(float saved, float dy, float p, float q) => dy * (saved * (1 - saved));

    public static Operand? Curvature(Operand s, float p, float q) => s.Of(UnaryFunction.Affine, -2, 1); // f′ = y − y²
}

/// <summary>ln(1 + eˣ), stable for both signs.</summary>
internal readonly struct Softplus : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * VectorMath.Sigmoid(saved);

    /// <summary>max(x, 0) + ln(1 + e^−|x|), compensated for the rounding of 1 + z.</summary>
    public static float Apply(float x, float p, float q)
    {
        var z = MathF.Exp(-MathF.Abs(x));
        var u = 1 + z;
        var log1p = MathF.Log(u) + ((z - (u - 1)) / u);
        return (x > 0 ? x : 0) + log1p;
    }

    public static float Gradient(float saved, float dy, float p, float q) => dy * Sigmoid.Apply(saved, p, q);

    // f′ = σ(x)
    public static Operand? Curvature(Operand s, float p, float q)
    {
        var y = s.Of(UnaryFunction.Sigmoid);
        return y - y.Of(UnaryFunction.Square);
    }
}

/// <summary>eˣ.</summary>
internal readonly struct Exp : IUnary
{
    public static GradientReads Reads => GradientReads.Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * saved;

    public static float Apply(float x, float p, float q) => MathF.Exp(x);

    public static float Gradient(float saved, float dy, float p, float q) => dy * saved;

    public static Operand? Curvature(Operand s, float p, float q) => s.Filled(1); // f′ = y
}

/// <summary>x where positive, else p·(eˣ − 1) (Clevert et al. 2015). p is above 0, so that y has the sign of x.</summary>
internal readonly struct Elu : IUnary
{
    /// <summary>Above this x, eˣ − 1 would lose too many digits to cancellation.</summary>
    private const float SeriesFrom = -0.5f;

    public static GradientReads Reads => GradientReads.Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) =>
        ConditionalSelect(GreaterThan(x, Floats.Zero), x, p * VectorMath.ExpMinus1(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
        ConditionalSelect(GreaterThan(saved, Floats.Zero), dy, dy * (saved + p));

    public static float Apply(float x, float p, float q) => x > 0 ? x : p * (x > SeriesFrom ? Series(x) : MathF.Exp(x) - 1);

    public static float Gradient(float saved, float dy, float p, float q) => saved > 0 ? dy : dy * (saved + p);

    // f′ = y + p, or 1
    public static Operand? Curvature(Operand s, float p, float q) => s.Of(UnaryFunction.GreaterThan).Of(UnaryFunction.Affine, -1, 1);

    /// <summary>x + x²/2 + … + x⁸/8!.</summary>
    private static float Series(float x)
    {
        var sum = MathF.FusedMultiplyAdd(x, 1f / 40320, 1f / 5040);
        sum = MathF.FusedMultiplyAdd(sum, x, 1f / 720);
        sum = MathF.FusedMultiplyAdd(sum, x, 1f / 120);
        sum = MathF.FusedMultiplyAdd(sum, x, 1f / 24);
        sum = MathF.FusedMultiplyAdd(sum, x, 1f / 6);
        sum = MathF.FusedMultiplyAdd(sum, x, 0.5f);
        return MathF.FusedMultiplyAdd(sum * x, x, x);
    }
}

/// <summary>ln x.</summary>
internal readonly struct Log : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy / saved;

    public static float Apply(float x, float p, float q) => MathF.Log(x);

    public static float Gradient(float saved, float dy, float p, float q) => dy / saved;

    public static Operand? Curvature(Operand s, float p, float q) =>
        s.Of(UnaryFunction.Square).Of(UnaryFunction.Reciprocal).Of(UnaryFunction.Affine, -1); // f′ = 1/x
}
