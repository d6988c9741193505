#if !USE_ILGPU_PACKAGES
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What factors are rounded to for tensor cores, and which lane holds which of their elements (PTX ISA, "Matrix fragments for mma"): with
/// g = lane / 4 and t = lane % 4, a lane holds row g of the left factor and column g of the right one.
/// </summary>
internal interface ITensorPrecision
{
    /// <summary>Depth of one multiplication.</summary>
    static abstract int Depth { get; }

    /// <summary>
    /// Floats by which a row of a tile, a multiple of 32 without, is longer, so that the 32 lanes that read a fragment meet 32 memory banks.
    /// </summary>
    static abstract int Padding { get; }

    /// <summary>16 rows from <paramref name="row"/> on, at depths from <paramref name="q"/> on.</summary>
    static abstract LeftFragment Left(ArrayView<float> tile, int stride, int q, int row);

    /// <summary>8 columns from <paramref name="column"/> on, at depths from <paramref name="q"/> on.</summary>
    static abstract RightFragment Right(ArrayView<float> tile, int stride, int q, int column);

    static abstract void Multiply(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b);
}

/// <summary>float32's exponent and 10 bits of mantissa: relative error 2⁻¹¹ of each factor.</summary>
internal readonly struct Tf32 : ITensorPrecision
{
    public static int Depth => 8;

    /// <summary>Lane (g, t) reads bank 8t + g.</summary>
    public static int Padding => 8;

    public static LeftFragment Left(ArrayView<float> tile, int stride, int q, int row)
    {
        int lane = Group.IdxX % 32, first = ((q + (lane % 4)) * stride) + row + (lane / 4);
        LeftFragment a = default;
        a.A0 = TensorCores.ToTf32(tile[first]);
        a.A1 = TensorCores.ToTf32(tile[first + 8]);
        a.A2 = TensorCores.ToTf32(tile[first + (4 * stride)]);
        a.A3 = TensorCores.ToTf32(tile[first + (4 * stride) + 8]);
        return a;
    }

    public static RightFragment Right(ArrayView<float> tile, int stride, int q, int column)
    {
        int lane = Group.IdxX % 32, first = ((q + (lane % 4)) * stride) + column + (lane / 4);
        RightFragment b = default;
        b.B0 = TensorCores.ToTf32(tile[first]);
        b.B1 = TensorCores.ToTf32(tile[first + (4 * stride)]);
        return b;
    }

    public static void Multiply(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b) => TensorCores.MultiplyTf32(ref c, a, b);
}

/// <summary>float32's exponent and 7 bits of mantissa: relative error 2⁻⁸ of each factor, twice TF32's rate.</summary>
internal readonly struct Bf16 : ITensorPrecision
{
    public static int Depth => 16;

    /// <summary>Lane (g, t) reads row 2t: bank 2t · 4 + g.</summary>
    public static int Padding => 4;

    public static LeftFragment Left(ArrayView<float> tile, int stride, int q, int row)
    {
        int lane = Group.IdxX % 32, first = ((q + (lane % 4 * 2)) * stride) + row + (lane / 4);
        LeftFragment a = default;
        a.A0 = TensorCores.PackBFloat16(tile[first], tile[first + stride]);
        a.A1 = TensorCores.PackBFloat16(tile[first + 8], tile[first + stride + 8]);
        a.A2 = TensorCores.PackBFloat16(tile[first + (8 * stride)], tile[first + (9 * stride)]);
        a.A3 = TensorCores.PackBFloat16(tile[first + (8 * stride) + 8], tile[first + (9 * stride) + 8]);
        return a;
    }

    public static RightFragment Right(ArrayView<float> tile, int stride, int q, int column)
    {
        int lane = Group.IdxX % 32, first = ((q + (lane % 4 * 2)) * stride) + column + (lane / 4);
        RightFragment b = default;
        b.B0 = TensorCores.PackBFloat16(tile[first], tile[first + stride]);
        b.B1 = TensorCores.PackBFloat16(tile[first + (8 * stride)], tile[first + (9 * stride)]);
        return b;
    }

    public static void Multiply(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b) => TensorCores.MultiplyBFloat16(ref c, a, b);
}
#endif
