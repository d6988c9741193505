using System.Runtime.InteropServices;

namespace ILGPU.Runtime.Cuda;

/// <summary>What became of an attempt to update an instantiated graph; the driver fills it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GraphUpdateResult
{
    public int Result;
    public IntPtr ErrorNode;
    public IntPtr ErrorFromNode;
}

/// <summary>
/// The functions of the CUDA driver that the runtime calls, found in the driver's library at run time. Everything CUDA goes through one
/// of these, which devices and what is made on them hand on.
/// </summary>
internal sealed unsafe class CudaApi
{
    // What containers and distributions put outside of the loader's search path comes after what it finds.
    private static readonly string[] s_libraries = OperatingSystem.IsWindows()
        ? ["nvcuda.dll"]
        : [
            "libcuda.so.1", "libcuda.so",
            "/usr/local/nvidia/lib64/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1", "/run/opengl-driver/lib/libcuda.so.1",
        ];

    private static readonly Lazy<(CudaApi? Api, string Absence)> s_loaded = new(() => Load(s_libraries, Exports));

    private volatile bool _lastingFailureReported;

    public readonly delegate* unmanaged<uint, CudaError> Init;

    public readonly delegate* unmanaged<int*, CudaError> DriverGetVersion;

    public readonly delegate* unmanaged<CudaError, byte**, CudaError> GetErrorName;

    public readonly delegate* unmanaged<CudaError, byte**, CudaError> GetErrorString;

    public readonly delegate* unmanaged<int*, CudaError> DeviceGetCount;

    public readonly delegate* unmanaged<int*, int, CudaError> DeviceGet;

    public readonly delegate* unmanaged<byte*, int, int, CudaError> DeviceGetName;

    public readonly delegate* unmanaged<nuint*, int, CudaError> DeviceTotalMem;

    public readonly delegate* unmanaged<int*, int, int, CudaError> DeviceGetAttribute;

    public readonly delegate* unmanaged<byte*, int, int, CudaError> DeviceGetPCIBusId;

    public readonly delegate* unmanaged<IntPtr*, int, CudaError> DevicePrimaryCtxRetain;

    public readonly delegate* unmanaged<int, CudaError> DevicePrimaryCtxRelease;

    public readonly delegate* unmanaged<int, uint, CudaError> DevicePrimaryCtxSetFlags;

    public readonly delegate* unmanaged<int*, int, int, CudaError> DeviceCanAccessPeer;

    public readonly delegate* unmanaged<IntPtr, uint, CudaError> CtxEnablePeerAccess;

    public readonly delegate* unmanaged<IntPtr, CudaError> CtxDisablePeerAccess;

    public readonly delegate* unmanaged<IntPtr, CudaError> CtxSetCurrent;

    public readonly delegate* unmanaged<CudaError> CtxSynchronize;

    public readonly delegate* unmanaged<nuint*, nuint*, CudaError> MemGetInfo;

    public readonly delegate* unmanaged<IntPtr*, nuint, CudaError> MemAlloc;

    public readonly delegate* unmanaged<IntPtr, CudaError> MemFree;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr*, nuint, IntPtr, CudaError> MemAllocAsync;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, IntPtr, CudaError> MemFreeAsync;

    public readonly delegate* unmanaged<IntPtr, void*, nuint, IntPtr, CudaError> MemcpyHtoDAsync;

    public readonly delegate* unmanaged<void*, IntPtr, nuint, IntPtr, CudaError> MemcpyDtoHAsync;

    public readonly delegate* unmanaged<IntPtr, IntPtr, nuint, IntPtr, CudaError> MemcpyDtoDAsync;

    public readonly delegate* unmanaged<IntPtr, byte, nuint, IntPtr, CudaError> MemsetD8Async;

    public readonly delegate* unmanaged<void**, nuint, CudaError> MemAllocHost;

    public readonly delegate* unmanaged<void*, CudaError> MemFreeHost;

    public readonly delegate* unmanaged<void*, nuint, uint, CudaError> MemHostRegister;

    public readonly delegate* unmanaged<void*, CudaError> MemHostUnregister;

    public readonly delegate* unmanaged<IntPtr*, uint, CudaError> StreamCreate;

    public readonly delegate* unmanaged<IntPtr, CudaError> StreamDestroy;

    public readonly delegate* unmanaged<IntPtr, CudaError> StreamSynchronize;

    public readonly delegate* unmanaged<IntPtr, IntPtr, uint, CudaError> StreamWaitEvent;

