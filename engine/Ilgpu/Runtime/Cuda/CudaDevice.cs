using System.Collections.Immutable;
using System.Text;

namespace ILGPU.Runtime.Cuda;

/// <summary>What a CUDA device can do beyond the common ground.</summary>
public sealed class CudaCapabilityContext : CapabilityContext
{
    /// <summary>Whether memory can be allocated and freed in stream order.</summary>
    public bool MemoryPools { get; init; }
}

/// <summary>A GPU of the CUDA driver.</summary>
public sealed unsafe class CudaDevice : Device
{
    private const int NameLength = 256;

    internal CudaDevice(CudaApi driver, int deviceId)
    {
        Driver = driver;
        DeviceId = deviceId;
        byte* text = stackalloc byte[NameLength];
        driver.Check(driver.DeviceGetName(text, NameLength, deviceId), "cuDeviceGetName");
        Name = TextOf(text);
        driver.Check(driver.DeviceGetPCIBusId(text, NameLength, deviceId), "cuDeviceGetPCIBusId");
        NVMLPCIBusId = TextOf(text);
        nuint memory;
        driver.Check(driver.DeviceTotalMem(&memory, deviceId), "cuDeviceTotalMem");
        MemorySize = (long)memory;
        int version;
        driver.Check(driver.DriverGetVersion(&version), "cuDriverGetVersion");
        DriverVersion = CudaDriverVersion.FromValue(version);
        Architecture = new(Attribute(CudaAttribute.ComputeCapabilityMajor), Attribute(CudaAttribute.ComputeCapabilityMinor));
        InstructionSet = CudaInstructionSet.OfDriver(DriverVersion);
        MaxNumThreadsPerGroup = Attribute(CudaAttribute.MaxThreadsPerBlock);
        MaxGroupSize = new Index3D(
            Attribute(CudaAttribute.MaxBlockDimX), Attribute(CudaAttribute.MaxBlockDimY), Attribute(CudaAttribute.MaxBlockDimZ));
        MaxGridSize = new Index3D(
            Attribute(CudaAttribute.MaxGridDimX), Attribute(CudaAttribute.MaxGridDimY), Attribute(CudaAttribute.MaxGridDimZ));
        MaxSharedMemoryPerGroup = Attribute(CudaAttribute.MaxSharedMemoryPerBlock);
        MaxDynamicSharedMemoryPerGroup = Attribute(CudaAttribute.MaxSharedMemoryPerBlockOptIn);
        MaxConstantMemory = Attribute(CudaAttribute.TotalConstantMemory);
        WarpSize = Attribute(CudaAttribute.WarpSize);
        NumMultiprocessors = Attribute(CudaAttribute.MultiprocessorCount);
        MaxNumThreadsPerMultiprocessor = Attribute(CudaAttribute.MaxThreadsPerMultiprocessor);
        base.Capabilities = new CudaCapabilityContext
        {
            Float16 = true,
            Float64 = true,
            MemoryPools = driver.MemAllocAsync is not null && Attribute(CudaAttribute.MemoryPoolsSupported) != 0,
        };
    }

    public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;

    public int DeviceId { get; }

    internal CudaApi Driver { get; }

    public CudaDriverVersion DriverVersion { get; }

    public CudaArchitecture? Architecture { get; }

    /// <summary>The newest PTX version that the driver reads, unless overridden.</summary>
    public CudaInstructionSet? InstructionSet { get; internal set; }

    /// <summary>In kHz.</summary>
    public int ClockRate => Attribute(CudaAttribute.ClockRate);

    /// <summary>In kHz.</summary>
    public int MemoryClockRate => Attribute(CudaAttribute.MemoryClockRate);

    /// <summary>In bits.</summary>
    public int MemoryBusWidth => Attribute(CudaAttribute.GlobalMemoryBusWidth);

    /// <summary>In bytes.</summary>
    public int L2CacheSize => Attribute(CudaAttribute.L2CacheSize);

    /// <summary>In bytes.</summary>
    public int MaxSharedMemoryPerMultiprocessor => Attribute(CudaAttribute.MaxSharedMemoryPerMultiprocessor);

    /// <summary>
    /// What a launch may request with dynamic memory, above <see cref="Device.MaxSharedMemoryPerGroup"/>; in bytes. An addition to ILGPU's
    /// API.
    /// </summary>
    public int MaxDynamicSharedMemoryPerGroup { get; }

    public int TotalNumRegistersPerMultiprocessor => Attribute(CudaAttribute.MaxRegistersPerMultiprocessor);

    public int TotalNumRegistersPerGroup => Attribute(CudaAttribute.MaxRegistersPerBlock);

    public int NumConcurrentCopyEngines => Attribute(CudaAttribute.AsyncEngineCount);

    public bool HasECCSupport => Attribute(CudaAttribute.EccEnabled) != 0;

    public bool SupportsMappingHostMemory => Attribute(CudaAttribute.CanMapHostMemory) != 0;

    public int PCIDomainId => Attribute(CudaAttribute.PciDomainId);

    public int PCIBusId => Attribute(CudaAttribute.PciBusId);

    public int PCIDeviceId => Attribute(CudaAttribute.PciDeviceId);

    public string NVMLPCIBusId { get; }

    public new CudaCapabilityContext Capabilities => (CudaCapabilityContext)base.Capabilities;

    public override Accelerator CreateAccelerator(Context context) => CreateCudaAccelerator(context);

    public CudaAccelerator CreateCudaAccelerator(Context context) => CreateCudaAccelerator(context, CudaAcceleratorFlags.ScheduleAuto);

    public CudaAccelerator CreateCudaAccelerator(Context context, CudaAcceleratorFlags acceleratorFlags)
    {
        ArgumentNullException.ThrowIfNull(context);
        var accelerator = new CudaAccelerator(context, this, acceleratorFlags);
        context.OnAcceleratorCreated(accelerator);
        return accelerator;
    }

    /// <summary>The CUDA devices that the predicate accepts; none where there is no driver.</summary>
    /// <exception cref="NotSupportedException">The process has 32 bits.</exception>
    public static ImmutableArray<Device> GetDevices(Predicate<CudaDevice> predicate) => [.. Context.Create().Cuda(predicate).Devices];

    protected override void PrintHeader(TextWriter writer)
    {
        writer.WriteLine($"  CUDA driver version:              {DriverVersion}");
        writer.WriteLine($"  Architecture:                     {Architecture}");
        writer.WriteLine($"  PTX instruction set:              {InstructionSet}");
        writer.WriteLine($"  Clock rate:                       {ClockRate / 1000} MHz");
        writer.WriteLine($"  Memory clock rate, bus width:     {MemoryClockRate / 1000} MHz, {MemoryBusWidth} bits");
        writer.WriteLine($"  Max dynamic shared memory:        {MaxDynamicSharedMemoryPerGroup} bytes");
    }

    private static string TextOf(byte* text) =>
        Encoding.UTF8.GetString(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    private int Attribute(CudaAttribute attribute)
    {
        int value;
        Driver.Check(Driver.DeviceGetAttribute(&value, (int)attribute, DeviceId), $"cuDeviceGetAttribute({attribute})");
        return value;
    }
}
