namespace ILGPU.Runtime.Cuda;

/// <summary>A call of NVIDIA's cuRAND failed.</summary>
public sealed class CuRandException : Exception
{
    public CuRandException()
    {
    }

    public CuRandException(string message)
        : base(message)
    {
    }

    public CuRandException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CuRandException(CuRandStatus errorCode)
        : base($"A call of cuRAND failed with {errorCode} ({(int)errorCode}).") => Error = errorCode;

    public CuRandStatus Error { get; }

    /// <exception cref="CuRandException">The status is not success.</exception>
    public static void ThrowIfFailed(CuRandStatus errorCode)
    {
        if (errorCode != CuRandStatus.CURAND_STATUS_SUCCESS)
        {
            throw new CuRandException(errorCode);
        }
    }
}
