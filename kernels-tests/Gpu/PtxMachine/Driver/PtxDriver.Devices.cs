using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;

// Initialisation, errors, devices, contexts.
internal static unsafe partial class PtxDriver
{
    private const int DriverVersion = 11080;

    private static CudaError OnDevice(string name, int device, Func<PtxDevice, CudaError> body) =>
        Free(name, device, () => device >= 0 && device < s_devices.Length ? body(s_devices[device]) : CudaError.CUDA_ERROR_INVALID_DEVICE);

    [UnmanagedCallersOnly]
    private static CudaError Init(uint flags) => flags == 0 ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_VALUE;

    [UnmanagedCallersOnly]
    private static CudaError DriverGetVersion(int* version)
    {
        *version = DriverVersion;
        return CudaError.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CudaError GetErrorName(CudaError error, byte** text)
    {
        if (!Enum.IsDefined(error))
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        lock (s_gate)
        {
            *text = TextOf(error.ToString());
        }
        return CudaError.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CudaError GetErrorString(CudaError error, byte** text)
    {
        lock (s_gate)
        {
            *text = TextOf(error == CudaError.CUDA_ERROR_LAUNCH_FAILED
                ? $"unspecified launch failure: {s_faultText}"
                : error.ToString()["CUDA_".Length..].Replace('_', ' ').ToLowerInvariant());
        }
        return CudaError.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CudaError DeviceGetCount(int* count)
    {
        *count = s_devices.Length;
        return CudaError.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CudaError DeviceGet(int* device, int ordinal) => OnDevice("cuDeviceGet", ordinal, found =>
    {
        *device = found.Ordinal;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DeviceGetName(byte* name, int length, int device) => OnDevice("cuDeviceGetName", device, found =>
    {
        Put(name, length, found.Name);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DeviceGetPCIBusId(byte* name, int length, int device) => OnDevice("cuDeviceGetPCIBusId", device, found =>
    {
        Put(name, length, $"0000:00:{found.Ordinal:x2}.0");
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DeviceTotalMem(nuint* bytes, int device) => OnDevice("cuDeviceTotalMem_v2", device, _ =>
    {
        *bytes = (nuint)PtxDevice.MemoryBytes;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DeviceGetAttribute(int* value, int attribute, int device) => OnDevice("cuDeviceGetAttribute", device, found =>
    {
        if (found.Attribute(attribute) is not { } known)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        *value = known;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DevicePrimaryCtxRetain(IntPtr* context, int device) => OnDevice("cuDevicePrimaryCtxRetain", device, found =>
    {
        if (found.Holders++ == 0)
        {
            found.Open();
        }
        *context = found.Handle;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DevicePrimaryCtxRelease(int device) => OnDevice("cuDevicePrimaryCtxRelease_v2", device, found =>
    {
        if (found.Holders == 0)
        {
            return CudaError.CUDA_ERROR_INVALID_CONTEXT;
        }
        if (--found.Holders > 0)
        {
            return CudaError.CUDA_SUCCESS;
        }
        var modules = s_handles.Where(handle => handle.Value is PtxLoadedModule loaded && loaded.Device == found).ToList();
        modules.ForEach(module => s_handles.Remove(module.Key));
        if (found.Fault != CudaError.CUDA_SUCCESS)
        {
            return CudaError.CUDA_SUCCESS;
        }
        if (found.Memory.Used > 0)
        {
            Violations.Add($"the context of {found.Name} is left with {found.Memory.Used} bytes allocated");
        }
        foreach (var stream in found.Streams)
        {
            Violations.Add($"the context of {found.Name} is left with a stream that holds {stream.Entered - stream.Done} pieces of work");
        }
        foreach (var (_, module) in modules)
        {
            Violations.Add($"the context of {found.Name} is left with module {module}");
        }
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DevicePrimaryCtxSetFlags(int device, uint flags) => OnDevice("cuDevicePrimaryCtxSetFlags_v2", device, found =>
        flags > 7 ? CudaError.CUDA_ERROR_INVALID_VALUE : CudaError.CUDA_SUCCESS);

    [UnmanagedCallersOnly]
    private static CudaError DeviceCanAccessPeer(int* can, int device, int peer) => OnDevice("cuDeviceCanAccessPeer", device, _ =>
    {
        *can = device != peer ? 1 : 0;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError CtxEnablePeerAccess(IntPtr context, uint flags) => Bound("cuCtxEnablePeerAccess", context, device =>
        Array.Find(s_devices, other => other.Handle == context) is not { } peer ? CudaError.CUDA_ERROR_INVALID_CONTEXT
        : device.Peers.Add(peer.Ordinal) ? CudaError.CUDA_SUCCESS
        : CudaError.CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED);

    [UnmanagedCallersOnly]
    private static CudaError CtxDisablePeerAccess(IntPtr context) => Bound("cuCtxDisablePeerAccess", context, device =>
        Array.Find(s_devices, other => other.Handle == context) is { } peer && device.Peers.Remove(peer.Ordinal)
            ? CudaError.CUDA_SUCCESS
            : CudaError.CUDA_ERROR_PEER_ACCESS_NOT_ENABLED);

    [UnmanagedCallersOnly]
    private static CudaError CtxSetCurrent(IntPtr context) => Free("cuCtxSetCurrent", context, () =>
    {
        if (Array.Find(s_devices, device => device.Handle == context && device.Holders > 0) is not { } found)
        {
            return CudaError.CUDA_ERROR_INVALID_CONTEXT;
        }
        s_current = found;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError CtxSynchronize() => Bound("cuCtxSynchronize", null, device =>
    {
        if (device.Streams.Find(stream => stream.Capture is not null) is { } capturing)
        {
            return Invalidate(capturing.Capture!);
        }
        device.Drain();
        return CudaError.CUDA_SUCCESS;
    });
}
