using System.Reflection;

namespace ILGPU.Frontend;

/// <summary>Finds the method that a constrained call really calls, now that every type argument is known.</summary>
internal static class MethodResolution
{
    /// <summary>The implementation of <paramref name="method"/> in <paramref name="type"/>.</summary>
    public static MethodBase Implementation(Type type, MethodInfo method)
    {
        if (method.DeclaringType is { IsInterface: true } contract)
        {
            return Contract(type, contract, method);
        }

        if (!type.IsValueType)
        {
            throw new KernelRefusedException(
                $"'{KernelTranslator.Describe(method)}' is called on class '{type}'; kernels have structs only");
        }

        // Equals, GetHashCode or ToString: the struct's own override, if it has one.
        var root = method.GetBaseDefinition();
        return type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .FirstOrDefault(m => m.DeclaringType == type && m.GetBaseDefinition() == root)
            ?? throw new KernelRefusedException($"'{KernelTranslator.Describe(method)}' would box '{type}'; override it in the struct");
    }

    private static MethodBase Contract(Type type, Type contract, MethodInfo method)
    {
        if (!contract.IsAssignableFrom(type))
        {
            throw new KernelRefusedException($"'{type}' does not implement '{contract}'");
        }

        var map = type.GetInterfaceMap(contract);
        var definition = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        for (var i = 0; i < map.InterfaceMethods.Length; i++)
        {
            if (map.InterfaceMethods[i].MetadataToken != definition.MetadataToken || map.InterfaceMethods[i].Module != definition.Module)
            {
                continue;
            }

            var target = map.TargetMethods[i];
            if (target is null)
            {
                break;
            }

            return method.IsGenericMethod ? target.MakeGenericMethod(method.GetGenericArguments()) : target;
        }

        if (method is { IsStatic: true, IsAbstract: false })
        {
            return method;
        }

        throw new KernelRefusedException($"'{type}' has no implementation of '{KernelTranslator.Describe(method)}' that a kernel can call");
    }
}
