namespace ILGPU.Runtime.CPU;

public static class CPUContextExtensions
{
    /// <summary>Adds the default simulated device.</summary>
    public static Context.Builder DefaultCPU(this Context.Builder builder) => builder.CPU(CPUDevice.Default);

    /// <summary>Adds all predefined simulated devices.</summary>
    public static Context.Builder CPU(this Context.Builder builder) => builder.CPU(_ => true);

    public static Context.Builder CPU(this Context.Builder builder, CPUDeviceKind kind) => builder.CPU(CPUDevice.GetDevice(kind));

    public static Context.Builder CPU(this Context.Builder builder, CPUDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        builder.Devices.Add(device);
        return builder;
    }

    /// <summary>Adds the predefined simulated devices that the predicate accepts.</summary>
    public static Context.Builder CPU(this Context.Builder builder, Predicate<CPUDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        builder.Devices.AddRange(CPUDevice.All.Where(device => predicate(device)));
        return builder;
    }

    /// <summary>How the simulator meets races, in buffers and in shared memory. An addition to ILGPU's API.</summary>
    /// <remarks>
    /// Without it <c>ILGPUGAN_RACES</c> decides, as in <c>report</c> or <c>buffers=off,shared=strict</c>; without that, it reports.
    /// </remarks>
    public static Context.Builder Races(this Context.Builder builder, RaceChecks checks) => builder.Races(checks, checks);

    /// <inheritdoc cref="Races(Context.Builder, RaceChecks)"/>
    public static Context.Builder Races(this Context.Builder builder, RaceChecks buffers, RaceChecks shared)
    {
        builder.RaceChecks = (buffers, shared);
        return builder;
    }

    /// <summary>
    /// CPU accelerators run kernels for speed, without the simulator's checks: threads run together in the lanes of vectors, groups on all
    /// cores. Out of bounds, in races and at divergent barriers they do what devices do, which is anything. Where no thread does, results
    /// are the simulator's, bit by bit. An addition to ILGPU's API.
    /// </summary>
    public static Context.Builder Unchecked(this Context.Builder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.RunsUnchecked = true;
        return builder;
    }

    public static CPUDevice GetCPUDevice(this Context context, int cpuDeviceIndex) => context.GetDevice<CPUDevice>(cpuDeviceIndex);

    public static Context.DeviceCollection<CPUDevice> GetCPUDevices(this Context context) => context.GetDevices<CPUDevice>();

    public static CPUAccelerator CreateCPUAccelerator(this Context context, int cpuDeviceIndex) =>
        context.GetCPUDevice(cpuDeviceIndex).CreateCPUAccelerator(context);

    public static CPUAccelerator CreateCPUAccelerator(this Context context, int cpuDeviceIndex, CPUAcceleratorMode mode) =>
        context.GetCPUDevice(cpuDeviceIndex).CreateCPUAccelerator(context, mode);

    public static CPUAccelerator CreateCPUAccelerator(
        this Context context, int cpuDeviceIndex, CPUAcceleratorMode mode, ThreadPriority threadPriority) =>
        context.GetCPUDevice(cpuDeviceIndex).CreateCPUAccelerator(context, mode, threadPriority);
}
