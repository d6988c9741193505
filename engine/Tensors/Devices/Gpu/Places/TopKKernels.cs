using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.Places;

/// <summary>Indices of the top k elements along the middle dimension of [Outer, Extent, Inner].</summary>
internal static class TopKKernels
{
    /// <summary>A thread for each element, which counts the elements that precede it: its rank.</summary>
    public static void ByRank(ArrayView<float> x, ArrayView<float> places, TopKGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= x.IntLength)
        {
            return;
        }

        var row = index / g.Inner;
        var inner = index - (row * g.Inner);
        var outer = row / g.Extent;
        var place = row - (outer * g.Extent);
        var line = (outer * g.Extent * g.Inner) + inner;
        var own = g.Sign * x[index];
        var rank = 0;
        for (var k = 0; k < g.Extent && rank < g.Count; k++)
        {
            if (Precedes(g.Sign * x[line + (k * g.Inner)], k, own, place, g.NanFirst))
            {
                rank++;
            }
        }

        if (rank < g.Count)
        {
            places[(((outer * g.Count) + rank) * g.Inner) + inner] = place;
        }
    }

    /// <summary>Argmax, a group for each line: each thread's best element, then a tree over the threads.</summary>
    public static void First(ArrayView<float> x, ArrayView<float> places, TopKGeometry g)
    {
        var numbers = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        var holders = SharedMemory.Allocate<int>(GroupTree.MaxThreads);
        var outer = Grid.IdxX / g.Inner;
        var line = (outer * g.Extent * g.Inner) + (Grid.IdxX - (outer * g.Inner));
        var thread = Group.IdxX;

        // A thread without elements takes element 0, which does not change the result.
        var place = thread < g.Extent ? thread : 0;
        var best = g.Sign * x[line + (place * g.Inner)];
        for (var k = thread + Group.DimX; k < g.Extent; k += Group.DimX)
        {
            var number = g.Sign * x[line + (k * g.Inner)];
            if (Precedes(number, k, best, place, g.NanFirst))
            {
                (best, place) = (number, k);
            }
        }

        numbers[thread] = best;
        holders[thread] = place;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (thread < half
                && Precedes(numbers[thread + half], holders[thread + half], numbers[thread], holders[thread], g.NanFirst))
            {
                numbers[thread] = numbers[thread + half];
                holders[thread] = holders[thread + half];
            }

            Group.Barrier();
        }

        if (thread == 0)
        {
            places[Grid.IdxX] = holders[0];
        }
    }

    /// <summary>NaN first or last, then the larger, then the earlier.</summary>
    private static bool Precedes(float a, int placeOfA, float b, int placeOfB, int nanFirst)
    {
        if (float.IsNaN(a) != float.IsNaN(b))
        {
            return float.IsNaN(a) == (nanFirst != 0);
        }

        return a > b || (!(a < b) && placeOfA < placeOfB);
    }
}
