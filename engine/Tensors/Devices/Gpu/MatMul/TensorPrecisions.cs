using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>16 bytes of a row in shared memory: four TF32 numbers, or eight of bfloat16.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Chunk
{
    public uint X, Y, Z, W;
}

/// <summary>
/// The precision of factors on tensor cores. They are rounded once, before they are written to shared memory. In either precision one
/// multiplication takes two chunks of depth, and <c>ldmatrix</c> distributes 16 bytes to four lanes, so everything else is shared.
/// </summary>
internal interface ITensorPrecision
{
    /// <summary>Numbers in 16 bytes.</summary>
    static abstract int ChunkDepth { get; }

    /// <summary>Rounds a chunk's numbers.</summary>
    /// <param name="high">the last four of eight; unused in chunks of four</param>
    static abstract Chunk Round(Float4 low, Float4 high);

    /// <summary>c + a · b.</summary>
    static abstract AccumulatorFragment MultiplyAdd(AccumulatorFragment c, LeftFragment a, RightFragment b);
}

/// <summary>float32's exponent and 10 bits of mantissa: relative error 2⁻¹¹ of each factor.</summary>
internal readonly struct Tf32 : ITensorPrecision
{
    public static int ChunkDepth => 4;

    public static Chunk Round(Float4 low, Float4 high)
    {
        Chunk chunk = default;
        chunk.X = Round(low.X);
        chunk.Y = Round(low.Y);
        chunk.Z = Round(low.Z);
        chunk.W = Round(low.W);
        return chunk;
    }

    // The multiplication ignores the 13 lower bits, so adding half of its last place rounds; infinities and NaN stay unchanged.
    public static uint Round(float value)
    {
        const uint HalfOfTheLastPlace = 1 << 12;
        uint bits = Interop.FloatAsInt(value);
        return MathF.Abs(value) < float.PositiveInfinity ? bits + HalfOfTheLastPlace : bits;
    }

    public static AccumulatorFragment MultiplyAdd(AccumulatorFragment c, LeftFragment a, RightFragment b) =>
        TensorCores.MultiplyTf32(c, a, b);
}

/// <summary>float32's exponent and 7 bits of mantissa: relative error 2⁻⁸ of each factor, twice TF32's rate.</summary>
internal readonly struct Bf16 : ITensorPrecision
{
    public static int ChunkDepth => 8;

    public static Chunk Round(Float4 low, Float4 high)
    {
        Chunk chunk = default;
        chunk.X = TensorCores.PackBFloat16(low.X, low.Y);
        chunk.Y = TensorCores.PackBFloat16(low.Z, low.W);
        chunk.Z = TensorCores.PackBFloat16(high.X, high.Y);
        chunk.W = TensorCores.PackBFloat16(high.Z, high.W);
        return chunk;
    }

    public static AccumulatorFragment MultiplyAdd(AccumulatorFragment c, LeftFragment a, RightFragment b) =>
        TensorCores.MultiplyBFloat16(c, a, b);
}
