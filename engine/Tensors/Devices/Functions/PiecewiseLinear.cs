using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.Intrinsics.Vector512;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>f(x) = x, for fused loops without an activation.</summary>
internal readonly struct Identity : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy;
}

/// <summary>p·x + q.</summary>
internal readonly struct Affine : IUnary
{
    public static GradientReads Reads => GradientReads.Nothing;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => MultiplyAddEstimate(p, x, q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => p * dy;

    public static float Apply(float x, float p, float q) => MathF.FusedMultiplyAdd(p, x, q);

    public static float Gradient(float saved, float dy, float p, float q) => p * dy;
}

/// <summary>x where positive, else 0.</summary>
internal readonly struct Relu : IUnary
{
    public static GradientReads Reads => GradientReads.Output;

    /// <summary>NaN is propagated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => ConditionalSelect(LessThanOrEqual(x, Floats.Zero), Floats.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
        ConditionalSelect(LessThanOrEqual(saved, Floats.Zero), Floats.Zero, dy);

    /// <summary>NaN is propagated.</summary>
    public static float Apply(float x, float p, float q) => x <= 0 ? 0 : x;

    public static float Gradient(float saved, float dy, float p, float q) => saved <= 0 ? 0 : dy;
}

/// <summary>x where positive, else p·x.</summary>
internal readonly struct LeakyRelu : IUnary
{
    public static GradientReads Reads => GradientReads.Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => ConditionalSelect(GreaterThan(x, Floats.Zero), x, p * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
        ConditionalSelect(GreaterThan(saved, Floats.Zero), dy, p * dy);

    public static float Apply(float x, float p, float q) => x > 0 ? x : p * x;

    public static float Gradient(float saved, float dy, float p, float q) => saved > 0 ? dy : p * dy;
}

/// <summary>|x|.</summary>
internal readonly struct Absolute : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * Sign.Apply(saved, p, q);

    public static float Apply(float x, float p, float q) => MathF.Abs(x);

    public static float Gradient(float saved, float dy, float p, float q) => dy * Sign.Apply(saved, p, q);
}

/// <summary>min(max(x, p), q); its slope is 1 on [p, q].</summary>
internal readonly struct Clamp : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Min(Max(x, p), q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
        ConditionalSelect(GreaterThanOrEqual(saved, p) & LessThanOrEqual(saved, q), dy, Floats.Zero);

    public static float Apply(float x, float p, float q)
    {
        var raised = x < p ? p : x;
        return raised > q ? q : raised;
    }

    public static float Gradient(float saved, float dy, float p, float q) => saved >= p && saved <= q ? dy : 0;
}

/// <summary>min(max(x, p), q); its slope is 1 between p and q, and 0 at both.</summary>
internal readonly struct Hardtanh : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Min(Max(x, p), q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) =>
        ConditionalSelect(GreaterThan(saved, p) & LessThan(saved, q), dy, Floats.Zero);

    public static float Apply(float x, float p, float q) => Clamp.Apply(x, p, q);

    public static float Gradient(float saved, float dy, float p, float q) => saved > p && saved < q ? dy : 0;
}

/// <summary>−1, 0 or 1.</summary>
internal readonly struct Sign : IUnary
{
    public static GradientReads Reads => GradientReads.Nothing;

    public static bool IsFlat => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) =>
        (GreaterThan(x, Floats.Zero) & Create(1f)) - (LessThan(x, Floats.Zero) & Create(1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => Floats.Zero;

    public static float Apply(float x, float p, float q) => x > 0 ? 1 : x < 0 ? -1 : 0;

    public static float Gradient(float saved, float dy, float p, float q) => 0;
}

/// <summary>1 where x &gt; p, else 0.</summary>
internal readonly struct Greater : IUnary
{
    public static GradientReads Reads => GradientReads.Nothing;

    public static bool IsFlat => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => GreaterThan(x, p) & Create(1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => Floats.Zero;

    public static float Apply(float x, float p, float q) => x > p ? 1f : 0f;

    public static float Gradient(float saved, float dy, float p, float q) => 0;
}
