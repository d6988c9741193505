using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>What the host sees of an operation that the kernel compiler replaces.</summary>
internal static class KernelOnly
{
    /// <exception cref="InvalidKernelOperationException">Always.</exception>
    [DoesNotReturn]
    public static T Value<T>([CallerMemberName] string member = "") =>
        throw new InvalidKernelOperationException($"'{member}' exists only inside kernels.");

    /// <inheritdoc cref="Value{T}"/>
    [DoesNotReturn]
    public static void Call([CallerMemberName] string member = "") => Value<int>(member);
}
