using System.Collections.Immutable;

namespace ILGPU.Runtime.CPU;

/// <summary>The devices that the simulator can pass for.</summary>
public enum CPUDeviceKind
{
    Default,
    Nvidia,
    AMD,
    LegacyAMD,
    Intel,
}

/// <summary>A simulated device: warps of some width, some warps per multiprocessor, some multiprocessors.</summary>
public sealed class CPUDevice : Device
{
    /// <summary>4 threads a warp, 4 warps a multiprocessor: groups of up to 16 threads.</summary>
    public static readonly CPUDevice Default = new(4, 4, 1, "CPU simulator");

    /// <summary>32 threads a warp: groups of up to 1024 threads.</summary>
    public static readonly CPUDevice Nvidia = new(32, 32, 1, "CPU simulator (NVIDIA geometry)");

    /// <summary>32 threads a warp: groups of up to 256 threads.</summary>
    public static readonly CPUDevice AMD = new(32, 8, 1, "CPU simulator (AMD geometry)");

    /// <summary>64 threads a warp: groups of up to 256 threads.</summary>
    public static readonly CPUDevice LegacyAMD = new(64, 4, 1, "CPU simulator (legacy AMD geometry)");

    /// <summary>16 threads a warp: groups of up to 128 threads.</summary>
    public static readonly CPUDevice Intel = new(16, 8, 1, "CPU simulator (Intel geometry)");

    public static readonly ImmutableArray<CPUDevice> All = [Default, Nvidia, AMD, LegacyAMD, Intel];

    /// <summary>The largest group that can be simulated.</summary>
    private const int MaxThreads = 2048;

    /// <exception cref="ArgumentOutOfRangeException">
    /// An argument is below 1, the warp has more than 64 threads or no power of two, or the multiprocessor has more than 2048 threads.
    /// </exception>
    public CPUDevice(int numThreadsPerWarp, int numWarpsPerMultiprocessor, int numMultiprocessors)
        : this(
            numThreadsPerWarp, numWarpsPerMultiprocessor, numMultiprocessors,
            $"CPU simulator ({numThreadsPerWarp}×{numWarpsPerMultiprocessor}×{numMultiprocessors})")
    {
    }

    private CPUDevice(int numThreadsPerWarp, int numWarpsPerMultiprocessor, int numMultiprocessors, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numThreadsPerWarp, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(numWarpsPerMultiprocessor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(numMultiprocessors, 1);
        if (numThreadsPerWarp > 64 || !int.IsPow2(numThreadsPerWarp))
        {
            throw new ArgumentOutOfRangeException(nameof(numThreadsPerWarp), "A warp has a power of two of threads, at most 64.");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (long)numThreadsPerWarp * numWarpsPerMultiprocessor, MaxThreads, nameof(numWarpsPerMultiprocessor));
        Name = name;
        WarpSize = numThreadsPerWarp;
        NumMultiprocessors = numMultiprocessors;
        MaxNumThreadsPerMultiprocessor = numThreadsPerWarp * numWarpsPerMultiprocessor;
        MaxNumThreadsPerGroup = MaxNumThreadsPerMultiprocessor;
        MaxGroupSize = new Index3D(MaxNumThreadsPerGroup);
        MaxGridSize = new Index3D(int.MaxValue, ushort.MaxValue, ushort.MaxValue);
        MemorySize = long.MaxValue;
        MaxSharedMemoryPerGroup = int.MaxValue;
        MaxConstantMemory = int.MaxValue;
        Capabilities = new() { Float16 = true, Float64 = true };
    }

    public override AcceleratorType AcceleratorType => AcceleratorType.CPU;

    /// <summary>The number of threads of all multiprocessors.</summary>
    public int NumThreads => MaxNumThreads;

    /// <summary>The predefined simulated devices that the predicate accepts.</summary>
    public static ImmutableArray<Device> GetDevices(Predicate<CPUDevice> predicate) => [.. Context.Create().CPU(predicate).Devices];

    public static CPUDevice GetDevice(CPUDeviceKind kind) =>
        kind is >= CPUDeviceKind.Default and <= CPUDeviceKind.Intel
            ? All[(int)kind]
            : throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such CPU device.");

    public override Accelerator CreateAccelerator(Context context) => CreateCPUAccelerator(context);

    public CPUAccelerator CreateCPUAccelerator(Context context) => CreateCPUAccelerator(context, CPUAcceleratorMode.Auto);

    public CPUAccelerator CreateCPUAccelerator(Context context, CPUAcceleratorMode mode) =>
        CreateCPUAccelerator(context, mode, ThreadPriority.Normal);

    public CPUAccelerator CreateCPUAccelerator(Context context, CPUAcceleratorMode mode, ThreadPriority threadPriority)
    {
        ArgumentNullException.ThrowIfNull(context);
        var accelerator = new CPUAccelerator(context, this, mode, threadPriority);
        context.OnAcceleratorCreated(accelerator);
        return accelerator;
    }
}
