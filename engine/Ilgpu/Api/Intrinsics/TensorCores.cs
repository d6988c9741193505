namespace ILGPU.Runtime.Cuda;

/// <summary>A lane's part of a 16 x 8 accumulator: with g = lane / 4 and t = lane % 4, rows g and g + 8, columns 2t and 2t + 1.</summary>
public struct AccumulatorFragment
{
    /// <summary>Row g, column 2t.</summary>
    public float C0;

    /// <summary>Row g, column 2t + 1.</summary>
    public float C1;

    /// <summary>Row g + 8, column 2t.</summary>
    public float C2;

    /// <summary>Row g + 8, column 2t + 1.</summary>
    public float C3;
}

/// <summary>
/// A lane's part of the left factor, 16 rows, row-major. TF32, depth 8: (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4). 16-bit types,
/// depth 16, two a register, the lower column in the lower half: (g, 2t), (g + 8, 2t), (g, 2t + 8), (g + 8, 2t + 8).
/// </summary>
public struct LeftFragment
{
    public uint A0;

    public uint A1;

    public uint A2;

    public uint A3;
}

/// <summary>
/// A lane's part of the right factor, 8 columns, column-major. TF32, depth 8: (t, g), (t + 4, g). 16-bit types, depth 16, two a register,
/// the upper row in the lower half: (2t, g), (2t + 8, g).
/// </summary>
public struct RightFragment
{
    public uint B0;

    public uint B1;
}

/// <summary>Two right factors beside each other: 16 columns.</summary>
public struct RightFragmentPair
{
    /// <summary>Columns 0 to 7.</summary>
    public RightFragment First;

    /// <summary>Columns 8 to 15.</summary>
    public RightFragment Second;
}

/// <summary>
/// Matrix products of a warp on tensor cores (PTX <c>mma.sync</c>), and loading their factors from shared memory (<c>ldmatrix</c>). All
/// 32 lanes must call together. An addition to ILGPU's API.
/// </summary>
public static class TensorCores
{
    /// <summary>In kernels, a constant: whether the target has these instructions (sm_80 and later). On the host, false.</summary>
    public static bool IsSupported => false;

    /// <summary>c[16, 8] += a[16, 8] * b[8, 8] on TF32 factors.</summary>
    public static void MultiplyTf32(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b) => KernelOnly.Call();

    /// <summary>c[16, 8] += a[16, 16] * b[16, 8] on bfloat16 factors.</summary>
    public static void MultiplyBFloat16(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b) => KernelOnly.Call();

    /// <summary>c[16, 8] += a[16, 16] * b[16, 8] on half-precision factors.</summary>
    public static void MultiplyHalf(ref AccumulatorFragment c, in LeftFragment a, in RightFragment b) => KernelOnly.Call();

    /// <summary>The bits of a number rounded to TF32: 8 bits of exponent, 10 of mantissa.</summary>
    public static uint ToTf32(float value) => KernelOnly.Value<uint>();

    /// <summary>Two numbers rounded to bfloat16, <paramref name="low"/> in the lower half.</summary>
    public static uint PackBFloat16(float low, float high) => KernelOnly.Value<uint>();

    /// <summary>Two numbers rounded to half precision, <paramref name="low"/> in the lower half.</summary>
    public static uint PackHalf(float low, float high) => KernelOnly.Value<uint>();

    /// <summary>
    /// Loads a left factor of 16-bit elements from shared memory. Lane l passes the first of 8 neighbours in row l % 16: column 0 for lanes
    /// below 16, column 8 for the others, at a multiple of 16 bytes. Of TF32's 32-bit elements it is 4 neighbours, and columns 0 and 4.
    /// </summary>
    public static LeftFragment LoadLeft<T>(ref T row)
        where T : unmanaged => KernelOnly.Value<LeftFragment>();

    /// <summary>
    /// Loads a right factor of 16-bit elements that lies column by column. Lane l passes the first of 8 neighbours in column l % 8: row 0
    /// for lanes with l / 8 even, row 8 for the others, at a multiple of 16 bytes. Of TF32's 32-bit elements it is 4 neighbours, and rows 0
    /// and 4.
    /// </summary>
    public static RightFragment LoadRight<T>(ref T column)
        where T : unmanaged => KernelOnly.Value<RightFragment>();

    /// <summary>As <see cref="LoadRight{T}"/>, 16 columns at once: lanes from 16 on pass columns 8 to 15.</summary>
    public static RightFragmentPair LoadRightPair<T>(ref T column)
        where T : unmanaged => KernelOnly.Value<RightFragmentPair>();

    /// <summary>
    /// Loads a right factor of 16-bit elements that lies row by row. Lane l passes the first of the 8 columns of row l % 16, at a multiple
    /// of 16 bytes.
    /// </summary>
    public static RightFragment LoadRightByRows<T>(ref T row)
        where T : unmanaged => KernelOnly.Value<RightFragment>();
}
