using System.Reflection;

namespace ILGPU;

/// <summary>Marks what only the host may call: a kernel that calls it is refused when it is loaded.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
public sealed class NotInsideKernelAttribute : Attribute
{
    /// <summary>Whether the method carries the mark.</summary>
    public static bool IsDefined(MethodBase method) => IsDefined(method, typeof(NotInsideKernelAttribute));
}
