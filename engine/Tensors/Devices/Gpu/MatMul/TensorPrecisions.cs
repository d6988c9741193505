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
/// What factors are rounded to for tensor cores, once, on their way into shared memory. One multiplication takes two chunks of depth in
/// either precision, and <c>ldmatrix</c> deals 16 bytes out to four lanes whatever they are: everything else is the same for both.
/// </summary>
internal interface ITensorPrecision
{
    /// <summary>Numbers in 16 bytes.</summary>
    static abstract int ChunkDepth { get; }

    /// <summary>Rounds as many numbers as a chunk holds.</summary>
    /// <param name="high">the latter four of eight</param>
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

    // The multiplication ignores the 13 lower bits, so half of the last place it reads is all there is to add; not to what is no number.
    private static uint Round(float value)
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
