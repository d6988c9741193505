using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// Finds kernels by their shape: methods and non-capturing lambdas that return nothing and take views. So every kernel of a folder is
/// compiled and assembled by the tests without being listed anywhere.
/// </summary>
internal static class KernelCatalog
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>What specialised parameters are compiled with.</summary>
    private const int SpecializedValue = 4;

    /// <summary>The kernels of the conformance suite, those that must be refused left out.</summary>
    public static IReadOnlyList<MethodInfo> Conformance { get; } =
        [.. Find(typeof(KernelCatalog).Assembly, "IlgpuGan.KernelsTests.Ilgpu.Conformance").Where(method => !Path(method).Contains("Refusal", StringComparison.Ordinal))];

    /// <summary>The kernels of all types in a namespace and those below it.</summary>
    public static IEnumerable<MethodInfo> Find(Assembly assembly, string space) =>
        from type in assembly.GetTypes()
        where type.Namespace is { } own && (own == space || own.StartsWith(space + ".", StringComparison.Ordinal))
        where !type.ContainsGenericParameters && (!type.IsAbstract || type.IsSealed || type.IsDefined(typeof(CompilerGeneratedAttribute)) || HasStatics(type))
        from method in type.GetMethods(Any)
        where IsKernel(type, method)
        orderby Path(method), method.MetadataToken
        select method;

    /// <summary>The request that loading the kernel would make.</summary>
    public static KernelRequest Request(MethodInfo method, KernelTarget target)
    {
        var specialized = ImmutableDictionary.CreateBuilder<int, object>();
        foreach (var parameter in method.GetParameters())
        {
            if (IsSpecialized(parameter.ParameterType))
                specialized[parameter.Position] = Convert.ChangeType(SpecializedValue, parameter.ParameterType.GetGenericArguments()[0]);
        }

        return Compiling.Request(method, target) with { Specialized = specialized.ToImmutable() };
    }

    /// <summary>Type and method, without the names that the C# compiler makes up.</summary>
    public static string Path(MethodInfo method)
    {
        var type = method.DeclaringType!;
        while (type.DeclaringType is { } outer)
            type = outer;
        return $"{type.Name}.{method.Name}";
    }

    private static bool HasStatics(Type type) => type.GetMethods(BindingFlags.Static | Any).Length > 0;

    private static bool IsKernel(Type type, MethodInfo method)
    {
        var parameters = method.GetParameters();
        return method.ReturnType == typeof(void)
            && !method.ContainsGenericParameters
            && !method.IsAbstract
            && (method.IsStatic || IsClosureOfNothing(type))
            && parameters.Length > 0
            && Array.Exists(parameters, parameter => IsView(parameter.ParameterType))
            && Array.TrueForAll(parameters, parameter => parameter.ParameterType.IsValueType && !parameter.ParameterType.IsByRef && !parameter.ParameterType.IsByRefLike);
    }

    private static bool IsClosureOfNothing(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length == 0;

    private static bool IsView(Type type) => type.IsGenericType && type.Name.StartsWith("ArrayView", StringComparison.Ordinal);

    private static bool IsSpecialized(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SpecializedValue<>);
}
