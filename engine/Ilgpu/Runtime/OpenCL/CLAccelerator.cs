using System.Collections.Immutable;
using ILGPU.Backends;

namespace ILGPU.Runtime.OpenCL;

/// <summary>An OpenCL device with its context.</summary>
public sealed unsafe class CLAccelerator : Accelerator
{
    /// <summary>Group sizes beyond this bring nothing on the devices there are.</summary>
    private const int LargestUsefulGroup = 256;

    internal CLAccelerator(Context context, CLDevice device, OpenCLSubGroups? subGroups)
        : base(context, device)
    {
        SubGroups = subGroups;
        IntPtr id = device.DeviceId;
        IntPtr* properties = stackalloc IntPtr[] { 0x1084, device.PlatformId, 0 };
        CLError status;
        NativePtr = CLApi.Current.CreateContext(properties, 1, &id, 0, 0, &status);
        CLException.Check(status, "clCreateContext");
        CLCapabilityContext capabilities = device.Capabilities;
        Target = new OpenCLTarget(
            capabilities.Float64, capabilities.Float16, capabilities.Int64_Atomics) { SubGroups = subGroups };
        Bind();
        try
        {
            DefaultStream = new CLStream(this);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public new CLDevice Device => (CLDevice)base.Device;

    public IntPtr PlatformId => Device.PlatformId;

    public IntPtr DeviceId => Device.DeviceId;

    public string PlatformName => Device.PlatformName;

    public string VendorName => Device.VendorName;

    public CLDeviceVendor Vendor => Device.Vendor;

    public CLDeviceType DeviceType => Device.DeviceType;

    public CLDeviceVersion DeviceVersion => Device.DeviceVersion;

    public int ClockRate => Device.ClockRate;

    public CLCVersion CVersion => Device.CVersion;

    public CLCVersion CLStdVersion => Device.CLStdVersion;

    public ImmutableArray<string> Extensions => Device.Extensions;

    public new CLCapabilityContext Capabilities => Device.Capabilities;

    internal override KernelTarget Target { get; }

    /// <summary>What warps are; null where a warp is one thread.</summary>
    internal OpenCLSubGroups? SubGroups { get; }

    private protected override int LanesOfWarp => SubGroups?.Size ?? base.LanesOfWarp;

    /// <summary>A stream over an existing command queue.</summary>
    /// <param name="ptr">The queue.</param>
    /// <param name="responsible">Whether the stream releases the queue.</param>
    public CLStream CreateStream(IntPtr ptr, bool responsible) => new(this, ptr, responsible);

    /// <inheritdoc/>
    public override CLEvent CreateEvent() => new(this);

    protected override void OnBind()
    {
    }

    /// <summary>Waits for every stream that is alive.</summary>
    protected override void SynchronizeCore() => FinishQueues();

    internal void FinishQueues()
    {
        foreach (CLStream stream in LiveChildren<CLStream>())
        {
            stream.Synchronize();
        }
    }

    protected override AcceleratorStream CreateStreamCore() => new CLStream(this);

    protected override PageLockScope<T> CreatePageLockCore<T>(IntPtr pinned, long numElements) =>
        new CLPinnedScope<T>(this, pinned, numElements);

    protected override MemoryBuffer AllocateRawCore(long length, int elementSize) => new CLMemoryBuffer(this, length, elementSize);

    private protected override Kernel CreateKernel(CompiledKernel compiled) => new CLKernel(this, compiled);

    private protected override (int GroupSize, int MinGridSize) SuggestGroupSize(
        Kernel kernel, Func<int, int> dynamicSharedMemoryInBytes, int maxGroupSize)
    {
        var native = (CLKernel)kernel;
        int limit = Math.Min(maxGroupSize, native.WorkGroupInfo(CLQuery.KernelWorkGroupSize));
        int multiple = Math.Max(native.WorkGroupInfo(CLQuery.KernelPreferredWorkGroupSizeMultiple), 1);
        int groupSize = Math.Min(limit, LargestUsefulGroup);
        if (groupSize > multiple)
        {
            groupSize -= groupSize % multiple;
        }
        while (groupSize > 1 && kernel.Image.StaticSharedBytes + dynamicSharedMemoryInBytes(groupSize) > MaxSharedMemoryPerGroup)
        {
            groupSize = (groupSize + 1) / 2;
        }

        return (groupSize, NumMultiprocessors * Math.Max(MaxNumThreadsPerMultiprocessor / groupSize, 1));
    }

    private protected override void DisposeAccelerator() => CLException.Check(CLApi.Current.ReleaseContext(NativePtr), "clReleaseContext");
}