    public readonly delegate* unmanaged<IntPtr*, uint, CudaError> EventCreate;

    public readonly delegate* unmanaged<IntPtr, CudaError> EventDestroy;

    public readonly delegate* unmanaged<IntPtr, IntPtr, CudaError> EventRecord;

    public readonly delegate* unmanaged<IntPtr, CudaError> EventQuery;

    public readonly delegate* unmanaged<IntPtr, CudaError> EventSynchronize;

    public readonly delegate* unmanaged<float*, IntPtr, IntPtr, CudaError> EventElapsedTime;

    public readonly delegate* unmanaged<IntPtr*, void*, uint, int*, void**, CudaError> ModuleLoadDataEx;

    public readonly delegate* unmanaged<IntPtr, CudaError> ModuleUnload;

    public readonly delegate* unmanaged<IntPtr*, IntPtr, byte*, CudaError> ModuleGetFunction;

    public readonly delegate* unmanaged<IntPtr, int, int, CudaError> FuncSetAttribute;

    public readonly delegate* unmanaged<int*, int, IntPtr, CudaError> FuncGetAttribute;

    public readonly delegate* unmanaged<int*, IntPtr, int, nuint, CudaError> OccupancyMaxActiveBlocks;

    public readonly delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, void**, void**, CudaError> LaunchKernel;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, int, CudaError> StreamBeginCapture;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, IntPtr*, CudaError> StreamEndCapture;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, IntPtr*, nuint*, CudaError> GraphGetNodes;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr*, IntPtr, ulong, CudaError> GraphInstantiate;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, IntPtr, GraphUpdateResult*, CudaError> GraphExecUpdate;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, IntPtr, CudaError> GraphLaunch;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, CudaError> GraphDestroy;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, CudaError> GraphExecDestroy;

