using System.Runtime.InteropServices;

namespace ILGPU.Runtime.Cuda;

/// <summary>A call of the CUDA driver failed. Errors of asynchronous work surface at a later call.</summary>
public sealed unsafe class CudaException : AcceleratorException
{
    internal CudaException(CudaError status, string message)
        : base(message)
    {
        Status = status;
        Error = NameOf(status);
    }

    /// <summary>The name of the code, such as CUDA_ERROR_OUT_OF_MEMORY.</summary>
    public string Error { get; }

    public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;

    internal CudaError Status { get; }

    /// <exception cref="CudaException">The status is not success.</exception>
    public static void ThrowIfFailed(CudaError cudaStatus) => Check(cudaStatus, "A CUDA call");

    /// <param name="status">What the call returned.</param>
    /// <param name="call">Its name.</param>
    internal static void Check(CudaError status, string call)
    {
        if (status != CudaError.CUDA_SUCCESS)
            throw new CudaException(status, $"{call} failed with {Describe(status)}.");
    }

    internal static string Describe(CudaError status) => $"{NameOf(status)} ({(int)status}): {TextOf(status)}";

    private static string NameOf(CudaError status)
    {
        byte* name;
        return CudaApi.IsPresent && CudaApi.Current.GetErrorName(status, &name) == CudaError.CUDA_SUCCESS
            ? Marshal.PtrToStringUTF8((IntPtr)name)!
            : status.ToString();
    }

    private static string TextOf(CudaError status)
    {
        byte* text;
        return CudaApi.IsPresent && CudaApi.Current.GetErrorString(status, &text) == CudaError.CUDA_SUCCESS
            ? Marshal.PtrToStringUTF8((IntPtr)text)!
            : "the driver knows no text for it";
    }
}
