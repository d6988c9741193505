using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Vectors;

/// <content>Kernels that access four neighbours at a time.</content>
internal static partial class LaneKernels
{
    /// <summary>Four neighbours a thread, written and read together.</summary>
    public static void Quads(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> all = SharedMemory.Allocate<int>(4 * Tile);
        int own = 4 * Group.IdxX, value = source[Grid.GlobalIndex.X];
        all[own] = value;
        all[own + 1] = value * 3;
        all[own + 2] = ~value;
        all[own + 3] = Group.IdxX;
        Group.Barrier();
        int other = 4 * (Tile - 1 - Group.IdxX);
        int sum = (all[own] ^ (all[own + 1] << 4) ^ (all[own + 2] << 8)) + all[own + 3];
        sum += all[other] + (5 * all[other + 1]) - (7 * all[other + 2]) + (11 * all[other + 3]);
        if (value % 2 == 0)
        {
            sum += all[own + 4 < 4 * Tile ? own + 4 : own];
        }

        target[Grid.GlobalIndex.X] = sum;
    }

    /// <summary>Four neighbours a thread, in an order of their own, and for some of the threads.</summary>
    public static void ScatteredQuads(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> all = SharedMemory.Allocate<int>(4 * Tile);
        int own = 4 * Group.IdxX, value = source[Grid.GlobalIndex.X], place = 4 * (((Group.IdxX * 5) + 3) % Tile);
        all[place] = value;
        all[place + 1] = value * 3;
        all[place + 2] = ~value;
        all[place + 3] = Group.IdxX;
        Group.Barrier();
        int sum = value;
        if (value % 3 != 0)
        {
            sum += all[own] + (3 * all[own + 1]) + (5 * all[own + 2]) + (7 * all[own + 3]);
        }

        Group.Barrier();
        if (value % 2 == 0)
        {
            all[own] = sum;
            all[own + 1] = sum * 3;
            all[own + 2] = ~sum;
            all[own + 3] = value;
        }

        Group.Barrier();
        sum += all[place] ^ (all[place + 1] << 4) ^ (all[place + 2] << 8);
        target[Grid.GlobalIndex.X] = sum + all[place + 3];
    }

    /// <summary>Four neighbours a thread, whose places are sums in one order and in the other.</summary>
    public static void TurnedQuads(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> all = SharedMemory.Allocate<int>(4 * Tile);
        for (int k = 0; k < 4; k++)
        {
            all[(k * Tile) + Group.IdxX] = source[Grid.GlobalIndex.X] * (k + 1);
        }

        Group.Barrier();
        int sum = 0, own = 4 * (Group.IdxX % 8);
        for (int k = 0; k < Group.DimX / 2; k += 5)
        {
            int row = 4 * k;
            sum = (sum * 3) + all[row + own] + (5 * all[own + row + 1]) + (7 * all[own + row + 2]) + (11 * all[row + own + 3]);
        }

        target[Grid.GlobalIndex.X] = sum;
    }

    /// <summary>Four neighbours a thread, from a place of its own on: for all threads, and for some of them.</summary>
    public static void QuadsByPointer(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<Four> all = SharedMemory.Allocate<int>(8 * Tile).Cast<Four>();
        int value = source[Grid.GlobalIndex.X], place = ((Group.IdxX * 5) + 3) % Tile, other = ((Group.IdxX * 7) + 1) % Tile;
        ArrayView<Four> own = all.SubView(place, (2 * Tile) - place), others = all.SubView(other, (2 * Tile) - other);
        own[place % 2 * Tile] = new Four { A = value, B = value * 3, C = ~value, D = Group.IdxX };
        Group.Barrier();
        Four four = others[other % 2 * Tile];
        int sum = four.A + (3 * four.B) + (5 * four.C) + (7 * four.D);
        if (value % 3 != 0)
        {
            Four again = own[place % 2 * Tile];
            sum += again.A ^ (again.B << 4) ^ (again.C << 8) ^ again.D;
        }

        Group.Barrier();
        if (value % 2 == 0)
        {
            own[place % 2 * Tile] = new Four { A = sum, B = sum * 3, C = ~sum, D = value };
        }

        Group.Barrier();
        four = others[other % 2 * Tile];
        target[Grid.GlobalIndex.X] = sum + four.A + (11 * four.B) + (13 * four.C) + (17 * four.D);
    }

    /// <summary>As <see cref="Quads"/>, with a barrier behind a branch that all threads take, which only the data says.</summary>
    public static void QuadsOfSingleThreads(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> all = SharedMemory.Allocate<int>(4 * Tile);
        int own = 4 * Group.IdxX, other = 4 * (Tile - 1 - Group.IdxX), value = source[Grid.GlobalIndex.X];
        all[own] = value;
        all[own + 1] = value * 3;
        all[own + 2] = ~value;
        all[own + 3] = Group.IdxX;
        if (value >= 0)
        {
            Group.Barrier();
            value += all[other] + (5 * all[other + 1]) - (7 * all[other + 2]) + (11 * all[other + 3]);
        }

        target[Grid.GlobalIndex.X] = value;
    }

    /// <summary>Neighbours that are accessed together.</summary>
    private struct Four
    {
        public int A, B, C, D;
    }
}
