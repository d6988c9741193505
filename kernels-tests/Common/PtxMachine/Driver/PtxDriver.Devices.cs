using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

// Initialisation, errors, the device, contexts.
internal static unsafe partial class PtxDriver
{
    private const int DriverVersion = 12000;

    private static CudaError OnDevice(string name, int device, Func<CudaError> body) =>
        WithoutContext(name, device, () => device == 0 ? body() : CudaError.CUDA_ERROR_INVALID_DEVICE);

    [UnmanagedCallersOnly]
    private static CudaError Init(uint flags) => flags == 0 ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_VALUE;

    [UnmanagedCallersOnly]
    private static CudaError DriverGetVersion(int* version)
    {
        *version = DriverVersion;
        return CudaError.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CudaError GetErrorString(CudaError error, byte** text)
    {
        lock (s_gate)
        {
            *text = TextOf(error == CudaError.CUDA_ERROR_LAUNCH_FAILED
                ? $"{error}: unspecified launch failure {s_faultText}"
                : $"{error}");
        }
        return CudaError.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CudaError DeviceGetCount(int* count)
    {
        *count = s_isShown ? 1 : 0;
        return Refusal;
    }

    [UnmanagedCallersOnly]
    private static CudaError DeviceGet(int* device, int ordinal) => OnDevice("cuDeviceGet", ordinal, () =>
    {
        *device = ordinal;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DeviceGetName(byte* name, int length, int device) => OnDevice("cuDeviceGetName", device, () =>
    {
        Put(name, length, PtxCard.Name);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DeviceTotalMem(nuint* bytes, int device) => OnDevice("cuDeviceTotalMem_v2", device, () =>
    {
        *bytes = (nuint)PtxCard.MemoryBytes;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError DeviceGetAttribute(int* value, int attribute, int device) => OnDevice("cuDeviceGetAttribute", device, () =>
    {
        if (PtxCard.Attribute(attribute) is not { } known)
        {
            Violations.Add($"the attribute {attribute} is asked for, which the card does not know");
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        *value = known;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError CtxCreate(IntPtr* context, uint flags, int device) => OnDevice("cuCtxCreate_v2", device, () =>
    {
        s_current = new PtxContext();
        *context = Register(s_current);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError CtxDestroy(IntPtr context) =>
        WithoutContext("cuCtxDestroy_v2", context, () => With<PtxContext>(context, found =>
    {
        found.IsDestroyed = true;
        s_handles.Remove(context);
        var modules = s_handles.Where(handle => handle.Value is PtxLoadedModule loaded && loaded.Context == found).ToList();
        modules.ForEach(module => s_handles.Remove(module.Key));
        UnlockAll(found);
        if (found.Fault != CudaError.CUDA_SUCCESS)
        {
            return CudaError.CUDA_SUCCESS;
        }
        if (found.Memory.Used > 0)
        {
            Violations.Add($"a context is left with {found.Memory.Used} bytes allocated");
        }
        foreach (var stream in found.Streams)
        {
            Violations.Add($"a context is left with a stream that holds {stream.Enqueued - stream.Completed} pieces of work");
        }
        foreach (var (_, module) in modules)
        {
            Violations.Add($"a context is left with module {module}");
        }
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError CtxSetCurrent(IntPtr context) => SkipsWork ? CudaError.CUDA_SUCCESS :
        WithoutContext("cuCtxSetCurrent", context, () =>
    {
        if (context == IntPtr.Zero)
        {
            s_current = null;
            return CudaError.CUDA_SUCCESS;
        }
        if (s_handles.GetValueOrDefault(context) is not PtxContext found)
        {
            return CudaError.CUDA_ERROR_INVALID_CONTEXT;
        }
        s_current = found;
        return CudaError.CUDA_SUCCESS;
    });

    // Cache and bank configuration, which is fixed on sm_80.
    [UnmanagedCallersOnly]
    private static CudaError CtxGetConfig(int* config) => OnContext("cuCtxGet…Config", null, _ =>
    {
        *config = 0;
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError CtxSynchronize() => OnContext("cuCtxSynchronize", null, context =>
    {
        if (context.Streams.Find(stream => stream.Capture is not null) is { } capturing)
        {
            return Invalidate(capturing.Capture!);
        }
        context.Drain();
        return CudaError.CUDA_SUCCESS;
    });
}
