namespace ILGPU;

/// <summary>A kernel could not be compiled; the reason, with its place in the source, is the inner exception.</summary>
public sealed class InternalCompilerException : Exception
{
    public InternalCompilerException()
        : base("The kernel could not be compiled.")
    {
    }

    public InternalCompilerException(string message)
        : base(message)
    {
    }

    public InternalCompilerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>An operation that only exists inside kernels was called on the host.</summary>
public sealed class InvalidKernelOperationException : InvalidOperationException
{
    public InvalidKernelOperationException()
        : base("This operation exists only inside kernels.")
    {
    }

    public InvalidKernelOperationException(string message)
        : base(message)
    {
    }

    public InvalidKernelOperationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A kernel or a caller asks for something that the device does not offer.</summary>
public sealed class CapabilityNotSupportedException : Exception
{
    public CapabilityNotSupportedException()
        : base("The device does not support a required capability.")
    {
    }

    public CapabilityNotSupportedException(string message)
        : base(message)
    {
    }

    public CapabilityNotSupportedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
