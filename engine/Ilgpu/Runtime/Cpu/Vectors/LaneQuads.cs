using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Memory in which each lane has four scalars of 32 bits, right behind those of the lane before.</summary>
internal static unsafe class LaneQuads
{
    /// <summary>What a lane has.</summary>
    public const int Bytes = 4 * sizeof(int);

    /// <summary>From a lane to the one in the upper half of a vector.</summary>
    private const int Half = 4 * Bytes;

    /// <summary>The lower, and the upper, two elements of each half of both vectors.</summary>
    public const byte Lower = 0b01_00_01_00, Upper = 0b11_10_11_10;

    /// <summary>Writes, for the lanes that take part.</summary>
    [MethodImpl(LaneCode.Called)]
    public static void Store<T>(long first, Vector256<T> part0, Vector256<T> part1, Vector256<T> part2, Vector256<T> part3, int bits)
        where T : unmanaged
    {
        if (!Avx.IsSupported || bits != LaneMemory.All)
        {
            LaneMemory.StoreStrided256(first, Bytes, part0, bits);
            LaneMemory.StoreStrided256(first + sizeof(T), Bytes, part1, bits);
            LaneMemory.StoreStrided256(first + (2 * sizeof(T)), Bytes, part2, bits);
            LaneMemory.StoreStrided256(first + (3 * sizeof(T)), Bytes, part3, bits);
            return;
        }

        byte* p = (byte*)first;
        Vector256<float> low = Avx.UnpackLow(part0.As<T, float>(), part1.As<T, float>());
        Vector256<float> high = Avx.UnpackHigh(part0.As<T, float>(), part1.As<T, float>());
        Vector256<float> lowNext = Avx.UnpackLow(part2.As<T, float>(), part3.As<T, float>());
        Vector256<float> highNext = Avx.UnpackHigh(part2.As<T, float>(), part3.As<T, float>());
        Put(p, Avx.Shuffle(low, lowNext, Lower));
        Put(p + Bytes, Avx.Shuffle(low, lowNext, Upper));
        Put(p + (2 * Bytes), Avx.Shuffle(high, highNext, Lower));
        Put(p + (3 * Bytes), Avx.Shuffle(high, highNext, Upper));
    }

    [MethodImpl(LaneCode.Called)]
    private static void Put(byte* p, Vector256<float> values)
    {
        Vector128.Store(values.GetLower(), (float*)p);
        Vector128.Store(values.GetUpper(), (float*)(p + Half));
    }
}