    /// <param name="find">Gives the address of a function of the driver by its name, 0 where it has none.</param>
    /// <exception cref="EntryPointNotFoundException">A function is missing that every driver since CUDA 11.0 has.</exception>
    internal CudaApi(Func<string, IntPtr> find)
    {
        Init = (delegate* unmanaged<uint, CudaError>)Demand(find, "cuInit");
        DriverGetVersion = (delegate* unmanaged<int*, CudaError>)Demand(find, "cuDriverGetVersion");
        GetErrorName = (delegate* unmanaged<CudaError, byte**, CudaError>)Demand(find, "cuGetErrorName");
        GetErrorString = (delegate* unmanaged<CudaError, byte**, CudaError>)Demand(find, "cuGetErrorString");
        DeviceGetCount = (delegate* unmanaged<int*, CudaError>)Demand(find, "cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, CudaError>)Demand(find, "cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, CudaError>)Demand(find, "cuDeviceGetName");
        DeviceTotalMem = (delegate* unmanaged<nuint*, int, CudaError>)Demand(find, "cuDeviceTotalMem_v2");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, CudaError>)Demand(find, "cuDeviceGetAttribute");
        DeviceGetPCIBusId = (delegate* unmanaged<byte*, int, int, CudaError>)Demand(find, "cuDeviceGetPCIBusId");
        DevicePrimaryCtxRetain = (delegate* unmanaged<IntPtr*, int, CudaError>)Demand(find, "cuDevicePrimaryCtxRetain");
        DevicePrimaryCtxRelease = (delegate* unmanaged<int, CudaError>)Demand(find, "cuDevicePrimaryCtxRelease_v2");
        DevicePrimaryCtxSetFlags = (delegate* unmanaged<int, uint, CudaError>)Demand(find, "cuDevicePrimaryCtxSetFlags_v2");
        DeviceCanAccessPeer = (delegate* unmanaged<int*, int, int, CudaError>)Demand(find, "cuDeviceCanAccessPeer");
        CtxEnablePeerAccess = (delegate* unmanaged<IntPtr, uint, CudaError>)Demand(find, "cuCtxEnablePeerAccess");
        CtxDisablePeerAccess = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuCtxDisablePeerAccess");
        CtxSetCurrent = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuCtxSetCurrent");
        CtxSynchronize = (delegate* unmanaged<CudaError>)Demand(find, "cuCtxSynchronize");
        MemGetInfo = (delegate* unmanaged<nuint*, nuint*, CudaError>)Demand(find, "cuMemGetInfo_v2");
        MemAlloc = (delegate* unmanaged<IntPtr*, nuint, CudaError>)Demand(find, "cuMemAlloc_v2");
        MemFree = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuMemFree_v2");
        MemAllocAsync = (delegate* unmanaged<IntPtr*, nuint, IntPtr, CudaError>)find("cuMemAllocAsync");
        MemFreeAsync = (delegate* unmanaged<IntPtr, IntPtr, CudaError>)find("cuMemFreeAsync");
        MemcpyHtoDAsync = (delegate* unmanaged<IntPtr, void*, nuint, IntPtr, CudaError>)Demand(find, "cuMemcpyHtoDAsync_v2");
        MemcpyDtoHAsync = (delegate* unmanaged<void*, IntPtr, nuint, IntPtr, CudaError>)Demand(find, "cuMemcpyDtoHAsync_v2");
        MemcpyDtoDAsync = (delegate* unmanaged<IntPtr, IntPtr, nuint, IntPtr, CudaError>)Demand(find, "cuMemcpyDtoDAsync_v2");
        MemsetD8Async = (delegate* unmanaged<IntPtr, byte, nuint, IntPtr, CudaError>)Demand(find, "cuMemsetD8Async");
        MemAllocHost = (delegate* unmanaged<void**, nuint, CudaError>)Demand(find, "cuMemAllocHost_v2");
        MemFreeHost = (delegate* unmanaged<void*, CudaError>)Demand(find, "cuMemFreeHost");
        MemHostRegister = (delegate* unmanaged<void*, nuint, uint, CudaError>)Demand(find, "cuMemHostRegister_v2");
        MemHostUnregister = (delegate* unmanaged<void*, CudaError>)Demand(find, "cuMemHostUnregister");
        StreamCreate = (delegate* unmanaged<IntPtr*, uint, CudaError>)Demand(find, "cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged<IntPtr, IntPtr, uint, CudaError>)Demand(find, "cuStreamWaitEvent");
        EventCreate = (delegate* unmanaged<IntPtr*, uint, CudaError>)Demand(find, "cuEventCreate");
        EventDestroy = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<IntPtr, IntPtr, CudaError>)Demand(find, "cuEventRecord");
        EventQuery = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuEventQuery");
        EventSynchronize = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuEventSynchronize");
        EventElapsedTime = (delegate* unmanaged<float*, IntPtr, IntPtr, CudaError>)Demand(find, "cuEventElapsedTime");
        ModuleLoadDataEx = (delegate* unmanaged<IntPtr*, void*, uint, int*, void**, CudaError>)Demand(find, "cuModuleLoadDataEx");
        ModuleUnload = (delegate* unmanaged<IntPtr, CudaError>)Demand(find, "cuModuleUnload");
        ModuleGetFunction = (delegate* unmanaged<IntPtr*, IntPtr, byte*, CudaError>)Demand(find, "cuModuleGetFunction");
        FuncSetAttribute = (delegate* unmanaged<IntPtr, int, int, CudaError>)Demand(find, "cuFuncSetAttribute");
        FuncGetAttribute = (delegate* unmanaged<int*, int, IntPtr, CudaError>)Demand(find, "cuFuncGetAttribute");
        OccupancyMaxActiveBlocks =
            (delegate* unmanaged<int*, IntPtr, int, nuint, CudaError>)Demand(find, "cuOccupancyMaxActiveBlocksPerMultiprocessor");
        LaunchKernel = (delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, void**, void**, CudaError>)Demand(
            find, "cuLaunchKernel");
        StreamBeginCapture = (delegate* unmanaged<IntPtr, int, CudaError>)find("cuStreamBeginCapture_v2");
        StreamEndCapture = (delegate* unmanaged<IntPtr, IntPtr*, CudaError>)find("cuStreamEndCapture");
        GraphGetNodes = (delegate* unmanaged<IntPtr, IntPtr*, nuint*, CudaError>)find("cuGraphGetNodes");
        GraphInstantiate = (delegate* unmanaged<IntPtr*, IntPtr, ulong, CudaError>)find("cuGraphInstantiateWithFlags");
        GraphExecUpdate = (delegate* unmanaged<IntPtr, IntPtr, GraphUpdateResult*, CudaError>)find("cuGraphExecUpdate_v2");
        GraphLaunch = (delegate* unmanaged<IntPtr, IntPtr, CudaError>)find("cuGraphLaunch");
        GraphDestroy = (delegate* unmanaged<IntPtr, CudaError>)find("cuGraphDestroy");
        GraphExecDestroy = (delegate* unmanaged<IntPtr, CudaError>)find("cuGraphExecDestroy");
    }

    /// <summary>Whether a driver was found and initialised.</summary>
    public static bool IsPresent => s_loaded.Value.Api is not null;

    /// <summary>Why there is no CUDA here; empty where there is.</summary>
    public static string Absence => s_loaded.Value.Absence;

    /// <summary>The machine's driver; null where there is none.</summary>
    public static CudaApi? Installed => s_loaded.Value.Api;

    /// <exception cref="CudaException">The status is not success.</exception>
    public void Check(CudaError status, string call)
    {
        if (status == CudaError.CUDA_SUCCESS)
        {
            return;
        }

        _lastingFailureReported |= IsLasting(status);
        throw new CudaException(this, status, $"{call} failed with {Describe(status)}.");
    }

    /// <summary>
    /// As <see cref="Check"/>, for calls that release something. After a kernel failed, every call returns its error for as long as the
    /// context lives; once somebody was told, releasing the rest says no more.
    /// </summary>
    /// <exception cref="CudaException">The status is not success, and no such failure was reported before.</exception>
    public void Release(CudaError status, string call)
    {
        if (!IsLasting(status) || !_lastingFailureReported)
        {
            Check(status, call);
        }
    }

    /// <summary>Name, code and meaning, in the driver's words.</summary>
    public string Describe(CudaError status)
    {
        byte* text;
        string meaning = GetErrorString(status, &text) == CudaError.CUDA_SUCCESS
            ? Marshal.PtrToStringUTF8((IntPtr)text)!
            : "the driver knows no text for it";
        return $"{NameOf(status)} ({(int)status}): {meaning}";
    }

    public string NameOf(CudaError status)
    {
        byte* name;
        return GetErrorName(status, &name) == CudaError.CUDA_SUCCESS ? Marshal.PtrToStringUTF8((IntPtr)name)! : status.ToString();
    }

    // The context is lost: only releasing it and making a new one helps.
    private static bool IsLasting(CudaError status) => status
        is CudaError.CUDA_ERROR_ECC_UNCORRECTABLE
        or (>= CudaError.CUDA_ERROR_ILLEGAL_ADDRESS and <= CudaError.CUDA_ERROR_LAUNCH_TIMEOUT)
        or CudaError.CUDA_ERROR_CONTEXT_IS_DESTROYED
        or CudaError.CUDA_ERROR_ASSERT
        or (>= CudaError.CUDA_ERROR_HARDWARE_STACK_ERROR and <= CudaError.CUDA_ERROR_LAUNCH_FAILED);

    private static IntPtr Demand(Func<string, IntPtr> find, string name) =>
        find(name) is var address && address != IntPtr.Zero ? address : throw new EntryPointNotFoundException(name);

    /// <summary>
    /// The driver of the first library that starts, or why there is none: what is wrong with the first that can be loaded. That may be a
    /// toolkit's stub, which programs are linked against on machines without a card, with the driver behind it.
    /// </summary>
    /// <param name="libraries">Names, in the order in which they are tried.</param>
    /// <param name="load">Loads a library and gives the way to find its functions, see the constructor; null where there is none.</param>
    internal static (CudaApi? Api, string Absence) Load(IReadOnlyList<string> libraries, Func<string, Func<string, IntPtr>?> load)
    {
        string? absence = null;
        foreach (string name in libraries)
        {
            if (load(name) is not { } find)
            {
                continue;
            }

            (CudaApi? api, string reason) = Initialize(find, name);
            if (api is not null)
            {
                return (api, string.Empty);
            }

            absence ??= reason;
        }

        return (null, absence ?? $"No CUDA driver was found ({libraries[0]}).");
    }

    /// <summary>Loads a library by the system's own rules.</summary>
    internal static Func<string, IntPtr>? Exports(string libraryName) => NativeLibrary.TryLoad(libraryName, out IntPtr library)
        ? name => NativeLibrary.TryGetExport(library, name, out IntPtr address) ? address : IntPtr.Zero
        : null;

    private static (CudaApi? Api, string Absence) Initialize(Func<string, IntPtr> find, string libraryName)
    {
        try
        {
            var api = new CudaApi(find);
            CudaError status = api.Init(0);
            return status == CudaError.CUDA_SUCCESS
                ? (api, string.Empty)
                : (null, $"The CUDA driver '{libraryName}' does not start: cuInit failed with {api.Describe(status)}.");
        }
        catch (EntryPointNotFoundException exception)
        {
            return (null, $"The CUDA driver '{libraryName}' is too old: it has no {exception.Message}.");
        }
    }
}
