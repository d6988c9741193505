using System.Runtime.InteropServices;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A column's numbers at two depths, four apart: a lane's part of a right fragment before it is rounded.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RightPair
{
    public float Low, High;
}

/// <summary>The precision of factors in <see cref="PipelinedKernel"/>, which are rounded when their fragments are read.</summary>
internal interface IStagePrecision : ITensorProduct
{
    /// <summary>Rounds a fragment of float32 numbers.</summary>
    static abstract LeftFragment Round(LeftFragment a);

    /// <inheritdoc cref="Round(LeftFragment)"/>
    static abstract RightFragment Round(RightPair b);
}

/// <inheritdoc cref="Tf32"/>
internal readonly struct Tf32Stage : IStagePrecision
{
    public static LeftFragment Round(LeftFragment a)
    {
        a.A0 = Tf32.Round(Interop.IntAsFloat(a.A0));
        a.A1 = Tf32.Round(Interop.IntAsFloat(a.A1));
        a.A2 = Tf32.Round(Interop.IntAsFloat(a.A2));
        a.A3 = Tf32.Round(Interop.IntAsFloat(a.A3));
        return a;
    }

    public static RightFragment Round(RightPair b) => new() { B0 = Tf32.Round(b.Low), B1 = Tf32.Round(b.High) };

    public static AccumulatorFragment MultiplyAdd(AccumulatorFragment c, LeftFragment a, RightFragment b) =>
        TensorCores.MultiplyTf32(c, a, b);
}

/// <summary>
/// As <see cref="Bf16"/>. A lane has depths t and t + 4, where the instruction expects 2t and 2t + 1: of both factors, so the sum is the
/// same.
/// </summary>
internal readonly struct Bf16Stage : IStagePrecision
{
    public static LeftFragment Round(LeftFragment a)
    {
        LeftFragment rounded = default;
        rounded.A0 = TensorCores.PackBFloat16(Interop.IntAsFloat(a.A0), Interop.IntAsFloat(a.A2));
        rounded.A1 = TensorCores.PackBFloat16(Interop.IntAsFloat(a.A1), Interop.IntAsFloat(a.A3));
        return rounded;
    }

    public static RightFragment Round(RightPair b)
    {
        RightFragment rounded = default;
        rounded.B0 = TensorCores.PackBFloat16(b.Low, b.High);
        return rounded;
    }

    public static AccumulatorFragment MultiplyAdd(AccumulatorFragment c, LeftFragment a, RightFragment b) =>
        TensorCores.MultiplyBFloat16Stage(c, a, b);
}
