using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using Accelerated = ILGPU.Runtime.Device;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>Finds and opens the accelerators of a kind: <c>cuda</c>, <c>opencl</c> or <c>ilgpu-cpu</c>.</summary>
internal static class AcceleratorSearch
{
    internal const string NoDynamicCode =
        "kernels are compiled when they are loaded, which a program compiled ahead of time can't do; publish it without PublishAot";

    public static int Count(string kind)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return 0;
        }

        if (DriverOf(kind) is { } driver && !DriverLibraries.Has(driver))
        {
            return 0; // Without creating a context, which takes as long as reading a small network.
        }

        using var context = Find(kind);
        return context.DevicesOf(kind).Length;
    }

    /// <summary>The indices of a kind's GPUs; of all its devices where none is a GPU.</summary>
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

    /// <summary>An entry for each device, or one entry that says why there is none.</summary>
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

        return [.. devices.Select((device, i) => new DeviceEntry(NameOf(kind, i), IsAvailable: true, Describe(device)))];
    }

    /// <summary>Opens a device; without a number the first, for OpenCL the first that is a GPU.</summary>
    /// <exception cref="DeviceException">there is no such device, or the driver refuses it; the message says why</exception>
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
            throw new DeviceException($"the device '{NameOf(kind, index)}' can't be opened: {ReasonOf(exception)}", exception);
        }
    }

    /// <summary>What a driver says of a failure. The message of a <see cref="CLException"/> is the name of its type.</summary>
    public static string ReasonOf(Exception exception) => exception is CLException refusal ? $"{refusal.Error}" : exception.Message;

    /// <summary>Why a CUDA driver that is there does not start; null if it does, or if there is none.</summary>
    public static string? CudaRefusal() =>
        RuntimeFeature.IsDynamicCodeSupported && DriverLibraries.Has(DriverLibraries.Cuda) ? CudaDriver.Refusal() : null;

    /// <summary>Why there is no device of a kind.</summary>
    public static string Absence(string kind)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return NoDynamicCode;
        }

        return kind switch
        {
            "cuda" when !DriverLibraries.Has(DriverLibraries.Cuda) =>
                "no CUDA driver was found" + Looked(DriverLibraries.Cuda),
            "cuda" => CudaDriver.Refusal() ?? "the CUDA driver was found, but no card",
            "opencl" when !DriverLibraries.Has(DriverLibraries.OpenCL) =>
                "no OpenCL loader was found" + Looked(DriverLibraries.OpenCL),
            "opencl" => "OpenCL was found, but no device that can run the kernels: it takes OpenCL 2.0 or later with the generic address " +
                "space, which PoCL has from release 5 on; OpenCL 3.0 of NVIDIA and 1.2 of Apple lack it",
            _ => "",
        };

        static string Looked(string driver) => DriverLibraries.FileOf(driver) is { } file ? $" ({file})" : "";
    }

    /// <summary>A display text: name, memory, and compute capability or OpenCL version.</summary>
    public static string Describe(Accelerated device) => device switch
    {
        CPUDevice => "the GPU kernels as methods on the processor, a thread each: to step through one in a debugger, slow",
        CudaDevice cuda => $"{cuda.Name}, compute capability {cuda.Architecture}, {Gigabytes(cuda)} GB",
        CLDevice cl => $"{cl.Name} ({cl.PlatformName}, OpenCL {cl.DeviceVersion}), {Gigabytes(cl)} GB",
        _ => device.Name,
    };

    private static string? DriverOf(string kind) => kind switch
    {
        "cuda" => DriverLibraries.Cuda,
        "opencl" => DriverLibraries.OpenCL,
        _ => null,
    };

    private static string Gigabytes(Accelerated device) => $"{device.MemorySize / 1e9:0.#}";

    private static string NameOf(string kind, int index) => IsProcessor(kind) ? kind : $"{kind}:{index}";

    private static bool IsProcessor(string kind) => kind == "ilgpu-cpu";

    private static int Preferred(ImmutableArray<Accelerated> devices) => Math.Max(devices.ToList().FindIndex(IsCard), 0);

    /// <summary>Whether an OpenCL device is a GPU; false for CUDA, where the distinction is not needed.</summary>
    private static bool IsCard(Accelerated device) => device is CLDevice cl && cl.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);

    private static Context Find(string kind)
    {
        DriverLibraries.Redirect();
        return Context.Create(builder => _ = kind switch
        {
            "cuda" => builder.EnableAlgorithms().WithKernelMath().PtxInstructions().Cuda(),

            // Any device, processors included: by default ILGPU accepts GPUs only. Those without this space can't compile the kernels.
            "opencl" => builder.EnableAlgorithms().WithKernelMath().OpenCL(device => device.Capabilities.GenericAddressSpace),
            _ => builder.EnableAlgorithms().WithKernelMath().CPU(CPUDeviceKind.Nvidia),
        });
    }

    /// <summary>
    /// Excludes the CPU device that ILGPU adds to a context whose driver has no device.
    /// </summary>
    private static ImmutableArray<Accelerated> DevicesOf(this Context context, string kind) => IsProcessor(kind)
        ? context.Devices
        : [.. context.Devices.Where(device => device is not CPUDevice)];
}
