using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.KernelsTests.Ilgpu.Vectors;

/// <summary>Kernels whose threads work together as groups and warps.</summary>
internal static partial class LaneKernels
{
    /// <summary>What threads of a group share in <see cref="Tiles"/>.</summary>
    private const int Tile = 64;

    /// <summary>Kernels of groups.</summary>
    public static readonly Action<ArrayView<int>, ArrayView<int>>[] OfGroups =
        [Tiles, BarrierInLoop, Votes, Shuffles, EarlyLeavers, SharedHistogram, Quads, ScatteredQuads, TurnedQuads, QuadsByPointer,
            Folded, PartsOfAGroup, PreparedLoop];

    /// <summary>One thread prepares what all read in the kernel's last loop, which nobody leaves but to the end.</summary>
    public static void PreparedLoop(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(1);
        if (Group.IdxX == 0)
        {
            shared[0] = source[Grid.IdxX] > 50 ? 3 : 5;
            if (Grid.IdxX > 1)
            {
                shared[0] += source[0];
            }
        }

        Group.Barrier();
        int factor = shared[0], end = (Grid.IdxX + 1) * Group.DimX;
        for (int i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < end; i += Group.DimX)
        {
            target[i] = source[i] % 2 == 0 ? source[i] * factor : i;
        }
    }

    public static void Tiles(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> tile = SharedMemory.Allocate<int>(Tile);
        int sum = 0;
        for (int start = 0; start < source.IntLength; start += Tile)
        {
            int from = start + Group.IdxX;
            tile[Group.IdxX] = from < source.IntLength && Group.IdxX < Tile ? source[from] : 0;
            Group.Barrier();
            for (int k = 0; k < Tile; k++)
            {
                sum = (sum * 3) + tile[(k + Group.IdxX) % Tile];
            }

            Group.Barrier();
        }

        target[Grid.GlobalIndex.X] = sum;
    }

    public static void BarrierInLoop(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(Tile);
        shared[Group.IdxX] = source[Grid.GlobalIndex.X];
        Group.Barrier();
        for (int step = Group.DimX / 2; step > 0; step /= 2)
        {
            if (Group.IdxX < step)
            {
                shared[Group.IdxX] += shared[Group.IdxX + step];
            }

            Group.Barrier();
        }

        target[Grid.GlobalIndex.X] = shared[0] + Group.IdxX;
    }

    public static void Votes(ArrayView<int> source, ArrayView<int> target)
    {
        int value = source[Grid.GlobalIndex.X];
        int even = Group.BarrierPopCount(value % 2 == 0);
        int all = Group.BarrierAnd(value >= 0) ? 1000 : 0;
        int any = Group.BarrierOr(value == 63) ? 10000 : 0;
        target[Grid.GlobalIndex.X] = even + all + any;
    }

    public static void Shuffles(ArrayView<int> source, ArrayView<int> target)
    {
        int value = source[Grid.GlobalIndex.X];
        for (int delta = Warp.WarpSize / 2; delta > 0; delta /= 2)
        {
            value += Warp.ShuffleXor(value, delta);
        }

        float other = Warp.ShuffleDown(value * 0.5f, 3, 8);
        long third = Warp.Shuffle((long)value << 32 | (uint)Group.IdxX, (Group.IdxX * 5) % Warp.WarpSize);
        target[Grid.GlobalIndex.X] = value + (int)other + (int)third + (int)(third >> 32) + Warp.LaneIdx;
    }

    /// <summary>Threads that return before the others meet: nobody waits for them without a barrier.</summary>
    public static void EarlyLeavers(ArrayView<int> source, ArrayView<int> target)
    {
        int i = Grid.GlobalIndex.X;
        if (Group.IdxX >= 37)
        {
            return;
        }

        int sum = 0;
        for (int k = 0; k < 10; k++)
        {
            sum += source[(i + k) % (int)source.Length] * k;
        }

        target[i] = sum;
    }

    public static void SharedHistogram(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> counts = SharedMemory.Allocate<int>(Tile);
        counts[Group.IdxX] = 0;
        Group.Barrier();
        Atomic.Add(ref counts[source[Grid.GlobalIndex.X] % 16], 1);
        Group.Barrier();
        target[Grid.GlobalIndex.X] = counts[Group.IdxX];
    }

    /// <summary>Threads that part between batches, at multiples of eight, and once within one.</summary>
    public static void PartsOfAGroup(ArrayView<int> source, ArrayView<int> target)
    {
        int i = Grid.GlobalIndex.X, value = source[i];
        for (int k = 0; k < value % 5; k++)
        {
            if (Group.IdxX < 16)
            {
                target[i] = (target[i] * 3) + k;
            }

            if (Group.IdxX >= 40)
            {
                target[i] ^= value << k;
            }

            if ((uint)Group.IdxX - 8u < 24u)
            {
                target[i] -= 7 * k;
            }

            if (Group.IdxX < 21)
            {
                target[i] = ~target[i];
            }
        }

        if (24 > Group.IdxX)
        {
            target[i] += source[i ^ 1];
        }

        if (48 <= Group.IdxX)
        {
            target[i] += source[i ^ 2];
        }
    }

    /// <summary>
    /// A plane of 16 columns in a row of threads: what is left of a position is the same in all lanes, or goes on from each to the next.
    /// </summary>
    public static void Folded(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> plane = SharedMemory.Allocate<int>(Tile);
        int x = Group.IdxX % 16, y = Group.IdxX / 16;
        plane[(x * (Tile / 16)) + y] = source[Grid.GlobalIndex.X];
        Group.Barrier();
        int sum = 0;
        for (int k = 0; k < Tile / 16; k++)
        {
            sum = (sum * 5) + (plane[(y * 16) + (k * 2)] ^ plane[(k * 16) + x]) + plane[(Group.IdxX & 4) + k];
        }

        target[Grid.GlobalIndex.X] = sum + ((Group.IdxX | 64) * 3) + (Group.IdxX ^ 7);
    }

    /// <summary>An element for each thread of a plane.</summary>
    public static void Plane(ArrayView<int> source, ArrayView<int> target)
    {
        int x = Grid.GlobalIndex.X, y = Grid.GlobalIndex.Y;
        int width = Grid.DimX * Group.DimX;
        int value = source[(y * width) + x] + (Group.IdxX * 100) + (Group.IdxY * 1000) + Grid.IdxY;
        target[(y * width) + x] = x > y ? value : -value;
    }
}
