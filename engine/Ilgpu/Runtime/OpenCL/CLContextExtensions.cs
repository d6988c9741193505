using System.Diagnostics;

namespace ILGPU.Runtime.OpenCL;

public static unsafe class CLContextExtensions
{
    private const ulong AllDevices = 0xFFFFFFFF;

    /// <summary>Adds every OpenCL device that can run kernels; none where there is no OpenCL.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder) => builder.OpenCL(CanRunKernels);

    /// <summary>Adds the OpenCL devices that the predicate accepts; none where there is no OpenCL.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder, Predicate<CLDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        if (CLApi.IsPresent)
        {
            builder.Devices.AddRange(FindDevices().Where(device => predicate(device)));
        }

        return builder;
    }

    /// <summary>
    /// Makes sub-groups the warps of OpenCL devices; without it a warp there is one thread. An addition to ILGPU's API.
    /// </summary>
    /// <remarks>
    /// A device that can't (see <c>engine/Ilgpu/README.md</c>) is refused when its accelerator is made, with what it lacks.
    /// </remarks>
    public static Context.Builder SubGroups(this Context.Builder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UsesSubGroups = true;
        return builder;
    }

    public static CLDevice GetCLDevice(this Context context, int clDeviceIndex) => context.GetDevice<CLDevice>(clDeviceIndex);

    public static Context.DeviceCollection<CLDevice> GetCLDevices(this Context context) => context.GetDevices<CLDevice>();

    public static CLAccelerator CreateCLAccelerator(this Context context, int clDeviceIndex) =>
        context.GetCLDevice(clDeviceIndex).CreateCLAccelerator(context);

    /// <summary>Why platforms or devices were left out when they were listed last; empty if none was.</summary>
    internal static string Omission { get; private set; } = string.Empty;

    /// <summary>The devices of platforms; one that fails must not hide the others.</summary>
    /// <param name="platforms">Their handles.</param>
    /// <param name="nameOf">The name of a platform.</param>
    /// <param name="devicesOf">The devices of a platform.</param>
    internal static List<CLDevice> DevicesOf(
        IReadOnlyList<IntPtr> platforms, Func<IntPtr, string> nameOf, Func<IntPtr, IReadOnlyList<IntPtr>> devicesOf)
    {
        Omission = string.Empty;
        var devices = new List<CLDevice>();
        for (int i = 0; i < platforms.Count; i++)
        {
            string name = $"number {i}";
            try
            {
                name = $"'{nameOf(platforms[i])}'";
                AddDevices(platforms[i], name, devicesOf(platforms[i]), devices);
            }
            catch (CLException exception)
            {
                Omit($"the platform {name} was left out: {exception.Message}");
            }
        }

        return devices;
    }

    private static List<CLDevice> FindDevices()
    {
        CLApi api = CLApi.Current;
        IntPtr[] platforms;
        try
        {
            uint count;
            CLException.Check(api.GetPlatformIDs(0, null, &count), "clGetPlatformIDs");
            platforms = new IntPtr[count];
            fixed (IntPtr* start = platforms)
            {
                if (count > 0)
                {
                    CLException.Check(api.GetPlatformIDs(count, start, null), "clGetPlatformIDs");
                }
            }
        }
        catch (CLException exception)
        {
            Omission = string.Empty;
            Omit(exception.Message);
            return [];
        }

        if (platforms.Length == 0)
        {
            Omission = "no OpenCL platform is installed";
            return [];
        }

        return DevicesOf(platforms, platform => new CLDeviceInfo(platform, IntPtr.Zero).PlatformText(CLQuery.PlatformName), IdsOf);
    }

    private static IReadOnlyList<IntPtr> IdsOf(IntPtr platform)
    {
        CLApi api = CLApi.Current;
        uint count;
        CLError status = api.GetDeviceIDs(platform, AllDevices, 0, null, &count);
        if (status == CLError.CL_DEVICE_NOT_FOUND)
        {
            return [];
        }

        CLException.Check(status, "clGetDeviceIDs");
        var ids = new IntPtr[count];
        fixed (IntPtr* start = ids)
        {
            if (count > 0)
            {
                CLException.Check(api.GetDeviceIDs(platform, AllDevices, count, start, null), "clGetDeviceIDs");
            }
        }

        return ids;
    }

    private static void AddDevices(IntPtr platform, string name, IReadOnlyList<IntPtr> ids, List<CLDevice> devices)
    {
        if (ids.Count == 0)
        {
            Omit($"the platform {name} has no devices");
        }

        for (int i = 0; i < ids.Count; i++)
        {
            try
            {
                devices.Add(new CLDevice(platform, ids[i]));
            }
            catch (CLException exception)
            {
                Omit($"device {i} of the platform {name} was left out: {exception.Message}");
            }
        }
    }

    private static bool CanRunKernels(CLDevice device)
    {
        if (!device.IsUsable)
        {
            Omit($"{device.Name} of the platform '{device.PlatformName}' was left out: it {device.Shortcoming}");
        }

        return device.IsUsable;
    }

    private static void Omit(string reason)
    {
        Omission = Omission.Length == 0 ? reason.TrimEnd('.') : $"{Omission}; {reason.TrimEnd('.')}";
        Trace.WriteLine($"OpenCL: {reason}");
    }
}
