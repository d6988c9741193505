namespace ILGPU.Runtime;

/// <summary>A driver reported an error; the message names the call, the code and its meaning.</summary>
public abstract class AcceleratorException : Exception
{
    protected AcceleratorException(string message)
        : base(message)
    {
    }

    protected AcceleratorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public abstract AcceleratorType AcceleratorType { get; }
}
