namespace ILGPU.Runtime;

/// <content>Group sizes and occupancy.</content>
public abstract partial class Accelerator
{
    /// <summary>The group size at which the kernel fills the device best.</summary>
    public int EstimateGroupSize(Kernel kernel) => EstimateGroupSize(kernel, out _);

    /// <inheritdoc cref="EstimateGroupSize(Kernel)"/>
    /// <param name="kernel">A kernel of this accelerator.</param>
    /// <param name="minGridSize">The number of such groups that fill the device.</param>
    public int EstimateGroupSize(Kernel kernel, out int minGridSize) => EstimateGroupSize(kernel, 0, out minGridSize);

    /// <inheritdoc cref="EstimateGroupSize(Kernel, out int)"/>
    public int EstimateGroupSize(Kernel kernel, int dynamicSharedMemorySizeInBytes, out int minGridSize) =>
        EstimateGroupSize(kernel, dynamicSharedMemorySizeInBytes, MaxNumThreadsPerGroup, out minGridSize);

    /// <inheritdoc cref="EstimateGroupSize(Kernel, out int)"/>
    public int EstimateGroupSize(Kernel kernel, int dynamicSharedMemorySizeInBytes, int maxGroupSize, out int minGridSize) =>
        EstimateGroupSize(kernel, _ => dynamicSharedMemorySizeInBytes, maxGroupSize, out minGridSize);

    /// <inheritdoc cref="EstimateGroupSize(Kernel, out int)"/>
    public int EstimateGroupSize(Kernel kernel, Func<int, int> computeSharedMemorySize, out int minGridSize) =>
        EstimateGroupSize(kernel, computeSharedMemorySize, MaxNumThreadsPerGroup, out minGridSize);

    /// <inheritdoc cref="EstimateGroupSize(Kernel, out int)"/>
    public int EstimateGroupSize(Kernel kernel, Func<int, int> computeSharedMemorySize, int maxGroupSize, out int minGridSize)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(computeSharedMemorySize);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxGroupSize, 1);
        int limit = Math.Min(maxGroupSize, kernel.Specialization.MaxNumThreadsPerGroup ?? MaxNumThreadsPerGroup);
        using ScopedAcceleratorBinding binding = BindScoped();
        (int groupSize, minGridSize) = SuggestGroupSize(kernel, computeSharedMemorySize, limit);
        return groupSize;
    }

    /// <summary>How many groups of the given size a multiprocessor holds at once.</summary>
    public int EstimateMaxActiveGroupsPerMultiprocessor(Kernel kernel, int groupSize) =>
        EstimateMaxActiveGroupsPerMultiprocessor(kernel, groupSize, 0);

    /// <inheritdoc cref="EstimateMaxActiveGroupsPerMultiprocessor(Kernel, int)"/>
    public int EstimateMaxActiveGroupsPerMultiprocessor<TIndex>(Kernel kernel, TIndex groupDim)
        where TIndex : struct, IIndex => EstimateMaxActiveGroupsPerMultiprocessor(kernel, checked((int)groupDim.Size));

    /// <inheritdoc cref="EstimateMaxActiveGroupsPerMultiprocessor(Kernel, int)"/>
    public int EstimateMaxActiveGroupsPerMultiprocessor(Kernel kernel, int groupSize, int dynamicSharedMemorySizeInBytes)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 1);
        using ScopedAcceleratorBinding binding = BindScoped();
        return MaxActiveGroupsCore(kernel, groupSize, dynamicSharedMemorySizeInBytes);
    }

    /// <summary>The share of a multiprocessor's threads that groups of the given size keep busy, 0 to 1.</summary>
    public float EstimateOccupancyPerMultiprocessor(Kernel kernel, int groupSize) =>
        EstimateOccupancyPerMultiprocessor(kernel, groupSize, 0);

    /// <inheritdoc cref="EstimateOccupancyPerMultiprocessor(Kernel, int)"/>
    public float EstimateOccupancyPerMultiprocessor<TIndex>(Kernel kernel, TIndex groupDim)
        where TIndex : struct, IIndex => EstimateOccupancyPerMultiprocessor(kernel, checked((int)groupDim.Size));

    /// <inheritdoc cref="EstimateOccupancyPerMultiprocessor(Kernel, int)"/>
    public float EstimateOccupancyPerMultiprocessor(Kernel kernel, int groupSize, int dynamicSharedMemorySizeInBytes) =>
        (float)EstimateMaxActiveGroupsPerMultiprocessor(kernel, groupSize, dynamicSharedMemorySizeInBytes) * groupSize
        / MaxNumThreadsPerMultiprocessor;

    /// <summary>How many groups a multiprocessor holds, by threads and shared memory where the driver does not know better.</summary>
    private protected virtual int MaxActiveGroupsCore(Kernel kernel, int groupSize, int dynamicSharedMemorySizeInBytes)
    {
        int byThreads = MaxNumThreadsPerMultiprocessor / groupSize;
        int shared = kernel.Image.StaticSharedBytes + dynamicSharedMemorySizeInBytes;
        return shared == 0 ? byThreads : Math.Min(byThreads, MaxSharedMemoryPerGroup / shared);
    }
}
