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

/// <summary>The functions of the CUDA driver that the runtime calls, found in the driver's library at run time.</summary>
internal sealed unsafe class CudaApi
{
    private static readonly Lazy<(CudaApi? Api, string Absence)> Loaded = new(Load);

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

    public readonly delegate* unmanaged<void*, nuint, uint, CudaError> MemHostRegister;

    public readonly delegate* unmanaged<void*, CudaError> MemHostUnregister;

    public readonly delegate* unmanaged<IntPtr*, uint, CudaError> StreamCreate;

    public readonly delegate* unmanaged<IntPtr, CudaError> StreamDestroy;

    public readonly delegate* unmanaged<IntPtr, CudaError> StreamSynchronize;

    public readonly delegate* unmanaged<IntPtr, IntPtr, uint, CudaError> StreamWaitEvent;

    public readonly delegate* unmanaged<IntPtr*, uint, CudaError> EventCreate;

    public readonly delegate* unmanaged<IntPtr, CudaError> EventDestroy;

    public readonly delegate* unmanaged<IntPtr, IntPtr, CudaError> EventRecord;

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
    public readonly delegate* unmanaged<IntPtr*, IntPtr, ulong, CudaError> GraphInstantiate;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, IntPtr, GraphUpdateResult*, CudaError> GraphExecUpdate;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, IntPtr, CudaError> GraphLaunch;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, CudaError> GraphDestroy;

    /// <summary>Null with drivers that don't have it.</summary>
    public readonly delegate* unmanaged<IntPtr, CudaError> GraphExecDestroy;

