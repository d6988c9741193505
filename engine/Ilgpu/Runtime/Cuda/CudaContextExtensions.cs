using System.Diagnostics;

namespace ILGPU.Runtime.Cuda;

/// <summary>Lets a configuration change what kernels for a device are compiled to.</summary>
public sealed class CudaDeviceOverride
{
    internal CudaDeviceOverride(CudaDevice device)
    {
        Device = device;
        InstructionSet = device.InstructionSet;
    }

    public CudaDevice Device { get; }

    /// <summary>The newest PTX version that may be used.</summary>
    public CudaInstructionSet? InstructionSet { get; set; }
}

public static unsafe class CudaContextExtensions
{
    /// <summary>Adds every CUDA device; none where there is no driver.</summary>
    /// <exception cref="NotSupportedException">The process has 32 bits.</exception>
    public static Context.Builder Cuda(this Context.Builder builder) => builder.Cuda(_ => true);

    /// <summary>Adds the CUDA devices that the predicate accepts; none where there is no driver.</summary>
    /// <exception cref="NotSupportedException">The process has 32 bits.</exception>
    public static Context.Builder Cuda(this Context.Builder builder, Predicate<CudaDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        builder.Devices.AddRange(FindDevices().Where(device => predicate(device)));
        return builder;
    }

    /// <summary>Adds every CUDA device as <paramref name="configure"/> changes it; none where there is no driver.</summary>
    /// <exception cref="NotSupportedException">The process has 32 bits.</exception>
    public static Context.Builder Cuda(this Context.Builder builder, Action<CudaDeviceOverride> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        foreach (CudaDevice device in FindDevices())
        {
            var change = new CudaDeviceOverride(device);
            configure(change);
            device.InstructionSet = change.InstructionSet;
            builder.Devices.Add(device);
        }

        return builder;
    }

    public static CudaDevice GetCudaDevice(this Context context, int cudaDeviceIndex) => context.GetDevice<CudaDevice>(cudaDeviceIndex);

    public static Context.DeviceCollection<CudaDevice> GetCudaDevices(this Context context) => context.GetDevices<CudaDevice>();

    public static CudaAccelerator CreateCudaAccelerator(this Context context, int cudaDeviceIndex) =>
        context.GetCudaDevice(cudaDeviceIndex).CreateCudaAccelerator(context);

    public static CudaAccelerator CreateCudaAccelerator(this Context context, int cudaDeviceIndex, CudaAcceleratorFlags acceleratorFlags) =>
        context.GetCudaDevice(cudaDeviceIndex).CreateCudaAccelerator(context, acceleratorFlags);

    /// <summary>Adds the devices of a driver other than the machine's.</summary>
    internal static Context.Builder Cuda(this Context.Builder builder, CudaApi driver)
    {
        builder.Devices.AddRange(DevicesOf(driver));
        return builder;
    }

    private static List<CudaDevice> FindDevices()
    {
        if (!Environment.Is64BitProcess)
            throw new NotSupportedException("CUDA needs a 64-bit process.");
        if (CudaApi.Installed is not { } driver)
            return [];
        try
        {
            return DevicesOf(driver);
        }
        catch (CudaException exception)
        {
            Trace.WriteLine($"The CUDA devices could not be listed: {exception.Message}");
            return [];
        }
    }

    private static List<CudaDevice> DevicesOf(CudaApi driver)
    {
        int count;
        driver.Check(driver.DeviceGetCount(&count), "cuDeviceGetCount");
        var devices = new List<CudaDevice>();
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            int device;
            driver.Check(driver.DeviceGet(&device, ordinal), "cuDeviceGet");
            devices.Add(new CudaDevice(driver, device));
        }

        return devices;
    }
}
