namespace ILGPU.Backends.EntryPoints;

/// <summary>Names a kernel's entry in PTX and OpenCL C: <c>Kernel_</c> and the given name, in place of the method's.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelNameAttribute : Attribute
{
    /// <param name="kernelName">The name; whatever is not an ASCII letter or digit becomes an underscore.</param>
    /// <exception cref="ArgumentNullException">The name is null or blank.</exception>
    public KernelNameAttribute(string kernelName)
    {
        if (string.IsNullOrWhiteSpace(kernelName))
        {
            throw new ArgumentNullException(nameof(kernelName));
        }

        KernelName = string.Concat(kernelName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
    }

    public string KernelName { get; }
}
