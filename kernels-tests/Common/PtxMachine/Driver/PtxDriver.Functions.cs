using ILGPU.Runtime.Cuda;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

// The driver's functions by exported name.
internal static unsafe partial class PtxDriver
{
    private static readonly (string Name, IntPtr Function)[] s_functions =
    [
        ("cuInit", (IntPtr)(delegate* unmanaged<uint, CudaError>)&Init),
        ("cuDriverGetVersion", (IntPtr)(delegate* unmanaged<int*, CudaError>)&DriverGetVersion),
        ("cuGetErrorString", (IntPtr)(delegate* unmanaged<CudaError, byte**, CudaError>)&GetErrorString),
        ("cuDeviceGetCount", (IntPtr)(delegate* unmanaged<int*, CudaError>)&DeviceGetCount),
        ("cuDeviceGet", (IntPtr)(delegate* unmanaged<int*, int, CudaError>)&DeviceGet),
        ("cuDeviceGetName", (IntPtr)(delegate* unmanaged<byte*, int, int, CudaError>)&DeviceGetName),
        ("cuDeviceTotalMem_v2", (IntPtr)(delegate* unmanaged<nuint*, int, CudaError>)&DeviceTotalMem),
        ("cuDeviceGetAttribute", (IntPtr)(delegate* unmanaged<int*, int, int, CudaError>)&DeviceGetAttribute),
        ("cuCtxCreate_v2", (IntPtr)(delegate* unmanaged<IntPtr*, uint, int, CudaError>)&CtxCreate),
        ("cuCtxDestroy_v2", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&CtxDestroy),
        ("cuCtxSetCurrent", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&CtxSetCurrent),
        ("cuCtxGetCacheConfig", (IntPtr)(delegate* unmanaged<int*, CudaError>)&CtxGetConfig),
        ("cuCtxGetSharedMemConfig", (IntPtr)(delegate* unmanaged<int*, CudaError>)&CtxGetConfig),
        ("cuCtxSynchronize", (IntPtr)(delegate* unmanaged<CudaError>)&CtxSynchronize),
        ("cuMemGetInfo_v2", (IntPtr)(delegate* unmanaged<nuint*, nuint*, CudaError>)&MemGetInfo),
        ("cuMemAlloc_v2", (IntPtr)(delegate* unmanaged<IntPtr*, nuint, CudaError>)&MemAlloc),
        ("cuMemFree_v2", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&MemFree),
        ("cuMemcpyAsync", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, nuint, IntPtr, CudaError>)&MemcpyAsync),
        ("cuMemsetD8Async", (IntPtr)(delegate* unmanaged<IntPtr, byte, nuint, IntPtr, CudaError>)&MemsetD8Async),
        ("cuMemHostRegister_v2", (IntPtr)(delegate* unmanaged<void*, nuint, uint, CudaError>)&MemHostRegister),
        ("cuMemHostUnregister", (IntPtr)(delegate* unmanaged<void*, CudaError>)&MemHostUnregister),
        ("cuStreamCreate", (IntPtr)(delegate* unmanaged<IntPtr*, uint, CudaError>)&StreamCreate),
        ("cuStreamDestroy_v2", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&StreamDestroy),
        ("cuStreamSynchronize", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&StreamSynchronize),
        ("cuStreamWaitEvent", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, uint, CudaError>)&StreamWaitEvent),
        ("cuEventCreate", (IntPtr)(delegate* unmanaged<IntPtr*, uint, CudaError>)&EventCreate),
        ("cuEventDestroy_v2", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventDestroy),
        ("cuEventRecord", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&EventRecord),
        ("cuEventQuery", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventQuery),
        ("cuEventSynchronize", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventSynchronize),
        ("cuEventElapsedTime", (IntPtr)(delegate* unmanaged<float*, IntPtr, IntPtr, CudaError>)&EventElapsedTime),
        ("cuModuleLoadDataEx", (IntPtr)(delegate* unmanaged<IntPtr*, void*, uint, int*, void**, CudaError>)&ModuleLoadDataEx),
        ("cuModuleUnload", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&ModuleUnload),
        ("cuModuleGetFunction", (IntPtr)(delegate* unmanaged<IntPtr*, IntPtr, byte*, CudaError>)&ModuleGetFunction),
        ("cuFuncSetAttribute", (IntPtr)(delegate* unmanaged<IntPtr, int, int, CudaError>)&FuncSetAttribute),
        (
            "cuLaunchKernel",
            (IntPtr)(delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, void**, void**, CudaError>)
                &LaunchKernel),
        ("cuStreamBeginCapture_v2", (IntPtr)(delegate* unmanaged<IntPtr, int, CudaError>)&StreamBeginCapture),
        ("cuStreamEndCapture", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr*, CudaError>)&StreamEndCapture),
        ("cuGraphInstantiateWithFlags", (IntPtr)(delegate* unmanaged<IntPtr*, IntPtr, ulong, CudaError>)&GraphInstantiate),
        ("cuGraphLaunch", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&GraphLaunch),
        ("cuGraphDestroy", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&GraphDestroy),
        ("cuGraphExecDestroy", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&GraphExecDestroy),
    ];
}
