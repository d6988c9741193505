using System.Diagnostics;

namespace ILGPU.Runtime.OpenCL;

public static unsafe class CLContextExtensions
{
    private const ulong AllDevices = 0xFFFFFFFF;

    /// <summary>Adds every OpenCL device that can run kernels; none where there is no OpenCL.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder) => builder.OpenCL(device => device.IsUsable);

    /// <summary>Adds the OpenCL devices that the predicate accepts; none where there is no OpenCL.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder, Predicate<CLDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        if (!CLApi.IsPresent)
            return builder;
        try
        {
            builder.Devices.AddRange(FindDevices().Where(device => predicate(device)));
        }
        catch (CLException exception)
        {
            Trace.WriteLine($"The OpenCL devices could not be listed: {exception.Message}");
        }

        return builder;
    }

    public static CLDevice GetCLDevice(this Context context, int clDeviceIndex) => context.GetDevice<CLDevice>(clDeviceIndex);

    public static Context.DeviceCollection<CLDevice> GetCLDevices(this Context context) => context.GetDevices<CLDevice>();

    public static CLAccelerator CreateCLAccelerator(this Context context, int clDeviceIndex) =>
        context.GetCLDevice(clDeviceIndex).CreateCLAccelerator(context);

    private static List<CLDevice> FindDevices()
    {
        CLApi api = CLApi.Current;
        var devices = new List<CLDevice>();
        uint platformCount;
        CLError status = api.GetPlatformIDs(0, null, &platformCount);
        if (status == CLError.CL_PLATFORM_NOT_FOUND_KHR || platformCount == 0)
            return devices;
        CLException.Check(status, "clGetPlatformIDs");
        var platforms = new IntPtr[platformCount];
        fixed (IntPtr* start = platforms)
            CLException.Check(api.GetPlatformIDs(platformCount, start, null), "clGetPlatformIDs");
        foreach (IntPtr platform in platforms)
        {
            uint count;
            status = api.GetDeviceIDs(platform, AllDevices, 0, null, &count);
            if (status == CLError.CL_DEVICE_NOT_FOUND || count == 0)
                continue;
            CLException.Check(status, "clGetDeviceIDs");
            var ids = new IntPtr[count];
            fixed (IntPtr* start = ids)
                CLException.Check(api.GetDeviceIDs(platform, AllDevices, count, start, null), "clGetDeviceIDs");
            devices.AddRange(ids.Select(id => new CLDevice(platform, id)));
        }

        return devices;
    }
}
