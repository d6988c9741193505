namespace ILGPU.Runtime.Cuda;

/// <summary>A call of the CUDA driver failed. Errors of asynchronous work surface at a later call.</summary>
public sealed class CudaException : AcceleratorException
{
    internal CudaException(CudaApi? driver, CudaError status, string message)
        : base(message)
    {
        Status = status;
        Error = driver?.NameOf(status) ?? status.ToString();
    }

    /// <summary>The name of the code, such as CUDA_ERROR_OUT_OF_MEMORY.</summary>
    public string Error { get; }

    public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;

    internal CudaError Status { get; }

    /// <exception cref="CudaException">The status is not success.</exception>
    public static void ThrowIfFailed(CudaError cudaStatus)
    {
        if (CudaApi.Installed is { } driver)
        {
            driver.Check(cudaStatus, "A CUDA call");
        }
        else if (cudaStatus != CudaError.CUDA_SUCCESS)
        {
            throw new CudaException(null, cudaStatus, $"A CUDA call failed with {cudaStatus} ({(int)cudaStatus}).");
        }
    }
}
