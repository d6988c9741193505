using System.Diagnostics.CodeAnalysis;
using ILGPU.Backends;

namespace ILGPU.Runtime;

/// <summary>
/// From launcher delegates back to their kernels. A kernel with specialised values has a kernel for each of them, and none here.
/// </summary>
/// <remarks>The name is ILGPU's: code written for the official package finds it here.</remarks>
public static class KernelUtil
{
    public static bool TryGetKernel<TDelegate>(this TDelegate launcher, [NotNullWhen(true)] out Kernel? kernel)
        where TDelegate : Delegate
    {
        ArgumentNullException.ThrowIfNull(launcher);
        kernel = launcher.Target as Kernel;
        return kernel is not null;
    }

    /// <exception cref="InvalidOperationException">The delegate launches no kernel, or one for each specialised value.</exception>
    public static Kernel GetKernel<TDelegate>(this TDelegate launcher)
        where TDelegate : Delegate =>
        launcher.TryGetKernel(out Kernel? kernel)
            ? kernel
            : throw new InvalidOperationException("The delegate is not the launcher of one kernel.");

    /// <inheritdoc cref="GetKernel"/>
    public static CompiledKernel GetCompiledKernel<TDelegate>(this TDelegate launcher)
        where TDelegate : Delegate => launcher.GetKernel().CompiledKernel;

    /// <inheritdoc cref="GetKernel"/>
    public static CompiledKernel.KernelInfo? GetKernelInfo<TDelegate>(this TDelegate launcher)
        where TDelegate : Delegate => launcher.GetKernel().Info;
}
