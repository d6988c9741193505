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

    /// <summary>Why devices of the machine's driver were left out when they were listed last; empty if none was.</summary>
    internal static string Omission { get; private set; } = string.Empty;

    /// <summary>Adds the devices of a driver other than the machine's.</summary>
    internal static Context.Builder Cuda(this Context.Builder builder, CudaApi driver)
    {
        builder.Devices.AddRange(DevicesOf(driver));
        return builder;
    }

    private static List<CudaDevice> FindDevices()
    {
        if (!Environment.Is64BitProcess)
        {
            throw new NotSupportedException("CUDA needs a 64-bit process.");
        }

        if (CudaApi.Installed is not { } driver)
        {
            return [];
        }

        return DevicesOf(driver);
    }

    /// <summary>The devices that say what they are; a broken one must not hide the others.</summary>
    private static List<CudaDevice> DevicesOf(CudaApi driver)
    {
        var devices = new List<CudaDevice>();
        Omission = string.Empty;
        try
        {
            int count;
            driver.Check(driver.DeviceGetCount(&count), "cuDeviceGetCount");
            for (int ordinal = 0; ordinal < count; ordinal++)
            {
                AddDevice(driver, ordinal, devices);
            }
        }
        catch (CudaException exception)
        {
            Omit(exception);
        }

        return devices;
    }

    private static void AddDevice(CudaApi driver, int ordinal, List<CudaDevice> devices)
    {
        try
        {
            int device;
            driver.Check(driver.DeviceGet(&device, ordinal), "cuDeviceGet");
            devices.Add(new CudaDevice(driver, device));
        }
        catch (CudaException exception)
        {
            Omit(exception);
        }
    }

    private static void Omit(CudaException exception)
    {
        Omission = exception.Message;
        Trace.WriteLine($"A CUDA device was left out: {exception.Message}");
    }
}
