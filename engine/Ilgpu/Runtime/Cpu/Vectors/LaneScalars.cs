using System.Runtime.CompilerServices;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Arithmetic of a single lane. Division never throws, since inactive lanes divide as well: the result is unspecified there.
/// </summary>
internal static class LaneScalars
{
    [MethodImpl(LaneCode.Hot)]
    public static int DivS(int a, int b) => b switch
    {
        0 => 0,
        -1 => -a,
        _ => a / b,
    };

    [MethodImpl(LaneCode.Hot)]
    public static long DivS(long a, long b) => b switch
    {
        0 => 0,
        -1 => -a,
        _ => a / b,
    };

    [MethodImpl(LaneCode.Hot)]
    public static int RemS(int a, int b) => b is 0 or -1 ? 0 : a % b;

    [MethodImpl(LaneCode.Hot)]
    public static long RemS(long a, long b) => b is 0 or -1 ? 0 : a % b;

    [MethodImpl(LaneCode.Hot)]
    public static int DivU(int a, int b) => b == 0 ? 0 : (int)((uint)a / (uint)b);

    [MethodImpl(LaneCode.Hot)]
    public static long DivU(long a, long b) => b == 0 ? 0 : (long)((ulong)a / (ulong)b);

    [MethodImpl(LaneCode.Hot)]
    public static int RemU(int a, int b) => b == 0 ? 0 : (int)((uint)a % (uint)b);

    [MethodImpl(LaneCode.Hot)]
    public static long RemU(long a, long b) => b == 0 ? 0 : (long)((ulong)a % (ulong)b);

    [MethodImpl(LaneCode.Hot)]
    public static int Shl(int a, int count) => a << count;

    [MethodImpl(LaneCode.Hot)]
    public static long Shl(long a, long count) => a << (int)count;

    [MethodImpl(LaneCode.Hot)]
    public static int ShrS(int a, int count) => a >> count;

    [MethodImpl(LaneCode.Hot)]
    public static long ShrS(long a, long count) => a >> (int)count;

    [MethodImpl(LaneCode.Hot)]
    public static int ShrU(int a, int count) => a >>> count;

    [MethodImpl(LaneCode.Hot)]
    public static long ShrU(long a, long count) => a >>> (int)count;

    [MethodImpl(LaneCode.Hot)]
    public static float Rem(float a, float b) => a % b;

    [MethodImpl(LaneCode.Hot)]
    public static double Rem(double a, double b) => a % b;

    // Conversions: those of C#, which saturate.
    [MethodImpl(LaneCode.Hot)]
    public static float Int64ToFloat32(long value) => value;

    [MethodImpl(LaneCode.Hot)]
    public static double Int64ToFloat64(long value) => value;

    [MethodImpl(LaneCode.Hot)]
    public static float UInt64ToFloat32(long value) => (ulong)value;

    [MethodImpl(LaneCode.Hot)]
    public static double UInt64ToFloat64(long value) => (ulong)value;

    [MethodImpl(LaneCode.Hot)]
    public static long Float32ToInt64(float value) => (long)(double)value;

    [MethodImpl(LaneCode.Hot)]
    public static int Float32ToUInt32(float value) => (int)(uint)(double)value;

    [MethodImpl(LaneCode.Hot)]
    public static long Float32ToUInt64(float value) => (long)(ulong)(double)value;

    [MethodImpl(LaneCode.Hot)]
    public static int Float64ToInt32(double value) => (int)value;

    [MethodImpl(LaneCode.Hot)]
    public static long Float64ToInt64(double value) => (long)value;

    [MethodImpl(LaneCode.Hot)]
    public static int Float64ToUInt32(double value) => (int)(uint)value;

    [MethodImpl(LaneCode.Hot)]
    public static long Float64ToUInt64(double value) => (long)(ulong)value;
}
