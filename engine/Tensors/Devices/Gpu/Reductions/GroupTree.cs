using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

/// <summary>What the threads of a group have, joined in a binary tree: the order of additions depends on the group's size alone.</summary>
internal static class GroupTree
{
    /// <summary>Threads of a group that joins; a power of two, as is every group's size here.</summary>
    public const int MaxThreads = 256;

    /// <summary>Room for the numbers of all threads.</summary>
    public const int SharedLength = 2 * MaxThreads;

    /// <summary>The joined values of all threads, for the first thread. All threads take part.</summary>
    /// <param name="value">the thread's own</param>
    /// <param name="shared">shared memory of <see cref="SharedLength"/> elements</param>
    public static Compensated Join<TReducer>(Compensated value, ArrayView<float> shared)
        where TReducer : struct, IReducer
    {
        var thread = Group.IdxX;
        var high = shared.SubView(0, MaxThreads);
        var low = shared.SubView(MaxThreads, MaxThreads);
        high[thread] = value.High;
        low[thread] = value.Low;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (thread < half)
            {
                var joined =
                    TReducer.Join(new Compensated(high[thread], low[thread]), new Compensated(high[thread + half], low[thread + half]));
                high[thread] = joined.High;
                low[thread] = joined.Low;
            }

            Group.Barrier();
        }

        var result = new Compensated(high[0], low[0]);
        Group.Barrier();
        return result;
    }
}
