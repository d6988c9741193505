using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Vectors of 16 numbers at the end of an array that holds fewer.</summary>
internal static unsafe class Lanes
{
    public const int Count = 16;

    /// <summary>The first <paramref name="count"/> lanes from memory, the others 0.</summary>
    public static Vector512<float> Load(float* source, long count)
    {
        var lanes = stackalloc float[Count];
        Vector512<float>.Zero.Store(lanes);
        for (var i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Vector512.Load(lanes);
    }

    /// <summary>Writes the first <paramref name="count"/> lanes.</summary>
    public static void Store(Vector512<float> value, float* destination, long count)
    {
        var lanes = stackalloc float[Count];
        value.Store(lanes);
        for (var i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    /// <summary>Writes all lanes, or the first <paramref name="count"/> if those are fewer.</summary>
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

    /// <summary>a·b + c, rounded once where the processor can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);
}
