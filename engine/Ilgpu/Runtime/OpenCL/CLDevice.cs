using System.Collections.Immutable;
using ILGPU.Backends;

namespace ILGPU.Runtime.OpenCL;

/// <summary>Who makes a device.</summary>
public enum CLDeviceVendor
{
    AMD,
    Intel,
    Nvidia,
    Other,
}

/// <summary>What kind of processor a device is; OpenCL's own bits.</summary>
[Flags]
public enum CLDeviceType : long
{
    None = 0,
    CL_DEVICE_TYPE_DEFAULT = 1 << 0,
    CL_DEVICE_TYPE_CPU = 1 << 1,
    CL_DEVICE_TYPE_GPU = 1 << 2,
    CL_DEVICE_TYPE_ACCELERATOR = 1 << 3,
    CL_DEVICE_TYPE_CUSTOM = 1 << 4,
}

/// <summary>The OpenCL version of a device.</summary>
public readonly record struct CLDeviceVersion(int Major, int Minor) : IComparable<CLDeviceVersion>
{
    public int CompareTo(CLDeviceVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => $"{Major}.{Minor}";

    public static bool operator <(CLDeviceVersion first, CLDeviceVersion second) => first.CompareTo(second) < 0;

    public static bool operator <=(CLDeviceVersion first, CLDeviceVersion second) => first.CompareTo(second) <= 0;

    public static bool operator >(CLDeviceVersion first, CLDeviceVersion second) => first.CompareTo(second) > 0;

    public static bool operator >=(CLDeviceVersion first, CLDeviceVersion second) => first.CompareTo(second) >= 0;
}

/// <summary>A version of the OpenCL C language.</summary>
public readonly record struct CLCVersion(int Major, int Minor) : IComparable<CLCVersion>
{
    /// <summary>The version that kernels are written in.</summary>
    public static readonly CLCVersion CL12 = new(1, 2);

    public int CompareTo(CLCVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => $"{Major}.{Minor}";

    public static bool operator <(CLCVersion first, CLCVersion second) => first.CompareTo(second) < 0;

    public static bool operator <=(CLCVersion first, CLCVersion second) => first.CompareTo(second) <= 0;

    public static bool operator >(CLCVersion first, CLCVersion second) => first.CompareTo(second) > 0;

    public static bool operator >=(CLCVersion first, CLCVersion second) => first.CompareTo(second) >= 0;
}

/// <summary>What an OpenCL device can do beyond the common ground.</summary>
public sealed class CLCapabilityContext : CapabilityContext
{
    /// <summary>Whether there are 64-bit atomic operations.</summary>
    public bool Int64_Atomics { get; init; }

    /// <summary>Whether a fused multiply-add is as fast as a multiplication.</summary>
    public bool FusedMultiplyAdd { get; init; }

    /// <summary>Whether single-precision division and square root can be correctly rounded.</summary>
    public bool CorrectlyRoundedDivideSqrt { get; init; }
}

/// <summary>A device of an OpenCL platform.</summary>
public sealed class CLDevice : Device
{
    internal CLDevice(IntPtr platformId, IntPtr deviceId)
    {
        PlatformId = platformId;
        DeviceId = deviceId;
        var info = new CLDeviceInfo(platformId, deviceId);
        PlatformName = info.PlatformText(CLQuery.PlatformName);
        VendorName = info.Text(CLQuery.DeviceVendor);
        DriverVersion = info.Text(CLQuery.DriverVersion);
        DeviceType = (CLDeviceType)info.Value<ulong>(CLQuery.DeviceType);
        (int major, int minor) = CLDeviceInfo.ParseVersion(info.Text(CLQuery.DeviceVersion));
        DeviceVersion = new(major, minor);
        (major, minor) = CLDeviceInfo.ParseVersion(info.Text(CLQuery.DeviceOpenCLCVersion));
        CVersion = new(major, minor);
        ClockRate = (int)info.Value<uint>(CLQuery.DeviceMaxClockFrequency);
        Extensions = [.. info.Text(CLQuery.DeviceExtensions).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Name = info.Text(CLQuery.DeviceName);
        MemorySize = (long)info.Value<ulong>(CLQuery.DeviceGlobalMemSize);
        MaxGridSize = new Index3D(int.MaxValue, ushort.MaxValue, ushort.MaxValue);
        MaxNumThreadsPerGroup = (int)info.Value<nuint>(CLQuery.DeviceMaxWorkGroupSize);
        nuint[] groupSizes = info.Values<nuint>(CLQuery.DeviceMaxWorkItemSizes);
        MaxGroupSize = new Index3D((int)groupSizes[0], (int)groupSizes[1], (int)groupSizes[2]);
        MaxSharedMemoryPerGroup = (int)Math.Min(info.Value<ulong>(CLQuery.DeviceLocalMemSize), int.MaxValue);
        MaxConstantMemory = (int)Math.Min(info.Value<ulong>(CLQuery.DeviceMaxConstantBufferSize), int.MaxValue);
        NumMultiprocessors = (int)info.Value<uint>(CLQuery.DeviceMaxComputeUnits);
        MaxNumThreadsPerMultiprocessor = MaxNumThreadsPerGroup;
        WarpSize = 1;
        Shortcoming = ShortcomingOf(info);
        ulong singleConfig = info.Value<ulong>(CLQuery.DeviceSingleFpConfig);
        base.Capabilities = new CLCapabilityContext
        {
            Float16 = HasExtension("cl_khr_fp16"),
            Float64 = HasExtension("cl_khr_fp64"),
            Int64_Atomics = HasExtension("cl_khr_int64_base_atomics") && HasExtension("cl_khr_int64_extended_atomics"),
            FusedMultiplyAdd = (singleConfig & CLQuery.FpFma) != 0,
            CorrectlyRoundedDivideSqrt = (singleConfig & CLQuery.FpCorrectlyRoundedDivideSqrt) != 0,
        };
    }

    public override AcceleratorType AcceleratorType => AcceleratorType.OpenCL;

    public IntPtr PlatformId { get; }

    public IntPtr DeviceId { get; }

    public string PlatformName { get; }

    public string VendorName { get; }

    /// <summary>The driver's own version text.</summary>
    public string DriverVersion { get; }

    public CLDeviceVendor Vendor => VendorName switch
    {
        _ when VendorName.Contains("Advanced Micro Devices") || VendorName.Contains("AMD") => CLDeviceVendor.AMD,
        _ when VendorName.Contains("Intel") => CLDeviceVendor.Intel,
        _ when VendorName.Contains("NVIDIA") => CLDeviceVendor.Nvidia,
        _ => CLDeviceVendor.Other,
    };

    public CLDeviceType DeviceType { get; }

    public CLDeviceVersion DeviceVersion { get; }

    /// <summary>In MHz.</summary>
    public int ClockRate { get; }

    /// <summary>The newest language version the device compiles.</summary>
    public CLCVersion CVersion { get; }

    /// <summary>The language version that kernels are compiled as.</summary>
    public CLCVersion CLStdVersion => CLCVersion.CL12;

    public ImmutableArray<string> Extensions { get; }

    public new CLCapabilityContext Capabilities => (CLCapabilityContext)base.Capabilities;

    /// <summary>Whether the device has a compiler, a little-endian memory and OpenCL 1.2.</summary>
    internal bool IsUsable => Shortcoming.Length == 0;

    /// <summary>What keeps the device from running kernels, as the end of a sentence about it; empty where nothing does.</summary>
    internal string Shortcoming { get; }

    /// <summary>The OpenCL devices that the predicate accepts; none where there is no OpenCL.</summary>
    public static ImmutableArray<Device> GetDevices(Predicate<CLDevice> predicate) => [.. Context.Create().OpenCL(predicate).Devices];

    public bool HasExtension(string extension) => Extensions.Contains(extension);

    public override Accelerator CreateAccelerator(Context context) => CreateCLAccelerator(context);

    public CLAccelerator CreateCLAccelerator(Context context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!IsUsable)
        {
            throw new CapabilityNotSupportedException($"{Name} can't run kernels: it {Shortcoming}.");
        }

        OpenCLSubGroups? subGroups = context.Properties.UsesSubGroups ? DemandSubGroups() : null;
        var accelerator = new CLAccelerator(context, this, subGroups);
        context.OnAcceleratorCreated(accelerator);
        return accelerator;
    }

    private OpenCLSubGroups DemandSubGroups() =>
        CLSubGroups.Of(this, out string why)
            ?? throw new CapabilityNotSupportedException($"{Name} can't run kernels in sub-groups: it {why}.");

    private string ShortcomingOf(CLDeviceInfo info) => DeviceVersion < new CLDeviceVersion(1, 2)
        ? $"has OpenCL {DeviceVersion}, and 1.2 is needed"
        : info.Value<uint>(CLQuery.DeviceAvailable) == 0 ? "is not available, says its driver"
        : info.Value<uint>(CLQuery.DeviceCompilerAvailable) == 0 ? "has no compiler"
        : info.Value<uint>(CLQuery.DeviceEndianLittle) == 0 ? "has a big-endian memory"
        : DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_CUSTOM) ? "runs built-in kernels only"
        : string.Empty;

    protected override void PrintHeader(TextWriter writer)
    {
        writer.WriteLine($"  Platform:                         {PlatformName}");
        writer.WriteLine($"  Vendor:                           {VendorName}");
        writer.WriteLine($"  OpenCL version:                   {DeviceVersion} (driver {DriverVersion})");
        writer.WriteLine($"  Clock rate:                       {ClockRate} MHz");
    }
}
