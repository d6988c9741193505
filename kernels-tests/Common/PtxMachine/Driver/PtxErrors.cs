using ILGPU.Runtime.Cuda;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>Error codes of the driver's header that ILGPU's enumeration lacks.</summary>
internal static class PtxErrors
{
    public const CudaError IllegalState = (CudaError)401;
    public const CudaError LaunchOutOfResources = (CudaError)701;
    public const CudaError CaptureUnsupported = (CudaError)900;
    public const CudaError CaptureInvalidated = (CudaError)901;
    public const CudaError CaptureMerge = (CudaError)902;
    public const CudaError CaptureUnmatched = (CudaError)903;
    public const CudaError CaptureUnjoined = (CudaError)904;
    public const CudaError CaptureIsolation = (CudaError)905;
    public const CudaError CaptureImplicit = (CudaError)906;
    public const CudaError CapturedEvent = (CudaError)907;
    public const CudaError CaptureWrongThread = (CudaError)908;
}
