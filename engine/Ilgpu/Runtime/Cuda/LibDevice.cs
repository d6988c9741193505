using System.Numerics;
using ILGPU.Algorithms;

namespace ILGPU.Runtime.Cuda;

/// <summary>
/// Functions that ILGPU takes from NVIDIA's library of that name. Here they are the kernel compiler's own, those of Math and XMath, on
/// every device and the host; no toolkit is needed. What those lack is C# over them, mostly in double precision: the files say how precise
/// it is. Left out: NextAfter and YN, which ILGPU declares without their second argument, and NaNs with a text.
/// </summary>
public static partial class LibDevice
{
    public static int Abs(int x) => Math.Abs(x);

    public static long Abs(long x) => Math.Abs(x);

    public static int Max(int x, int y) => Math.Max(x, y);

    public static uint Max(uint x, uint y) => Math.Max(x, y);

    public static long Max(long x, long y) => Math.Max(x, y);

    public static ulong Max(ulong x, ulong y) => Math.Max(x, y);

    public static int Min(int x, int y) => Math.Min(x, y);

    public static uint Min(uint x, uint y) => Math.Min(x, y);

    public static long Min(long x, long y) => Math.Min(x, y);

    public static ulong Min(ulong x, ulong y) => Math.Min(x, y);

    public static int PopCount(int x) => BitOperations.PopCount((uint)x);

    public static int PopCount(long x) => BitOperations.PopCount((ulong)x);

    /// <summary>The zero bits above the highest set one; 32 for zero.</summary>
    public static int CountLeadingZero(int x) => BitOperations.LeadingZeroCount((uint)x);

    /// <summary>The zero bits above the highest set one; 64 for zero.</summary>
    public static int CountLeadingZero(long x) => BitOperations.LeadingZeroCount((ulong)x);

    public static int FloatAsInt(float x) => (int)Interop.FloatAsInt(x);

    public static float IntAsFloat(int x) => Interop.IntAsFloat((uint)x);

    public static long DoubleAsLong(double x) => (long)Interop.FloatAsInt(x);

    public static double LongAsDouble(long x) => Interop.IntAsFloat((ulong)x);

    /// <summary>The number between 0 and 1 that is nearest; 0 for NaN.</summary>
    public static float Saturate(float x) => x > 0 ? Math.Min(x, 1) : 0;

    public static void SinCos(float x, out float sin, out float cos) => XMath.SinCos(x, out sin, out cos);

    public static void SinCos(double x, out double sin, out double cos) => XMath.SinCos(x, out sin, out cos);
}
