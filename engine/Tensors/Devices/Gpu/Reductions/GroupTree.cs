using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

/// <summary>A reduction over the threads of a group, in a binary tree: the order depends on the group's size alone.</summary>
internal static class GroupTree
{
    /// <summary>The largest group; every group's size is a power of two.</summary>
    public const int MaxThreads = 256;

    /// <summary>Elements of shared memory for the values of all threads.</summary>
    public const int SharedLength = 2 * MaxThreads;

    /// <summary>The joined value of all threads, returned to each of them. All threads of the group must call it.</summary>
    /// <param name="value">the calling thread's value</param>
    /// <param name="shared">shared memory of <see cref="SharedLength"/> elements</param>
    public static Compensated Join<TReducer>(Compensated value, ArrayView<float> shared)
        where TReducer : struct, ICompensatedReducer
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
