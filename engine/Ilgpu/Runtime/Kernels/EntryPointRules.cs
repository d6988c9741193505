using System.Reflection;

namespace ILGPU.Runtime;

/// <summary>What a method must look like to be a kernel.</summary>
internal static class EntryPointRules
{
    /// <summary>The method of a delegate.</summary>
    /// <exception cref="NotSupportedException">The delegate captures something or is an instance method.</exception>
    public static MethodInfo MethodOf(Delegate action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (action.Target is { } target
            && target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0)
        {
            throw OnlyStatic(action.Method);
        }

        return action.Method;
    }

    /// <exception cref="NotSupportedException">
    /// The method is no static method or lambda, its index has another type, or a parameter is a reference.
    /// </exception>
    /// <exception cref="ArgumentException">A parameter's type means different bits on host and device.</exception>
    public static void Demand(MethodInfo method, bool isImplicit)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!method.IsStatic && !IsLambda(method))
        {
            throw OnlyStatic(method);
        }

        if (method.ContainsGenericParameters)
        {
            throw new NotSupportedException($"The kernel '{method.Name}' has open type parameters.");
        }

        ParameterInfo[] parameters = method.GetParameters();
        if (isImplicit)
        {
            DemandIndex(method, parameters);
        }

        foreach (ParameterInfo parameter in isImplicit ? parameters.AsSpan(1) : parameters)
        {
            DemandParameter(method, parameter);
        }

        if (method.ReturnType != typeof(void))
        {
            throw new NotSupportedException($"The kernel '{method.Name}' returns a value; kernels write their results to views.");
        }
    }

    private static bool IsLambda(MethodInfo method) =>
        method.DeclaringType is { } type
        && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length == 0
        && type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), inherit: false);

    private static NotSupportedException OnlyStatic(MethodInfo method) =>
        new($"The kernel '{method.DeclaringType?.Name}.{method.Name}' can't be loaded: only static methods and non-capturing lambdas are " +
            "supported.");

    private static void DemandIndex(MethodInfo method, ParameterInfo[] parameters)
    {
        Type? index = parameters.Length > 0 ? parameters[0].ParameterType : null;
        if (index != typeof(Index1D) && index != typeof(Index2D) && index != typeof(Index3D))
        {
            throw new NotSupportedException(
                $"The first parameter of the kernel '{method.Name}' is '{index?.Name}'; Index1D, Index2D and Index3D are supported.");
        }
    }

    private static void DemandParameter(MethodInfo method, ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (type.IsByRef || type.IsPointer || !type.IsValueType)
        {
            throw new NotSupportedException(
                $"The parameter '{parameter.Name}' of the kernel '{method.Name}' is a reference ('{type.Name}'); pass views and values.");
        }

        if (FindOffender(type) is { } offender)
        {
            string message = $"The parameter '{parameter.Name}' of the kernel '{method.Name}' has the not supported kernel-parameter " +
                $"type '{type.Name}'.";
            throw new ArgumentException(
                message, parameter.Name,
                new NotSupportedException($"The type is not blittable because of '{offender}'; use byte or ushort instead."));
        }
    }

    private static string? FindOffender(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>))
        {
            return BlittableType.FindOffender(type.GetGenericArguments()[0]);
        }

        if (type.IsPrimitive || type.IsEnum)
        {
            return BlittableType.FindOffender(type);
        }

        if (!type.IsValueType)
        {
            return type.Name;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (FindOffender(field.FieldType) is { } inner)
            {
                return field.FieldType.IsPrimitive ? $"{type.Name}.{field.Name} ({inner})" : inner;
            }
        }

        return null;
    }
}