    private CudaApi(IntPtr library)
    {
        Init = (delegate* unmanaged<uint, CudaError>)NativeLibrary.GetExport(library, "cuInit");
        DriverGetVersion = (delegate* unmanaged<int*, CudaError>)NativeLibrary.GetExport(library, "cuDriverGetVersion");
        GetErrorName = (delegate* unmanaged<CudaError, byte**, CudaError>)NativeLibrary.GetExport(library, "cuGetErrorName");
        GetErrorString = (delegate* unmanaged<CudaError, byte**, CudaError>)NativeLibrary.GetExport(library, "cuGetErrorString");
        DeviceGetCount = (delegate* unmanaged<int*, CudaError>)NativeLibrary.GetExport(library, "cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, CudaError>)NativeLibrary.GetExport(library, "cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, CudaError>)NativeLibrary.GetExport(library, "cuDeviceGetName");
        DeviceTotalMem = (delegate* unmanaged<nuint*, int, CudaError>)NativeLibrary.GetExport(library, "cuDeviceTotalMem_v2");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, CudaError>)NativeLibrary.GetExport(library, "cuDeviceGetAttribute");
        DeviceGetPCIBusId = (delegate* unmanaged<byte*, int, int, CudaError>)NativeLibrary.GetExport(library, "cuDeviceGetPCIBusId");
        DevicePrimaryCtxRetain = (delegate* unmanaged<IntPtr*, int, CudaError>)NativeLibrary.GetExport(library, "cuDevicePrimaryCtxRetain");
        DevicePrimaryCtxRelease = (delegate* unmanaged<int, CudaError>)NativeLibrary.GetExport(library, "cuDevicePrimaryCtxRelease_v2");
        DevicePrimaryCtxSetFlags = (delegate* unmanaged<int, uint, CudaError>)NativeLibrary.GetExport(library, "cuDevicePrimaryCtxSetFlags_v2");
        DeviceCanAccessPeer = (delegate* unmanaged<int*, int, int, CudaError>)NativeLibrary.GetExport(library, "cuDeviceCanAccessPeer");
        CtxEnablePeerAccess = (delegate* unmanaged<IntPtr, uint, CudaError>)NativeLibrary.GetExport(library, "cuCtxEnablePeerAccess");
        CtxDisablePeerAccess = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuCtxDisablePeerAccess");
        CtxSetCurrent = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuCtxSetCurrent");
        CtxSynchronize = (delegate* unmanaged<CudaError>)NativeLibrary.GetExport(library, "cuCtxSynchronize");
        MemGetInfo = (delegate* unmanaged<nuint*, nuint*, CudaError>)NativeLibrary.GetExport(library, "cuMemGetInfo_v2");
        MemAlloc = (delegate* unmanaged<IntPtr*, nuint, CudaError>)NativeLibrary.GetExport(library, "cuMemAlloc_v2");
        MemFree = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuMemFree_v2");
        MemAllocAsync = (delegate* unmanaged<IntPtr*, nuint, IntPtr, CudaError>)(NativeLibrary.TryGetExport(library, "cuMemAllocAsync", out IntPtr memAllocAsync) ? memAllocAsync : 0);
        MemFreeAsync = (delegate* unmanaged<IntPtr, IntPtr, CudaError>)(NativeLibrary.TryGetExport(library, "cuMemFreeAsync", out IntPtr memFreeAsync) ? memFreeAsync : 0);
        MemcpyHtoDAsync = (delegate* unmanaged<IntPtr, void*, nuint, IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuMemcpyHtoDAsync_v2");
        MemcpyDtoHAsync = (delegate* unmanaged<void*, IntPtr, nuint, IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuMemcpyDtoHAsync_v2");
        MemcpyDtoDAsync = (delegate* unmanaged<IntPtr, IntPtr, nuint, IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuMemcpyDtoDAsync_v2");
        MemsetD8Async = (delegate* unmanaged<IntPtr, byte, nuint, IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuMemsetD8Async");
        MemHostRegister = (delegate* unmanaged<void*, nuint, uint, CudaError>)NativeLibrary.GetExport(library, "cuMemHostRegister_v2");
        MemHostUnregister = (delegate* unmanaged<void*, CudaError>)NativeLibrary.GetExport(library, "cuMemHostUnregister");
        StreamCreate = (delegate* unmanaged<IntPtr*, uint, CudaError>)NativeLibrary.GetExport(library, "cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged<IntPtr, IntPtr, uint, CudaError>)NativeLibrary.GetExport(library, "cuStreamWaitEvent");
        EventCreate = (delegate* unmanaged<IntPtr*, uint, CudaError>)NativeLibrary.GetExport(library, "cuEventCreate");
        EventDestroy = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<IntPtr, IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuEventRecord");
        EventSynchronize = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuEventSynchronize");
        EventElapsedTime = (delegate* unmanaged<float*, IntPtr, IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuEventElapsedTime");
        ModuleLoadDataEx = (delegate* unmanaged<IntPtr*, void*, uint, int*, void**, CudaError>)NativeLibrary.GetExport(library, "cuModuleLoadDataEx");
        ModuleUnload = (delegate* unmanaged<IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuModuleUnload");
        ModuleGetFunction = (delegate* unmanaged<IntPtr*, IntPtr, byte*, CudaError>)NativeLibrary.GetExport(library, "cuModuleGetFunction");
        FuncSetAttribute = (delegate* unmanaged<IntPtr, int, int, CudaError>)NativeLibrary.GetExport(library, "cuFuncSetAttribute");
        FuncGetAttribute = (delegate* unmanaged<int*, int, IntPtr, CudaError>)NativeLibrary.GetExport(library, "cuFuncGetAttribute");
        OccupancyMaxActiveBlocks = (delegate* unmanaged<int*, IntPtr, int, nuint, CudaError>)NativeLibrary.GetExport(library, "cuOccupancyMaxActiveBlocksPerMultiprocessor");
        LaunchKernel = (delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, void**, void**, CudaError>)NativeLibrary.GetExport(library, "cuLaunchKernel");
        StreamBeginCapture = (delegate* unmanaged<IntPtr, int, CudaError>)(NativeLibrary.TryGetExport(library, "cuStreamBeginCapture_v2", out IntPtr streamBeginCapture) ? streamBeginCapture : 0);
        StreamEndCapture = (delegate* unmanaged<IntPtr, IntPtr*, CudaError>)(NativeLibrary.TryGetExport(library, "cuStreamEndCapture", out IntPtr streamEndCapture) ? streamEndCapture : 0);
        GraphInstantiate = (delegate* unmanaged<IntPtr*, IntPtr, ulong, CudaError>)(NativeLibrary.TryGetExport(library, "cuGraphInstantiateWithFlags", out IntPtr graphInstantiate) ? graphInstantiate : 0);
        GraphExecUpdate = (delegate* unmanaged<IntPtr, IntPtr, GraphUpdateResult*, CudaError>)(NativeLibrary.TryGetExport(library, "cuGraphExecUpdate_v2", out IntPtr graphExecUpdate) ? graphExecUpdate : 0);
        GraphLaunch = (delegate* unmanaged<IntPtr, IntPtr, CudaError>)(NativeLibrary.TryGetExport(library, "cuGraphLaunch", out IntPtr graphLaunch) ? graphLaunch : 0);
        GraphDestroy = (delegate* unmanaged<IntPtr, CudaError>)(NativeLibrary.TryGetExport(library, "cuGraphDestroy", out IntPtr graphDestroy) ? graphDestroy : 0);
        GraphExecDestroy = (delegate* unmanaged<IntPtr, CudaError>)(NativeLibrary.TryGetExport(library, "cuGraphExecDestroy", out IntPtr graphExecDestroy) ? graphExecDestroy : 0);
    }

    /// <summary>Whether a driver was found and initialised.</summary>
    public static bool IsPresent => Loaded.Value.Api is not null;

    /// <summary>Why there is no CUDA here; empty where there is.</summary>
    public static string Absence => Loaded.Value.Absence;

    /// <exception cref="NotSupportedException">There is no CUDA here.</exception>
    public static CudaApi Current => Loaded.Value.Api ?? throw new NotSupportedException(Absence);

    private static (CudaApi? Api, string Absence) Load()
    {
        string[] names = OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out IntPtr library))
                return Initialize(library, name);
        }

        return (null, $"No CUDA driver was found ({string.Join(", ", names)}).");
    }

    private static (CudaApi? Api, string Absence) Initialize(IntPtr library, string name)
    {
        try
        {
            var api = new CudaApi(library);
            CudaError status = api.Init(0);
            return status == CudaError.CUDA_SUCCESS ? (api, string.Empty) : (null, $"The CUDA driver does not start: cuInit returned {status} ({(int)status}).");
        }
        catch (EntryPointNotFoundException exception)
        {
            return (null, $"The CUDA driver '{name}' is too old: {exception.Message}");
        }
    }
}
