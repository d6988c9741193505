using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;

namespace ILGPU.Backends;

/// <summary>What kernels become.</summary>
public enum BackendType
{
    /// <summary>The simulator's code.</summary>
    IL,
    PTX,
    OpenCL,
}

/// <summary>Compiles kernels for an accelerator without loading them.</summary>
public sealed class Backend
{
    private readonly Accelerator _accelerator;

    internal Backend(Accelerator accelerator) => _accelerator = accelerator;

    public Context Context => _accelerator.Context;

    public CapabilityContext Capabilities => _accelerator.Capabilities;

    public BackendType BackendType => _accelerator.AcceleratorType switch
    {
        AcceleratorType.Cuda => BackendType.PTX,
        AcceleratorType.OpenCL => BackendType.OpenCL,
        _ => BackendType.IL,
    };

    /// <inheritdoc cref="Accelerator.CompileKernel(in EntryPointDescription, in KernelSpecialization)"/>
    public CompiledKernel Compile(in EntryPointDescription entry, in KernelSpecialization specialization) =>
        _accelerator.CompileKernel(entry, specialization);
}

public static class BackendExtensions
{
    /// <summary>What compiles kernels for this accelerator.</summary>
    public static Backend GetBackend(this Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return new(accelerator);
    }
}
