namespace ILGPU.Runtime;

/// <summary>What a launch configuration must satisfy.</summary>
internal static class LaunchRules
{
    /// <exception cref="ArgumentOutOfRangeException">The grid or the group is empty or above the device's limits.</exception>
    /// <exception cref="InvalidOperationException">
    /// Dynamic shared memory is requested for a kernel that reads none, or more than there is.
    /// </exception>
    public static void Demand(Kernel kernel, in KernelConfig config)
    {
        ObjectDisposedException.ThrowIf(kernel.IsDisposed, kernel);
        Accelerator accelerator = kernel.Accelerator;
        Index3D grid = config.GridDim;
        Index3D group = config.GroupDim;
        if (grid.X < 1 || grid.Y < 1 || grid.Z < 1)
        {
            throw new ArgumentOutOfRangeException(
                "gridDim", $"Invalid grid dimension: {grid} for '{kernel.Name}'; every component must be at least 1.");
        }

        if (group.X < 1 || group.Y < 1 || group.Z < 1)
        {
            throw new ArgumentOutOfRangeException(
                "groupDim", $"Invalid group dimension: {group} for '{kernel.Name}'; every component must be at least 1.");
        }

        if (!grid.InBoundsInclusive(accelerator.MaxGridSize))
        {
            throw new ArgumentOutOfRangeException(
                "gridDim", $"The grid dimension {grid} of '{kernel.Name}' exceeds the device's {accelerator.MaxGridSize}.");
        }

        int limit = kernel.Specialization.MaxNumThreadsPerGroup ?? accelerator.MaxNumThreadsPerGroup;
        if (!group.InBoundsInclusive(accelerator.MaxGroupSize) || group.LongSize > limit)
        {
            throw new ArgumentOutOfRangeException(
                "groupDim",
                $"The group dimension {group} of '{kernel.Name}' exceeds the device's {accelerator.MaxGroupSize} or the limit of {limit} " +
                    "threads.");
        }

        DemandSharedMemory(kernel, config.SharedMemoryConfig);
    }

    private static void DemandSharedMemory(Kernel kernel, SharedMemoryConfig request)
    {
        if (request.UsesDynamicSharedMemory && !kernel.Image.UsesDynamicShared)
        {
            throw new InvalidOperationException($"The launch requests dynamic shared memory, but the kernel '{kernel.Name}' reads none.");
        }

        long bytes = (long)request.NumElements * request.ElementSize + kernel.Image.StaticSharedBytes;
        if (bytes > kernel.Accelerator.SharedMemoryLimit)
        {
            throw new InvalidOperationException($"The launch of '{kernel.Name}' needs {bytes} bytes of shared memory per group; the " +
                $"device has {kernel.Accelerator.SharedMemoryLimit}.");
        }
    }
}
