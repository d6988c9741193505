using ILGPU.Backends;

namespace ILGPU.Runtime.Cuda;

/// <summary>How host threads wait for the device.</summary>
[Flags]
public enum CudaAcceleratorFlags
{
    ScheduleAuto = 0,
    ScheduleSpin = 1,
    ScheduleYield = 2,
    ScheduleBlockingSync = 4,
}

/// <summary>A GPU with its primary context.</summary>
public sealed unsafe class CudaAccelerator : Accelerator
{
    /// <summary>What pitched allocations align to, in bytes.</summary>
    private const int PitchAlignment = 256;

    private readonly HashSet<CudaAccelerator> _peers = [];

    internal CudaAccelerator(Context context, CudaDevice device, CudaAcceleratorFlags flags)
        : base(context, device)
    {
        if (flags != CudaAcceleratorFlags.ScheduleAuto)
        {
            CudaError set = Driver.DevicePrimaryCtxSetFlags(device.DeviceId, (uint)flags);
            if (set != CudaError.CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE)
            {
                Driver.Check(set, "cuDevicePrimaryCtxSetFlags");
            }
        }

        IntPtr native;
        Driver.Check(Driver.DevicePrimaryCtxRetain(&native, device.DeviceId), "cuDevicePrimaryCtxRetain");
        NativePtr = native;
        try
        {
            CudaArchitecture architecture = Architecture;
            CudaInstructionSet instructions = InstructionSet;
            Target = PtxTarget.ForDevice(architecture.Major * 10 + architecture.Minor, instructions.Major * 10 + instructions.Minor);
            Bind();
            DefaultStream = new CudaStream(this, IntPtr.Zero, responsible: false);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public new CudaDevice Device => (CudaDevice)base.Device;

    public int DeviceId => Device.DeviceId;

    public CudaDriverVersion DriverVersion => Device.DriverVersion;

    public CudaArchitecture Architecture => Device.Architecture!.Value;

    public CudaInstructionSet InstructionSet => Device.InstructionSet!.Value;

    public new CudaCapabilityContext Capabilities => Device.Capabilities;

    public int ClockRate => Device.ClockRate;

    public int MemoryClockRate => Device.MemoryClockRate;

    public int MemoryBusWidth => Device.MemoryBusWidth;

    public int L2CacheSize => Device.L2CacheSize;

    public int MaxSharedMemoryPerMultiprocessor => Device.MaxSharedMemoryPerMultiprocessor;

    public int TotalNumRegistersPerMultiprocessor => Device.TotalNumRegistersPerMultiprocessor;

    public int TotalNumRegistersPerGroup => Device.TotalNumRegistersPerGroup;

    public int NumConcurrentCopyEngines => Device.NumConcurrentCopyEngines;

    public bool HasECCSupport => Device.HasECCSupport;

    public bool SupportsMappingHostMemory => Device.SupportsMappingHostMemory;

    public int PCIDomainId => Device.PCIDomainId;

    public int PCIBusId => Device.PCIBusId;

    public int PCIDeviceId => Device.PCIDeviceId;

    public string NVMLPCIBusId => Device.NVMLPCIBusId;

    internal override KernelTarget Target { get; }

    internal CudaApi Driver => Device.Driver;

    internal override int SharedMemoryLimit => Math.Max(Device.MaxDynamicSharedMemoryPerGroup, MaxSharedMemoryPerGroup);

    /// <summary>The free device memory in bytes.</summary>
    public long GetFreeMemory()
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        nuint free;
        nuint total;
        Driver.Check(Driver.MemGetInfo(&free, &total), "cuMemGetInfo");
        return (long)free;
    }

    public CudaStream CreateStream(StreamFlags flag)
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        return new(this, flag);
    }

    /// <summary>A stream over an existing CUDA stream.</summary>
    /// <param name="ptr">The stream.</param>
    /// <param name="responsible">Whether the result destroys it.</param>
    public CudaStream CreateStream(IntPtr ptr, bool responsible) => new(this, ptr, responsible);

