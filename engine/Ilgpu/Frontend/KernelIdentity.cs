using System.Globalization;
using System.Reflection;
using System.Text;
using ILGPU.Backends;

namespace ILGPU.Frontend;

/// <summary>
/// Names a request without looking at any code: the method by module and token, its type arguments, and everything that the request asks
/// for. Together with the versions of the modules that its translation reads it determines the image.
/// </summary>
internal static class KernelIdentity
{
    /// <summary>
    /// The name, or null where the method, or a value that it is specialised for, has none that another process would give it.
    /// </summary>
    public static string? Of(KernelRequest request)
    {
        if (request.Method.Module.Assembly.IsDynamic)
        {
            return null;
        }

        var text = new StringBuilder();
        Append(text, request.Method);
        text.Append(
            CultureInfo.InvariantCulture,
            $";{request.Target};{request.ImplicitlyGrouped};{request.MaxGroupSize};{request.MinGroupsPerMultiprocessor}");
        text.Append(CultureInfo.InvariantCulture, $";{request.AssumeNoAlias};{request.AssumeAligned};{request.AssumeInt32Indices}");
        text.Append(CultureInfo.InvariantCulture, $";{request.FastMath};{request.Assertions};{request.Output};{request.StaticFields}");
        foreach (var (parameter, value) in request.Specialized.OrderBy(pair => pair.Key))
        {
            if (ValueDigest.Of(value) is not { } digest)
            {
                return null;
            }

            text.Append(CultureInfo.InvariantCulture, $";{parameter}={digest}");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, MethodInfo method)
    {
        Append(text, method.DeclaringType!);
        text.Append(CultureInfo.InvariantCulture, $".{method.MetadataToken:x}");
        if (method.IsGenericMethod)
        {
            Append(text, method.GetGenericArguments());
        }
    }

    private static void Append(StringBuilder text, Type type)
    {
        if (type.HasElementType)
        {
            Append(text, type.GetElementType()!);
            text.Append(type.Name.AsSpan(type.GetElementType()!.Name.Length));
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"{type.Module.ModuleVersionId:N}:{type.MetadataToken:x}");
        if (type.IsGenericType)
        {
            Append(text, type.GetGenericArguments());
        }
    }

    private static void Append(StringBuilder text, Type[] arguments)
    {
        text.Append('<');
        foreach (var argument in arguments)
        {
            Append(text, argument);
            text.Append(',');
        }

        text.Append('>');
    }
}
