namespace ILGPU.Runtime.CPU;

/// <summary>A kernel did what no device forgives; the message names what, the kernel, the source line, the group and the thread.</summary>
public sealed class SimulatorException : AcceleratorException
{
    public SimulatorException(string message)
        : base(message)
    {
    }

    public override AcceleratorType AcceleratorType => AcceleratorType.CPU;
}
