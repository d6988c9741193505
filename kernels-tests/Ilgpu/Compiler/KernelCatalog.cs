using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// Finds kernels by their shape: methods and non-capturing lambdas that return nothing and take views. So every kernel of a folder is
/// compiled and assembled by the tests without being listed anywhere.
/// </summary>
internal static class KernelCatalog
{
    private const BindingFlags Any =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>What specialised parameters are compiled with.</summary>
    private const int SpecializedValue = 4;

    /// <summary>The kernels of the conformance suite, those that must be refused left out.</summary>
    public static IReadOnlyList<MethodInfo> Conformance { get; } =
        [.. Find(typeof(KernelCatalog).Assembly, "IlgpuGan.KernelsTests.Ilgpu.Conformance")
            .Where(method => !Path(method).Contains("Refusal", StringComparison.Ordinal))];

    /// <summary>The kernels of the tensor engine.</summary>
    public static IReadOnlyList<MethodInfo> Engine { get; } = [.. Tensors.Devices.Gpu.KernelCatalog.All.Select(kernel => kernel.Method)];

    /// <summary>
    /// The kernels of all types in a namespace and those below it; generic ones once for every struct that they can be closed over.
    /// </summary>
    public static IEnumerable<MethodInfo> Find(Assembly assembly, string space) =>
        from type in assembly.GetTypes()
        where type.Namespace is { } own && (own == space || own.StartsWith(space + ".", StringComparison.Ordinal))
        where !type.ContainsGenericParameters && type.BaseType != typeof(MulticastDelegate)
        from declared in type.GetMethods(Any)
        where IsKernel(type, declared)
        from method in Instances(declared)
        orderby Path(method), method.MetadataToken
        select method;

    /// <summary>The request that loading the kernel would make.</summary>
    public static KernelRequest Request(MethodInfo method, KernelTarget target)
    {
        var specialized = ImmutableDictionary.CreateBuilder<int, object>();
        foreach (var parameter in method.GetParameters())
        {
            if (IsSpecialized(parameter.ParameterType))
            {
                specialized[parameter.Position] = Convert.ChangeType(SpecializedValue, parameter.ParameterType.GetGenericArguments()[0]);
            }
        }

        var bounds = Tensors.Devices.Gpu.LaunchBounds.Of(method, target is PtxTarget { Sm: >= 80 });
        return Compiling.Request(method, target) with
        {
            Specialized = specialized.ToImmutable(),
            MaxGroupSize = bounds.MaxNumThreadsPerGroup,
            MinGroupsPerMultiprocessor = bounds.MinNumGroupsPerMultiprocessor,
        };
    }

    /// <summary>Type and method, without the names that the C# compiler makes up.</summary>
    public static string Path(MethodInfo method)
    {
        var type = method.DeclaringType!;
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }
        return method.IsGenericMethod
            ? $"{type.Name}.{method.Name}<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
            : $"{type.Name}.{method.Name}";
    }

    // Type parameters of kernels are functors: structs of the same assembly that implement what the constraint asks for.
    private static IEnumerable<MethodInfo> Instances(MethodInfo method)
    {
        if (!method.IsGenericMethodDefinition)
        {
            return [method];
        }
        var choices = method.GetGenericArguments()
            .Select(parameter => Structs(method.DeclaringType!.Assembly, parameter.GetGenericParameterConstraints()));
        IEnumerable<Type[]> closings = [[]];
        foreach (var choice in choices)
        {
            closings = [.. closings.SelectMany(_ => choice, (chosen, next) => (Type[])[.. chosen, next])];
        }
        return closings.Where(closing => closing.Length > 0).Select(method.MakeGenericMethod);
    }

    private static List<Type> Structs(Assembly assembly, Type[] constraints)
    {
        var wanted = Array.FindAll(
            constraints, constraint => constraint.IsInterface && !constraint.ContainsGenericParameters && constraint.Assembly == assembly);
        return wanted.Length == 0
            ? []
            : [.. assembly.GetTypes().Where(type => type is { IsValueType: true, ContainsGenericParameters: false } && Array.TrueForAll(
                wanted, w => w.IsAssignableFrom(type)))];
    }

    private static bool IsKernel(Type type, MethodInfo method)
    {
        var parameters = method.GetParameters();
        return method.ReturnType == typeof(void)
            && !method.IsAbstract
            && (method.IsStatic || IsClosureOfNothing(type))
            && parameters.Length > 0
            && Array.Exists(parameters, parameter => IsView(parameter.ParameterType))
            && Array.TrueForAll(
                parameters,
                parameter =>
                    parameter.ParameterType is { IsByRef: false, IsByRefLike: false, IsPointer: false } type
                        && (type.IsValueType || type.IsGenericParameter));
    }

    private static bool IsClosureOfNothing(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute))
            && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length == 0;

    private static bool IsView(Type type) => type.IsGenericType && type.Name.StartsWith("ArrayView", StringComparison.Ordinal);

    private static bool IsSpecialized(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SpecializedValue<>);
}
