using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>sin x, x in radians.</summary>
internal readonly struct Sin : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Sin(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => dy * VectorMath.Cos(saved);

    public static float Apply(float x, float p, float q) => MathF.Sin(x);

    public static float Gradient(float saved, float dy, float p, float q) => dy * MathF.Cos(saved);

    // f′ = cos x
    public static Operand? Curvature(Operand s, float p, float q) => s.Of(UnaryFunction.Sin).Of(UnaryFunction.Affine, -1);
}

/// <summary>cos x, x in radians.</summary>
internal readonly struct Cos : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q) => VectorMath.Cos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => -(dy * VectorMath.Sin(saved));

    public static float Apply(float x, float p, float q) => MathF.Cos(x);

    public static float Gradient(float saved, float dy, float p, float q) => -(dy * MathF.Sin(saved));

    // f′ = −sin x
    public static Operand? Curvature(Operand s, float p, float q) => s.Of(UnaryFunction.Cos).Of(UnaryFunction.Affine, -1);
}
