namespace ILGPU.Runtime;

/// <summary>What drives an accelerator.</summary>
public enum AcceleratorType
{
    CPU,
    Cuda,
    OpenCL,
}

/// <summary>What a device can do beyond the common ground.</summary>
public class CapabilityContext
{
    /// <summary>Whether kernels may store and convert half-precision numbers natively.</summary>
    public bool Float16 { get; init; }

    /// <summary>Whether kernels may use double precision.</summary>
    public bool Float64 { get; init; }
}

/// <summary>The limits of a device.</summary>
public interface IDevice
{
    string Name { get; }

    /// <summary>The device memory in bytes.</summary>
    long MemorySize { get; }

    /// <summary>The largest number of groups per dimension.</summary>
    Index3D MaxGridSize { get; }

    /// <summary>The largest number of threads of a group per dimension.</summary>
    Index3D MaxGroupSize { get; }

    int MaxNumThreadsPerGroup { get; }

    /// <summary>In bytes.</summary>
    int MaxSharedMemoryPerGroup { get; }

    /// <summary>In bytes.</summary>
    int MaxConstantMemory { get; }

    int WarpSize { get; }

    int NumMultiprocessors { get; }

    int MaxNumThreadsPerMultiprocessor { get; }

    /// <summary>The number of threads that can be resident at once.</summary>
    int MaxNumThreads { get; }

    CapabilityContext Capabilities { get; }

    void PrintInformation(TextWriter writer);
}

/// <summary>Opens accelerators.</summary>
public interface IAcceleratorBuilder
{
    AcceleratorType AcceleratorType { get; }

    Accelerator CreateAccelerator(Context context);
}

/// <summary>A device that accelerators can be opened on.</summary>
public abstract class Device : IDevice, IAcceleratorBuilder
{
    public string Name { get; protected set; } = "<unnamed>";

    public long MemorySize { get; protected set; }

    public Index3D MaxGridSize { get; protected set; }

    public Index3D MaxGroupSize { get; protected set; }

    public int MaxNumThreadsPerGroup { get; protected set; }

    public int MaxSharedMemoryPerGroup { get; protected set; }

    public int MaxConstantMemory { get; protected set; }

    public int WarpSize { get; protected set; }

    public int NumMultiprocessors { get; protected set; }

    public int MaxNumThreadsPerMultiprocessor { get; protected set; }

    public int MaxNumThreads => MaxNumThreadsPerMultiprocessor * NumMultiprocessors;

    public CapabilityContext Capabilities { get; protected set; } = new();

    public abstract AcceleratorType AcceleratorType { get; }

    public abstract Accelerator CreateAccelerator(Context context);

    public void PrintInformation(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine($"Device: {Name}");
        writer.WriteLine($"  Accelerator type:                 {AcceleratorType}");
        PrintHeader(writer);
        PrintGeneralInfo(writer);
    }

    public override bool Equals(object? obj) => obj is Device other && AcceleratorType == other.AcceleratorType && Name == other.Name;

    public override int GetHashCode() => HashCode.Combine(AcceleratorType, Name);

    public override string ToString() => $"{Name} [{AcceleratorType}]";

    /// <summary>Prints what only this kind of device has.</summary>
    protected virtual void PrintHeader(TextWriter writer)
    {
    }

    /// <summary>Prints what every device has.</summary>
    protected virtual void PrintGeneralInfo(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine($"  Memory size:                      {MemorySize} bytes");
        writer.WriteLine($"  Max grid size:                    {MaxGridSize}");
        writer.WriteLine($"  Max group size:                   {MaxGroupSize}");
        writer.WriteLine($"  Max threads per group:            {MaxNumThreadsPerGroup}");
        writer.WriteLine($"  Max shared memory per group:      {MaxSharedMemoryPerGroup} bytes");
        writer.WriteLine($"  Max constant memory:              {MaxConstantMemory} bytes");
        writer.WriteLine($"  Warp size:                        {WarpSize}");
        writer.WriteLine($"  Multiprocessors:                  {NumMultiprocessors}");
        writer.WriteLine($"  Max threads per multiprocessor:   {MaxNumThreadsPerMultiprocessor}");
    }
}

public static class DeviceExtensions
{
    /// <summary>Prints the device's limits to the console.</summary>
    public static void PrintInformation(this IDevice device) => device.PrintInformation(Console.Out);
}
