using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>The largest integer up to x.</summary>
internal readonly struct Floor : IUnary
{
    public static GradientReads Reads => GradientReads.Nothing;

    public static bool IsFlat => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Vector512.Floor(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => Floats.Zero;

    public static float Apply(float x, float p, float q) => MathF.Floor(x);

    public static float Gradient(float saved, float dy, float p, float q) => 0;
}

/// <summary>The smallest integer from x on.</summary>
internal readonly struct Ceiling : IUnary
{
    public static GradientReads Reads => GradientReads.Nothing;

    public static bool IsFlat => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Vector512.Ceiling(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => Floats.Zero;

    public static float Apply(float x, float p, float q) => MathF.Ceiling(x);

    public static float Gradient(float saved, float dy, float p, float q) => 0;
}

/// <summary>The nearest integer, the even one of two.</summary>
internal readonly struct Round : IUnary
{
    /// <summary>2²³: from here on a float32 is an integer, and below it the sum with this number is rounded to one.</summary>
    private const float Integral = 8388608;

    public static GradientReads Reads => GradientReads.Nothing;

    public static bool IsFlat => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => Vector512.Round(x, MidpointRounding.ToEven);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => Floats.Zero;

    public static float Apply(float x, float p, float q)
    {
        var size = MathF.Abs(x);
        var whole = (size + Integral) - Integral;
        return size < Integral ? (x < 0 ? -whole : whole) : x;
    }

    public static float Gradient(float saved, float dy, float p, float q) => 0;
}
