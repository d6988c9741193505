using System.Collections.Immutable;
using System.Reflection;

namespace ILGPU.Runtime;

/// <summary>What a kernel is loaded from.</summary>
/// <param name="Method">A static method, or the body of a lambda that captures nothing.</param>
/// <param name="IsImplicit">Whether the first parameter is the index of the thread.</param>
/// <param name="Specialization">What launches promise.</param>
/// <param name="Specialized">The values of <see cref="SpecializedValue{T}"/> parameters, by parameter number.</param>
internal sealed record KernelDefinition(
    MethodInfo Method,
    bool IsImplicit,
    KernelSpecialization Specialization,
    ImmutableDictionary<int, object> Specialized)
{
    /// <exception cref="NotSupportedException">The program was compiled ahead of time, or the method is no kernel.</exception>
    public static KernelDefinition Create(MethodInfo method, bool isImplicit, KernelSpecialization specialization)
    {
        DynamicCode.Demand();
        EntryPointRules.Demand(method, isImplicit);
        return new(method, isImplicit, specialization, ImmutableDictionary<int, object>.Empty);
    }

    /// <summary>The numbers of the parameters that are compiled in.</summary>
    public int[] SpecializedParameters()
    {
        ParameterInfo[] parameters = Method.GetParameters();
        return [.. Enumerable.Range(0, parameters.Length).Where(i => IsSpecialized(parameters[i].ParameterType))];
    }

    public override string ToString()
    {
        string arguments = Method.IsGenericMethod
            ? $"<{string.Join(", ", Method.GetGenericArguments().Select(type => type.Name))}>"
            : string.Empty;
        return $"{Method.DeclaringType?.Name}.{Method.Name}{arguments}";
    }

    private static bool IsSpecialized(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SpecializedValue<>);
}
