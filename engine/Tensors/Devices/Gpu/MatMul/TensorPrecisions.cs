#if !USE_ILGPU_PACKAGES
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime.Cuda;

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
    static abstract Chunk Round(ArrayView<float> values);

    static abstract void Multiply(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b);
}

/// <summary>float32's exponent and 10 bits of mantissa: relative error 2⁻¹¹ of each factor.</summary>
internal readonly struct Tf32 : ITensorPrecision
{
    public static int ChunkDepth => 4;

    public static Chunk Round(ArrayView<float> values)
    {
        Chunk chunk = default;
        chunk.X = Round(values[0]);
        chunk.Y = Round(values[1]);
        chunk.Z = Round(values[2]);
        chunk.W = Round(values[3]);
        return chunk;
    }

    // The multiplication ignores the 13 lower bits, so half of the last place it reads is all there is to add; not to what is no number.
    private static uint Round(float value)
    {
        const uint HalfOfTheLastPlace = 1 << 12;
        uint bits = Interop.FloatAsInt(value);
        return MathF.Abs(value) < float.PositiveInfinity ? bits + HalfOfTheLastPlace : bits;
    }

    public static void Multiply(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b) => TensorCores.MultiplyTf32(ref c, a, b);
}

/// <summary>float32's exponent and 7 bits of mantissa: relative error 2⁻⁸ of each factor, twice TF32's rate.</summary>
internal readonly struct Bf16 : ITensorPrecision
{
    public static int ChunkDepth => 8;

    public static Chunk Round(ArrayView<float> values)
    {
        Chunk chunk = default;
        chunk.X = TensorCores.PackBFloat16(values[0], values[1]);
        chunk.Y = TensorCores.PackBFloat16(values[2], values[3]);
        chunk.Z = TensorCores.PackBFloat16(values[4], values[5]);
        chunk.W = TensorCores.PackBFloat16(values[6], values[7]);
        return chunk;
    }

    public static void Multiply(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b) =>
        TensorCores.MultiplyBFloat16(ref c, a, b);
}
#endif
