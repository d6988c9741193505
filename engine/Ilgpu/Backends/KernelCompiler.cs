using System.Reflection;
using ILGPU.Frontend;
using ILGPU.IR;

namespace ILGPU.Backends;

/// <summary>
/// Turns C# methods into kernels. Holds no state besides caches of what methods and types look like; safe from several threads.
/// </summary>
public static class KernelCompiler
{
    /// <summary>Changes whenever the same request could give other code: part of every cache key.</summary>
    public static string Version { get; } = typeof(KernelCompiler).Module.ModuleVersionId.ToString("N");

    /// <exception cref="InternalCompilerException">
    /// The kernel uses what kernels can't; the inner <see cref="NotSupportedException"/> gives source file, line, construct and advice.
    /// </exception>
    /// <exception cref="NotSupportedException">The method has not the shape of a kernel.</exception>
    /// <exception cref="ArgumentException">A parameter has a type that kernels can't take.</exception>
    public static KernelImage Compile(KernelRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return new Compilation(request).Run();
        }
        catch (KernelRefusedException refusal)
        {
            throw Refused(request.Method, refusal.Message, null);
        }
        catch (CapabilityNotSupportedException missing)
        {
            throw new InternalCompilerException($"{KernelTranslator.Describe(request.Method)}: {missing.Message}", missing);
        }
    }

    internal static InternalCompilerException Refused(MethodInfo method, string reason, SourceLocation? location)
    {
        var message = location is null ? $"{KernelTranslator.Describe(method)}: {reason}" : $"{location}: {reason} (in {location.Chain()})";
        return new InternalCompilerException(
            $"The kernel '{KernelTranslator.Describe(method)}' can't be compiled: {message}", new NotSupportedException(message));
    }
}
