using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Vectors of 16 numbers: partial loads and stores at the end of an array, and conversions.</summary>
internal static unsafe class Lanes
{
    public const int Count = 16;

    /// <summary>Loads the first <paramref name="count"/> lanes, at most all, none if it is negative; the others are 0.</summary>
    public static Vector512<float> Load(float* source, long count)
    {
        Debug.Assert(count <= Count);
        var lanes = stackalloc float[Count];
        Vector512<float>.Zero.Store(lanes);
        for (var i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Vector512.Load(lanes);
    }

    /// <summary>Stores the first <paramref name="count"/> lanes, at most all, none if it is negative.</summary>
    public static void Store(Vector512<float> value, float* destination, long count)
    {
        Debug.Assert(count <= Count);
        var lanes = stackalloc float[Count];
        value.Store(lanes);
        for (var i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    /// <summary>Stores all lanes, or the first <paramref name="count"/> if those are fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpTo(Vector512<float> value, float* destination, long count)
    {
        if (count >= Count)
        {
            value.Store(destination);
        }
        else
        {
            Store(value, destination, count);
        }
    }

    /// <summary>
    /// Rounds 16 numbers to float32. By halves where the processor has narrower vectors: there <see cref="Vector512"/> itself converts one
    /// number after the other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Narrow(Vector512<double> lower, Vector512<double> upper) => Vector512.IsHardwareAccelerated
        ? Vector512.Narrow(lower, upper)
        : Vector512.Create(Narrow(lower.GetLower(), lower.GetUpper()), Narrow(upper.GetLower(), upper.GetUpper()));

    /// <summary>The lower 32 bits of 16 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Narrow(Vector512<ulong> lower, Vector512<ulong> upper) => Vector512.IsHardwareAccelerated
        ? Vector512.Narrow(lower, upper)
        : Vector512.Create(Narrow(lower.GetLower(), lower.GetUpper()), Narrow(upper.GetLower(), upper.GetUpper()));

    /// <summary>a·b + c, rounded once where the processor can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Narrow(Vector256<double> lower, Vector256<double> upper) => Vector256.IsHardwareAccelerated
        ? Vector256.Narrow(lower, upper)
        : Vector256.Create(
            Vector128.Narrow(lower.GetLower(), lower.GetUpper()), Vector128.Narrow(upper.GetLower(), upper.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Narrow(Vector256<ulong> lower, Vector256<ulong> upper) => Vector256.IsHardwareAccelerated
        ? Vector256.Narrow(lower, upper)
        : Vector256.Create(
            Vector128.Narrow(lower.GetLower(), lower.GetUpper()), Vector128.Narrow(upper.GetLower(), upper.GetUpper()));
}
