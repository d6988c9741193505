using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Accelerated = ILGPU.Runtime.Device;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>The accelerators of a kind: <c>cuda</c>, <c>opencl</c>, <c>simd</c> or <c>simulator</c>.</summary>
internal static class AcceleratorSearch
{
    private const string NoDynamicCode =
        "kernels are compiled when they are loaded, which a program compiled ahead of time can't do; publish it without PublishAot";

    public static int Count(string kind)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return 0;
        }

#if !USE_ILGPU_PACKAGES
        if (kind == "cuda" && !DriverStatus.Cuda.IsPresent)
        {
            return 0; // Known without a context, which takes as long as reading a small network.
        }

#endif
        using var context = Find(kind);
        return context.DevicesOf(kind).Length;
    }

    /// <summary>The numbers of the devices of a kind, those that are no card left out where there is one.</summary>
    public static IReadOnlyList<int> CardsOf(string kind)
    {
        if (Count(kind) == 0)
        {
            return [];
        }

        using var context = Find(kind);
        var devices = context.DevicesOf(kind);
        List<int> cards = [.. Enumerable.Range(0, devices.Length).Where(i => IsCard(devices[i]))];
        return cards.Count > 0 ? cards : [.. Enumerable.Range(0, devices.Length)];
    }

    /// <summary>One entry a device and one that says why others were left out, or one that says why there is none.</summary>
    public static IReadOnlyList<DeviceEntry> List(string kind)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return [new DeviceEntry(kind, IsAvailable: false, Absence(kind))];
        }

        using var context = Find(kind);
        var devices = context.DevicesOf(kind);
        if (devices.IsEmpty)
        {
            return [new DeviceEntry(kind, IsAvailable: false, Absence(kind))];
        }

        var entries = devices.Select((device, i) => new DeviceEntry(NameOf(kind, i), IsAvailable: true, Describe(device, kind))).ToList();
        if (Omission(kind) is { Length: > 0 } omission)
        {
            entries.Add(new DeviceEntry(kind, IsAvailable: false, omission));
        }

        return entries;
    }

    /// <summary>Opens a device; without a number the first, for OpenCL the first that is a GPU.</summary>
    /// <exception cref="DeviceException">there is none, and why; or the driver refuses it</exception>
    public static GpuDevice Open(string kind, int? number)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new DeviceException($"the device '{kind}' can't be had: {NoDynamicCode}");
        }

        var context = Find(kind);
        var devices = context.DevicesOf(kind);
        if (devices.IsEmpty)
        {
            context.Dispose();
            throw new DeviceException($"the device '{kind}' can't be had: {Absence(kind)}");
        }

        var index = number ?? Preferred(devices);
        if (index >= devices.Length)
        {
            var known = string.Join(", ", devices.Select((device, i) => $"{NameOf(kind, i)} ({device.Name})"));
            context.Dispose();
            throw new DeviceException($"there is no device '{kind}:{index}'; there are: {known}");
        }

        try
        {
            return new GpuDevice(NameOf(kind, index), context, devices[index].CreateAccelerator(context));
        }
        catch (Exception exception) when (exception is AcceleratorException or CapabilityNotSupportedException)
        {
            context.Dispose();
            throw new DeviceException($"the device '{NameOf(kind, index)}' can't be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Why there is no device of a kind.</summary>
    public static string Absence(string kind)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return NoDynamicCode;
        }

#if USE_ILGPU_PACKAGES
        return $"no {kind} device was found";
#else
        var driver = kind == "cuda" ? DriverStatus.Cuda : DriverStatus.OpenCL;
        return !driver.IsPresent ? driver.Reason
            : $"the driver was found, but knows no {kind} device that can run " +
                $"kernels{(driver.Reason.Length > 0 ? $": {driver.Reason}" : "")}";
#endif
    }

    /// <summary>Why devices of a kind were left out when they were found last; empty where none was.</summary>
    private static string Omission(string kind) =>
#if USE_ILGPU_PACKAGES
        "";
#else
        kind switch { "cuda" => DriverStatus.Cuda.Reason, "opencl" => DriverStatus.OpenCL.Reason, _ => "" };
#endif

    /// <summary>For people: name, memory, and what distinguishes it.</summary>
    /// <param name="device">the device</param>
    /// <param name="kind">how kernels reach it</param>
    public static string Describe(Accelerated device, string kind) => device switch
    {
        CPUDevice when kind == "simd" => "the same kernels on the processor: threads in the lanes of its vectors, groups on its cores",
        CPUDevice => "kernels stepped on the processor with checks of bounds, races and barriers; for debugging, slow",
        CudaDevice cuda => $"{cuda.Name}, compute capability {cuda.Architecture}, {Gigabytes(cuda)} GB",
        CLDevice cl => $"{cl.Name} ({cl.PlatformName}, OpenCL {cl.DeviceVersion}), {Gigabytes(cl)} GB",
        _ => device.Name,
    };

    private static string Gigabytes(Accelerated device) => $"{device.MemorySize / 1e9:0.#}";

    private static string NameOf(string kind, int index) => IsProcessor(kind) ? kind : $"{kind}:{index}";

    private static bool IsProcessor(string kind) => kind is "simulator" or "simd";

    private static int Preferred(ImmutableArray<Accelerated> devices) => Math.Max(devices.ToList().FindIndex(IsCard), 0);

    /// <summary>Of OpenCL's devices; all of CUDA's are cards.</summary>
    private static bool IsCard(Accelerated device) => device is CLDevice cl && cl.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);

    private static Context Find(string kind)
    {
        DriverLibraries.Redirect();
        return Context.Create(builder => _ = kind switch
        {
            "cuda" => builder.EnableAlgorithms().MultiplyAdd().Cuda(),

            // Any device, processors too: by itself ILGPU takes GPUs alone.
            "opencl" => builder.EnableAlgorithms().MultiplyAdd().OpenCL(_ => true),
            _ => builder.EnableAlgorithms().MultiplyAdd().CPU(CPUDeviceKind.Nvidia),
        });
    }

    /// <summary>
    /// A context never comes without any device: where a driver has none, it offers the simulator, which nobody asked for.
    /// </summary>
    private static ImmutableArray<Accelerated> DevicesOf(this Context context, string kind) => IsProcessor(kind)
        ? context.Devices
        : [.. context.Devices.Where(device => device is not CPUDevice)];
}
