using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.TileRow;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Collects the lanes of a result from several vectors. Each vector after the first is merged with what was collected before it, by a
/// permutation that keeps the lanes that are right already and adds those that the vector has. For every third number of three vectors:
/// <code>
/// numbers        0 3 6 … 30 33 36 39 42 45      up to 15 of vector 0, up to 31 of vector 1, then of vector 2
/// permutation 1  0 3 6 … 30  –  –  –  –  –      lanes of vector 0 and, from 16 on, of vector 1; – is filled later
/// permutation 2  0 1 2 … 10 17 20 23 26 29      lanes of what is collected and, from 16 on, of vector 2
/// </code>
/// </summary>
internal static unsafe class LaneMerges
{
    /// <summary>The permutations [result][vector − 1][lane] to as many results as there are vectors.</summary>
    /// <param name="source">for a result and a lane of it the number of a vector, and the lane of that vector</param>
    public static int[] Of(int vectors, Func<int, int, (int Vector, int Lane)> source)
    {
        var permutations = GC.AllocateArray<int>(vectors * (vectors - 1) * Width, pinned: true);
        for (var i = 0; i < permutations.Length; i++)
        {
            var (result, added, lane) = (i / Width / (vectors - 1), (i / Width % (vectors - 1)) + 1, i % Width);
            var (vector, from) = source(result, lane);
            permutations[i] = vector == added ? Width + from : vector == 0 && added == 1 ? from : lane;
        }

        return permutations;
    }

    /// <summary>A result of three vectors. Needs <see cref="Avx512F"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Merge(Vector512<float> a, Vector512<float> b, Vector512<float> c, int* permutations, int result)
    {
        permutations += result * 2 * Width;
        return Merge(Merge(a, permutations, b), permutations + Width, c);
    }

    /// <summary>A result of five vectors. Needs <see cref="Avx512F"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Merge(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector512<float> e, int* permutations, int result)
    {
        permutations += result * 4 * Width;
        var three = Merge(Merge(a, permutations, b), permutations + Width, c);
        return Merge(Merge(three, permutations + (2 * Width), d), permutations + (3 * Width), e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Merge(Vector512<float> a, int* permutation, Vector512<float> b) =>
        Avx512F.PermuteVar16x32x2(a, Vector512.Load(permutation), b);
}
