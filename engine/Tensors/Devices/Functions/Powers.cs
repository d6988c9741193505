using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu;
using static System.Runtime.Intrinsics.Vector512;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>√x.</summary>
internal readonly struct SquareRoot : IUnary
{
    public static GradientReads Reads => GradientReads.Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy / (saved + saved);

    public static float Apply(float x, float p, float q) => MathF.Sqrt(x);

    public static float Gradient(float saved, float dy, float p, float q) => dy / (saved + saved);

    public static Operand? Curvature(Operand s, float p, float q) =>
        s.Of(UnaryFunction.Square).Of(UnaryFunction.Reciprocal).Of(UnaryFunction.Affine, -0.5f); // f′ = 1/(2y)
}

/// <summary>x².</summary>
internal readonly struct Square : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * (saved + saved);

    public static float Apply(float x, float p, float q) => x * x;

    public static float Gradient(float saved, float dy, float p, float q) => dy * (saved + saved);

    public static Operand? Curvature(Operand s, float p, float q) => s.Filled(2); // f′ = 2x
}

/// <summary>1 / x.</summary>
internal readonly struct Reciprocal : IUnary
{
    public static GradientReads Reads => GradientReads.Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Create(1f) / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => -(dy * (saved * saved));

    public static float Apply(float x, float p, float q) => 1 / x;

    public static float Gradient(float saved, float dy, float p, float q) => -(dy * (saved * saved));

    public static Operand? Curvature(Operand s, float p, float q) => s.Of(UnaryFunction.Affine, -2); // f′ = −y²
}

/// <summary>x / p, rounded once: x · (1 / p) differs in the last bit, and overflows where p is tiny.</summary>
internal readonly struct DivideBy : IUnary
{
    public static GradientReads Reads => GradientReads.Nothing;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => x / p;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy / p;

    public static float Apply(float x, float p, float q) => x / p;

    public static float Gradient(float saved, float dy, float p, float q) => dy / p;
}

/// <summary>xᵖ; each lane separately with the framework's pow: it is rare, and its accuracy matters more than its speed.</summary>
internal readonly struct Power : IUnary
{
    public static Floats Apply(Floats x, Floats p, Floats q)
    {
        Span<float> lanes = stackalloc float[Lanes.Count];
        x.CopyTo(lanes);
        foreach (ref var lane in lanes)
        {
            lane = MathF.Pow(lane, p[0]);
        }

        return Create<float>(lanes);
    }

    // x⁰ is 1 at 0 too, where the formula gives 0·0⁻¹ = NaN.
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
        p[0] == 0 ? Floats.Zero : dy * p * Apply(saved, p - Create(1f), q);

    public static float Apply(float x, float p, float q) => MathF.Pow(x, p);

    // x⁰ is 1 at 0 too, where the formula gives 0·0⁻¹ = NaN.
    public static float Gradient(float saved, float dy, float p, float q) => p == 0 ? 0 : dy * p * MathF.Pow(saved, p - 1);

    // f′ = p·xᵖ⁻¹. Powers 0 and 1 are separate cases: the formula's 0·xᵖ⁻² is NaN at 0.
    public static Operand? Curvature(Operand s, float p, float q) => p switch
    {
        0 or 1 => null,
        2 => s.Filled(2),
        _ => s.Of(UnaryFunction.Power, p - 2).Of(UnaryFunction.Affine, p * (p - 1)),
    };
}
