using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Memory in which each lane has four neighbouring scalars of 32 bits: right behind those of the lane before, or anywhere. Where all lanes
/// take part, each one's four are a single access, and a transposition in registers makes a vector of the lanes' first scalars, one of
/// their second ones, and so on.
/// </summary>
internal static unsafe class LaneQuads
{
    /// <summary>Neighbours of a lane.</summary>
    public const int Count = 4;

    /// <summary>What a lane has.</summary>
    public const int Bytes = Count * sizeof(int);

    /// <summary>The lower, and the upper, two elements of each half of both vectors.</summary>
    public const byte Lower = 0b01_00_01_00, Upper = 0b11_10_11_10;

    /// <summary>From a lane to the one in the upper half of a vector.</summary>
    private const int Half = VectorPlan.Lanes / 2;

    /// <summary>Reads, wherever each lane's lie.</summary>
    /// <param name="pointers">Where each lane's begin.</param>
    /// <param name="parts">Room for four vectors.</param>
    /// <param name="bits">The lanes that take part; of the others nothing is read, and zeros are given.</param>
    [MethodImpl(LaneCode.Called)]
    public static void Gather(Vector512<long> pointers, float* parts, int bits) => GatherFrom((long*)&pointers, parts, bits);

    /// <inheritdoc cref="Gather"/>
    /// <param name="start">What all lanes have in common.</param>
    /// <param name="index">Each lane's distance from there.</param>
    /// <param name="scale">Bytes from an index to the next.</param>
    [MethodImpl(LaneCode.Called)]
    public static void GatherIndexed(long start, Vector256<int> index, long scale, float* parts, int bits)
    {
        Vector512<long> pointers = LaneMemory.PointersTo(start, index, scale);
        GatherFrom((long*)&pointers, parts, bits);
    }

    /// <summary>Writes for the lanes that take part, behind those of the lane before.</summary>
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

        float* p = (float*)first;
        var (a, b, c, d) = Turned(part0.As<T, float>(), part1.As<T, float>(), part2.As<T, float>(), part3.As<T, float>());
        Put(a, p, p + (Half * Count));
        Put(b, p + Count, p + ((Half + 1) * Count));
        Put(c, p + (2 * Count), p + ((Half + 2) * Count));
        Put(d, p + (3 * Count), p + ((Half + 3) * Count));
    }

    /// <summary>Writes for the lanes that take part, wherever each one's lie.</summary>
    [MethodImpl(LaneCode.Called)]
    public static void Scatter<T>(
        Vector512<long> pointers, Vector256<T> part0, Vector256<T> part1, Vector256<T> part2, Vector256<T> part3, int bits)
        where T : unmanaged
    {
        if (!Avx.IsSupported || bits != LaneMemory.All)
        {
            LaneMemory.Scatter256(pointers, part0, bits);
            LaneMemory.Scatter256(LaneOperations.AddressMoved(pointers, sizeof(T)), part1, bits);
            LaneMemory.Scatter256(LaneOperations.AddressMoved(pointers, 2 * sizeof(T)), part2, bits);
            LaneMemory.Scatter256(LaneOperations.AddressMoved(pointers, 3 * sizeof(T)), part3, bits);
            return;
        }

        float** p = (float**)&pointers;
        var (a, b, c, d) = Turned(part0.As<T, float>(), part1.As<T, float>(), part2.As<T, float>(), part3.As<T, float>());
        Put(a, p[0], p[Half]);
        Put(b, p[1], p[Half + 1]);
        Put(c, p[2], p[Half + 2]);
        Put(d, p[3], p[Half + 3]);
    }

    /// <inheritdoc cref="Scatter"/>
    /// <param name="start">What all lanes have in common.</param>
    /// <param name="index">Each lane's distance from there.</param>
    /// <param name="scale">Bytes from an index to the next.</param>
    [MethodImpl(LaneCode.Called)]
    public static void ScatterIndexed<T>(
        long start, Vector256<int> index, Vector256<T> part0, Vector256<T> part1, Vector256<T> part2, Vector256<T> part3, long scale,
        int bits)
        where T : unmanaged => Scatter(LaneMemory.PointersTo(start, index, scale), part0, part1, part2, part3, bits);

    /// <summary>
    /// The transposition: of the lanes' first, second, third and fourth scalars, what lanes 0 and 4 have, 1 and 5, 2 and 6, 3 and 7, and
    /// the other way round.
    /// </summary>
    [MethodImpl(LaneCode.Hot)]
    private static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Turned(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        Vector256<float> low = Avx.UnpackLow(a, b), high = Avx.UnpackHigh(a, b);
        Vector256<float> lowNext = Avx.UnpackLow(c, d), highNext = Avx.UnpackHigh(c, d);
        return (
            Avx.Shuffle(low, lowNext, Lower), Avx.Shuffle(low, lowNext, Upper),
            Avx.Shuffle(high, highNext, Lower), Avx.Shuffle(high, highNext, Upper));
    }

    [MethodImpl(LaneCode.Called)]
    private static void GatherFrom(long* pointers, float* parts, int bits)
    {
        if (Avx.IsSupported && bits == LaneMemory.All)
        {
            float** p = (float**)pointers;
            var (a, b, c, d) = Turned(Both(p[0], p[Half]), Both(p[1], p[Half + 1]), Both(p[2], p[Half + 2]), Both(p[3], p[Half + 3]));
            a.Store(parts);
            b.Store(parts + VectorPlan.Lanes);
            c.Store(parts + (2 * VectorPlan.Lanes));
            d.Store(parts + (3 * VectorPlan.Lanes));
            return;
        }

        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            bool takesPart = (bits >> lane & 1) != 0;
            for (int k = 0; k < Count; k++)
            {
                ((int*)parts)[(k * VectorPlan.Lanes) + lane] = takesPart ? ((int*)pointers[lane])[k] : 0;
            }
        }
    }

    [MethodImpl(LaneCode.Hot)]
    private static Vector256<float> Both(float* lower, float* upper) => Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));

    [MethodImpl(LaneCode.Hot)]
    private static void Put(Vector256<float> values, float* lower, float* upper)
    {
        values.GetLower().Store(lower);
        values.GetUpper().Store(upper);
    }
}
