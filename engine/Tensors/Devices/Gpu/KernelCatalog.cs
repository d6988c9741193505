using System.Reflection;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>A kernel of the engine.</summary>
/// <param name="Family">what it belongs to: the name of its folder</param>
/// <param name="Name">class, method, and what a generic one is compiled for</param>
/// <param name="Method">the static method that is compiled</param>
public sealed record CatalogedKernel(string Family, string Name, MethodInfo Method)
{
    public override string ToString() => Name;
}

/// <summary>
/// The kernels of the folders beside this file, found by reflection: the public static methods of classes called <c>…Kernels</c> that have a
/// view among their parameters. Generic ones are listed for each struct that satisfies their constraints.
/// </summary>
public static class KernelCatalog
{
    private static readonly string s_root = typeof(KernelCatalog).Namespace!;

    public static IReadOnlyList<CatalogedKernel> All { get; } =
    [
        .. from type in typeof(KernelCatalog).Assembly.GetTypes()
           where type.Name.EndsWith("Kernels", StringComparison.Ordinal) && type.Namespace is { } space && space.StartsWith(s_root + ".", StringComparison.Ordinal)
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where method.ReturnType == typeof(void) && method.GetParameters().Any(p => IsView(p.ParameterType))
           from closed in Close(method)
           let name = $"{type.Name}.{method.Name}{Arguments(closed)}"
           orderby name
           select new CatalogedKernel(type.Namespace![(s_root.Length + 1)..], name, closed),
    ];

    private static bool IsView(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);

    private static string Arguments(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static IEnumerable<MethodInfo> Close(MethodInfo method)
    {
        if (!method.IsGenericMethodDefinition)
        {
            return [method];
        }

        IEnumerable<Type[]> choices = [[]];
        foreach (var parameter in method.GetGenericArguments())
        {
            var constraints = parameter.GetGenericParameterConstraints().Where(c => c.IsInterface).ToArray();
            var structs = typeof(KernelCatalog).Assembly.GetTypes()
                .Where(t => t is { IsValueType: true, IsGenericTypeDefinition: false } && constraints.Length > 0 && constraints.All(c => c.IsAssignableFrom(t)))
                .ToArray();
            choices = [.. choices.SelectMany(chosen => structs.Select(t => (Type[])[.. chosen, t]))];
        }

        return choices.Select(chosen => method.MakeGenericMethod(chosen));
    }
}
