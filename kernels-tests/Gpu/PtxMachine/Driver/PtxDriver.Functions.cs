using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;

// The driver's functions under the names that its library exports.
internal static unsafe partial class PtxDriver
{
    private static readonly Dictionary<string, IntPtr> s_functions = new()
    {
        ["cuInit"] = (IntPtr)(delegate* unmanaged<uint, CudaError>)&Init,
        ["cuDriverGetVersion"] = (IntPtr)(delegate* unmanaged<int*, CudaError>)&DriverGetVersion,
        ["cuGetErrorName"] = (IntPtr)(delegate* unmanaged<CudaError, byte**, CudaError>)&GetErrorName,
        ["cuGetErrorString"] = (IntPtr)(delegate* unmanaged<CudaError, byte**, CudaError>)&GetErrorString,
        ["cuDeviceGetCount"] = (IntPtr)(delegate* unmanaged<int*, CudaError>)&DeviceGetCount,
        ["cuDeviceGet"] = (IntPtr)(delegate* unmanaged<int*, int, CudaError>)&DeviceGet,
        ["cuDeviceGetName"] = (IntPtr)(delegate* unmanaged<byte*, int, int, CudaError>)&DeviceGetName,
        ["cuDeviceTotalMem_v2"] = (IntPtr)(delegate* unmanaged<nuint*, int, CudaError>)&DeviceTotalMem,
        ["cuDeviceGetAttribute"] = (IntPtr)(delegate* unmanaged<int*, int, int, CudaError>)&DeviceGetAttribute,
        ["cuDeviceGetPCIBusId"] = (IntPtr)(delegate* unmanaged<byte*, int, int, CudaError>)&DeviceGetPCIBusId,
        ["cuDevicePrimaryCtxRetain"] = (IntPtr)(delegate* unmanaged<IntPtr*, int, CudaError>)&DevicePrimaryCtxRetain,
        ["cuDevicePrimaryCtxRelease_v2"] = (IntPtr)(delegate* unmanaged<int, CudaError>)&DevicePrimaryCtxRelease,
        ["cuDevicePrimaryCtxSetFlags_v2"] = (IntPtr)(delegate* unmanaged<int, uint, CudaError>)&DevicePrimaryCtxSetFlags,
        ["cuDeviceCanAccessPeer"] = (IntPtr)(delegate* unmanaged<int*, int, int, CudaError>)&DeviceCanAccessPeer,
        ["cuCtxEnablePeerAccess"] = (IntPtr)(delegate* unmanaged<IntPtr, uint, CudaError>)&CtxEnablePeerAccess,
        ["cuCtxDisablePeerAccess"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&CtxDisablePeerAccess,
        ["cuCtxSetCurrent"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&CtxSetCurrent,
        ["cuCtxSynchronize"] = (IntPtr)(delegate* unmanaged<CudaError>)&CtxSynchronize,
        ["cuMemGetInfo_v2"] = (IntPtr)(delegate* unmanaged<nuint*, nuint*, CudaError>)&MemGetInfo,
        ["cuMemAlloc_v2"] = (IntPtr)(delegate* unmanaged<IntPtr*, nuint, CudaError>)&MemAlloc,
        ["cuMemFree_v2"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&MemFree,
        ["cuMemAllocAsync"] = (IntPtr)(delegate* unmanaged<IntPtr*, nuint, IntPtr, CudaError>)&MemAllocAsync,
        ["cuMemFreeAsync"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&MemFreeAsync,
        ["cuMemcpyHtoDAsync_v2"] = (IntPtr)(delegate* unmanaged<IntPtr, void*, nuint, IntPtr, CudaError>)&MemcpyHtoDAsync,
        ["cuMemcpyDtoHAsync_v2"] = (IntPtr)(delegate* unmanaged<void*, IntPtr, nuint, IntPtr, CudaError>)&MemcpyDtoHAsync,
        ["cuMemcpyDtoDAsync_v2"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, nuint, IntPtr, CudaError>)&MemcpyDtoDAsync,
        ["cuMemsetD8Async"] = (IntPtr)(delegate* unmanaged<IntPtr, byte, nuint, IntPtr, CudaError>)&MemsetD8Async,
        ["cuMemAllocHost_v2"] = (IntPtr)(delegate* unmanaged<void**, nuint, CudaError>)&MemAllocHost,
        ["cuMemFreeHost"] = (IntPtr)(delegate* unmanaged<void*, CudaError>)&MemFreeHost,
        ["cuMemHostRegister_v2"] = (IntPtr)(delegate* unmanaged<void*, nuint, uint, CudaError>)&MemHostRegister,
        ["cuMemHostUnregister"] = (IntPtr)(delegate* unmanaged<void*, CudaError>)&MemHostUnregister,
        ["cuStreamCreate"] = (IntPtr)(delegate* unmanaged<IntPtr*, uint, CudaError>)&StreamCreate,
        ["cuStreamDestroy_v2"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&StreamDestroy,
        ["cuStreamSynchronize"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&StreamSynchronize,
        ["cuStreamWaitEvent"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, uint, CudaError>)&StreamWaitEvent,
        ["cuEventCreate"] = (IntPtr)(delegate* unmanaged<IntPtr*, uint, CudaError>)&EventCreate,
        ["cuEventDestroy_v2"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventDestroy,
        ["cuEventRecord"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&EventRecord,
        ["cuEventQuery"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventQuery,
        ["cuEventSynchronize"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventSynchronize,
        ["cuEventElapsedTime"] = (IntPtr)(delegate* unmanaged<float*, IntPtr, IntPtr, CudaError>)&EventElapsedTime,
        ["cuModuleLoadDataEx"] = (IntPtr)(delegate* unmanaged<IntPtr*, void*, uint, int*, void**, CudaError>)&ModuleLoadDataEx,
        ["cuModuleUnload"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&ModuleUnload,
        ["cuModuleGetFunction"] = (IntPtr)(delegate* unmanaged<IntPtr*, IntPtr, byte*, CudaError>)&ModuleGetFunction,
        ["cuFuncSetAttribute"] = (IntPtr)(delegate* unmanaged<IntPtr, int, int, CudaError>)&FuncSetAttribute,
        ["cuFuncGetAttribute"] = (IntPtr)(delegate* unmanaged<int*, int, IntPtr, CudaError>)&FuncGetAttribute,
        ["cuOccupancyMaxActiveBlocksPerMultiprocessor"] =
            (IntPtr)(delegate* unmanaged<int*, IntPtr, int, nuint, CudaError>)&OccupancyMaxActiveBlocks,
        ["cuLaunchKernel"] =
            (IntPtr)(delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, void**, void**, CudaError>)&LaunchKernel,
        ["cuStreamBeginCapture_v2"] = (IntPtr)(delegate* unmanaged<IntPtr, int, CudaError>)&StreamBeginCapture,
        ["cuStreamEndCapture"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr*, CudaError>)&StreamEndCapture,
        ["cuGraphGetNodes"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr*, nuint*, CudaError>)&GraphGetNodes,
        ["cuGraphInstantiateWithFlags"] = (IntPtr)(delegate* unmanaged<IntPtr*, IntPtr, ulong, CudaError>)&GraphInstantiate,
        ["cuGraphExecUpdate_v2"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, GraphUpdateResult*, CudaError>)&GraphExecUpdate,
        ["cuGraphLaunch"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&GraphLaunch,
        ["cuGraphDestroy"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&GraphDestroy,
        ["cuGraphExecDestroy"] = (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&GraphExecDestroy,
    };
}