    /// <inheritdoc/>
    public override CudaEvent CreateEvent()
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        return new(this);
    }

    public MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DPitchedX<T>(LongIndex2D extent)
        where T : unmanaged => Allocate2DPitchedX<T>(extent, PitchAlignment);

    public MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DPitchedY<T>(LongIndex2D extent)
        where T : unmanaged => Allocate2DPitchedY<T>(extent, PitchAlignment);

    /// <summary>
    /// Memory of the driver's pool, allocated and freed in the order of a stream, without waiting for the device. An addition to ILGPU's
    /// API.
    /// </summary>
    /// <exception cref="CapabilityNotSupportedException">The device or driver has no memory pools.</exception>
    public MemoryBuffer AllocateRaw(CudaStream stream, long length, int elementSize)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        if (!Capabilities.MemoryPools)
        {
            throw new CapabilityNotSupportedException($"{this} has no stream-ordered memory pools.");
        }

        using ScopedAcceleratorBinding binding = BindScoped();
        return new CudaMemoryBuffer(this, length, elementSize, stream);
    }

    public override bool CanAccessPeer(Accelerator otherAccelerator)
    {
        if (otherAccelerator is not CudaAccelerator other)
        {
            return false;
        }

        int can;
        Driver.Check(Driver.DeviceCanAccessPeer(&can, DeviceId, other.DeviceId), "cuDeviceCanAccessPeer");
        return can != 0;
    }

    public override bool HasPeerAccess(Accelerator otherAccelerator) =>
        otherAccelerator is CudaAccelerator other && (other.NativePtr == NativePtr || _peers.Contains(other));

    public override bool EnablePeerAccess(Accelerator otherAccelerator)
    {
        if (HasPeerAccess(otherAccelerator))
        {
            return true;
        }

        if (!CanAccessPeer(otherAccelerator))
        {
            return false;
        }

        using ScopedAcceleratorBinding binding = BindScoped();
        CudaError status = Driver.CtxEnablePeerAccess(otherAccelerator.NativePtr, 0);
        if (status != CudaError.CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED)
        {
            Driver.Check(status, "cuCtxEnablePeerAccess");
        }

        _peers.Add((CudaAccelerator)otherAccelerator);
        return true;
    }

    public override void DisablePeerAccess(Accelerator otherAccelerator)
    {
        if (otherAccelerator is not CudaAccelerator other || !_peers.Remove(other))
        {
            return;
        }

        using ScopedAcceleratorBinding binding = BindScoped();
        Driver.Check(Driver.CtxDisablePeerAccess(other.NativePtr), "cuCtxDisablePeerAccess");
    }

    protected override void OnBind() => Driver.Check(Driver.CtxSetCurrent(NativePtr), "cuCtxSetCurrent");

    protected override void SynchronizeCore() => Driver.Check(Driver.CtxSynchronize(), "cuCtxSynchronize");

    protected override AcceleratorStream CreateStreamCore() => new CudaStream(this, StreamFlags.CU_STREAM_NON_BLOCKING);

    protected override MemoryBuffer AllocateRawCore(long length, int elementSize) =>
        new CudaMemoryBuffer(this, length, elementSize, owner: null);

    protected override PageLockScope<T> CreatePageLockCore<T>(IntPtr pinned, long numElements) =>
        new CudaPageLockScope<T>(this, pinned, numElements);

    private protected override Kernel CreateKernel(CompiledKernel compiled) => new CudaKernel(this, compiled);

    /// <summary>The multiple of the warp size that keeps the most threads resident; the smaller one on a tie.</summary>
    private protected override (int GroupSize, int MinGridSize) SuggestGroupSize(
        Kernel kernel, Func<int, int> dynamicSharedMemoryInBytes, int maxGroupSize)
    {
        int best = Math.Min(WarpSize, maxGroupSize);
        int bestGroups = 0;
        for (int size = best; size <= maxGroupSize; size += WarpSize)
        {
            int groups = MaxActiveGroupsCore(kernel, size, dynamicSharedMemoryInBytes(size));
            if ((long)groups * size > (long)bestGroups * best)
            {
                (best, bestGroups) = (size, groups);
            }
        }

        return (best, Math.Max(bestGroups, 1) * NumMultiprocessors);
    }

    private protected override int MaxActiveGroupsCore(Kernel kernel, int groupSize, int dynamicSharedMemorySizeInBytes)
    {
        int groups;
        Driver.Check(
            Driver.OccupancyMaxActiveBlocks(&groups, ((CudaKernel)kernel).Function, groupSize, (nuint)dynamicSharedMemorySizeInBytes),
            "cuOccupancyMaxActiveBlocksPerMultiprocessor");
        return groups;
    }

    private protected override void DisposeAccelerator() =>
        Driver.Release(Driver.DevicePrimaryCtxRelease(DeviceId), "cuDevicePrimaryCtxRelease");
}
