#if !USE_ILGPU_PACKAGES
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Cli.Kernels.Page;

/// <summary>An assembly of the user's, with kernels in it.</summary>
internal sealed class UserKernels
{
    private const BindingFlags AnyStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Of those that a mistake names.</summary>
    private const int MostNamed = 12;

    private static readonly Type[] s_indices = [typeof(Index1D), typeof(Index2D), typeof(Index3D)];

    private readonly string _path;
    private readonly List<MethodInfo> _methods;

    private UserKernels(string path, List<MethodInfo> methods) => (_path, _methods) = (path, methods);

    /// <summary>Loads an assembly, and what lies beside it as it is needed.</summary>
    /// <exception cref="UsageException">the file is no assembly, or its kernels are not for this compiler</exception>
    public static UserKernels Load(string path)
    {
        Assembly assembly;
        try
        {
            assembly = Assembly.LoadFrom(Path.GetFullPath(path));
        }
        catch (Exception problem) when (problem is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new UsageException(
                $"{path}: {(File.Exists(path) ? "is no .NET assembly that this program can load" : "is not there")}", problem);
        }

        var api = typeof(Index1D).Assembly.GetName().Name;
        if (assembly != typeof(Index1D).Assembly && !Array.Exists(assembly.GetReferencedAssemblies(), name => name.Name == api))
        {
            throw new UsageException($"{path}: has no kernels for this compiler, since it does not refer to {api}; build it against that");
        }

        return new UserKernels(path, [.. TypesOf(assembly).SelectMany(type => type.GetMethods(AnyStatic))]);
    }

    /// <summary>Whether a kernel computes its index, its first parameter, itself.</summary>
    public static bool IsImplicit(MethodInfo kernel) => s_indices.Contains(kernel.GetParameters()[0].ParameterType);

    /// <summary><c>Type.Method</c>; of a local function its own name.</summary>
    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{PlainName(method)}";

    /// <summary>The kernel of a name.</summary>
    /// <param name="name"><c>Method</c> or <c>Type.Method</c>, with namespaces or without</param>
    /// <exception cref="UsageException">there is none or more than one, or it can't be compiled without more being known</exception>
    public MethodInfo Kernel(string name)
    {
        var kernel = Single(name, IsKernel, "kernel", "static void methods that take values alone, views among them");
        return kernel switch
        {
            { ContainsGenericParameters: true } =>
                throw new UsageException($"{NameOf(kernel)} has type parameters; name a method that calls it with types"),
            _ when Array.Find(kernel.GetParameters(), IsSpecialized) is { } parameter =>
                throw new UsageException($"{NameOf(kernel)} is compiled for values of '{parameter.Name}' (a SpecializedValue); name a " +
                    "method that calls it with a constant"),
            _ => kernel,
        };
    }

    /// <summary>What launches kernels: it is given an accelerator.</summary>
    /// <param name="name">as for <see cref="Kernel"/></param>
    /// <exception cref="UsageException">there is none or more than one</exception>
    public Action<Accelerator> Launch(string name) =>
        Single(name, IsLaunch, "launch", "static void methods with an Accelerator as their only parameter")
            .CreateDelegate<Action<Accelerator>>();

    /// <summary>Those that can be loaded: others may need assemblies that are not here.</summary>
    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException problem)
        {
            return problem.Types.OfType<Type>();
        }
    }

    private static bool IsKernel(MethodInfo method) =>
        method.ReturnType == typeof(void)
        && method.GetParameters() is { Length: > 0 } parameters
        && Array.TrueForAll(parameters, parameter => parameter.ParameterType.IsValueType || parameter.ParameterType.IsGenericParameter)
        && Array.Exists(parameters, parameter => HoldsView(parameter.ParameterType));

    /// <summary>A view, or a structure of the interface with one in it.</summary>
    private static bool HoldsView(Type type) =>
        type.IsValueType && !type.IsPrimitive && !type.IsEnum
        && ((type.Assembly == typeof(Index1D).Assembly && type.Name.StartsWith("ArrayView", StringComparison.Ordinal))
            || type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Any(field => field.FieldType != type && HoldsView(field.FieldType)));

    private static bool IsLaunch(MethodInfo method) =>
        !method.ContainsGenericParameters
        && method.ReturnType == typeof(void)
        && method.GetParameters() is [var only]
        && only.ParameterType == typeof(Accelerator);

    private static bool IsSpecialized(ParameterInfo parameter) =>
        parameter.ParameterType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(SpecializedValue<>);

    /// <summary>The compiler calls a local function <c>&lt;Main&gt;g__Kernel|0_0</c>.</summary>
    private static string PlainName(MethodInfo method)
    {
        const string Local = ">g__";
        var start = method.Name.IndexOf(Local, StringComparison.Ordinal);
        return start < 0 ? method.Name : method.Name[(start + Local.Length)..].Split('|')[0];
    }

    private MethodInfo Single(string name, Predicate<MethodInfo> isWanted, string kind, string description)
    {
        var wanted = _methods.FindAll(isWanted);
        var named = wanted.FindAll(method =>
            name == PlainName(method) || name == NameOf(method) || name == $"{method.DeclaringType!.FullName}.{PlainName(method)}");
        return named switch
        {
            [var one] => one,
            [] when wanted.Count == 0 => throw new UsageException($"{_path}: has no {kind}s, which are {description}"),
            [] => throw new UsageException($"{_path}: has no {kind} '{name}'; it has {Names(wanted)}"),
            _ => throw new UsageException($"{_path}: '{name}' is more than one {kind}: {Names(named)}; name its type, too"),
        };
    }

    private static string Names(List<MethodInfo> methods) =>
        string.Join(", ", methods.Take(MostNamed).Select(NameOf))
            + (methods.Count > MostNamed ? $" and {methods.Count - MostNamed} more" : "");
}
#endif
