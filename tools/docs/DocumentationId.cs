using System.Reflection;

namespace IlgpuGan.Docs;

/// <summary>
/// The id of a type or member in the XML file of an assembly's comments (C# specification, annex D.4.2).
/// </summary>
internal static class DocumentationId
{
    public static string Of(MemberInfo member) => member switch
    {
        Type type => "T:" + NameOf(type),
        ConstructorInfo constructor =>
            $"M:{Inside(member)}{(constructor.IsStatic ? "#cctor" : "#ctor")}{Parameters(constructor.GetParameters())}",
        MethodInfo method =>
            $"M:{Inside(member)}{Escaped(method.Name)}{Arity(method)}{Parameters(method.GetParameters())}{Result(method)}",
        PropertyInfo property => $"P:{Inside(member)}{Escaped(property.Name)}{Parameters(property.GetIndexParameters())}",
        EventInfo => $"E:{Inside(member)}{Escaped(member.Name)}",
        _ => $"F:{Inside(member)}{Escaped(member.Name)}",
    };

    private static string Inside(MemberInfo member) => NameOf(member.DeclaringType!) + ".";

    /// <summary>A type's own name: <c>System.Collections.Generic.List`1</c>.</summary>
    private static string NameOf(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return (definition.FullName ?? definition.Name).Replace('+', '.');
    }

    /// <summary>Escapes the dots and brackets in the name of an explicit implementation.</summary>
    private static string Escaped(string name) => name.Replace('.', '#').Replace('<', '{').Replace('>', '}').Replace(',', '@');

    private static string Arity(MethodInfo method) => method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";

    private static string Result(MethodInfo method) =>
        method.Name is "op_Implicit" or "op_Explicit" ? "~" + Encoded(method.ReturnType) : "";

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(p => Encoded(p.ParameterType)))})";

    /// <summary>A parameter's type: <c>System.Collections.Generic.List{`0}</c>.</summary>
    private static string Encoded(Type type) =>
        type.IsByRef ? Encoded(type.GetElementType()!) + "@"
        : type.IsPointer ? Encoded(type.GetElementType()!) + "*"
        : type.IsArray ? Encoded(type.GetElementType()!) + Rank(type.GetArrayRank())
        : type.IsGenericMethodParameter ? $"``{type.GenericParameterPosition}"
        : type.IsGenericParameter ? $"`{type.GenericParameterPosition}"
        : type.IsGenericType ? Constructed(type)
        : NameOf(type);

    private static string Rank(int rank) => rank == 1 ? "[]" : $"[{string.Join(',', Enumerable.Repeat("0:", rank))}]";

    /// <summary>A constructed type; in a nested one, each enclosing type has its own arguments, before the dot.</summary>
    private static string Constructed(Type type)
    {
        var arguments = new Queue<Type>(type.GetGenericArguments());
        var parts = type.GetGenericTypeDefinition().FullName!.Split('+').Select(part =>
        {
            var mark = part.IndexOf('`');
            if (mark < 0)
            {
                return part;
            }

            var own = Enumerable.Range(0, int.Parse(part[(mark + 1)..])).Select(_ => Encoded(arguments.Dequeue())).ToList();
            return $"{part[..mark]}{{{string.Join(',', own)}}}";
        });
        return string.Join('.', parts);
    }
}
