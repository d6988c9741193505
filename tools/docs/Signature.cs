using System.Reflection;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Docs;

/// <summary>C# declarations of types and members, reduced to what a caller needs.</summary>
internal static class Signature
{
    private static readonly NullabilityInfoContext s_nullability = new();

    private static readonly Dictionary<Type, string> s_words = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort",
        [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(char)] = "char", [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        Type?[] bases = [type.BaseType, .. type.GetInterfaces()];
        var shown = bases.OfType<Type>().Where(t => t.IsVisible && t != typeof(object) && t != typeof(ValueType) && t != typeof(Enum)
            && t.Namespace?.StartsWith("System", StringComparison.Ordinal) == false).Select(NameOf).ToList();
        return $"{kind} {NameOf(type)}{(shown.Count > 0 ? " : " + string.Join(", ", shown) : "")}";
    }

    public static string Of(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{SimpleName(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Result(method)} {Name(method)}({Parameters(method)})",
        PropertyInfo property => Of(property),
        FieldInfo { IsLiteral: true } constant => $"const {NameOf(constant.FieldType)} {constant.Name}",
        FieldInfo field =>
            $"{(field.IsStatic ? "static " : "")}{Nullable(NameOf(field.FieldType), s_nullability.Create(field))} {field.Name}",
        EventInfo { EventHandlerType: { } handler } => $"event {NameOf(handler)} {member.Name}",
        _ => member.Name,
    };

    /// <summary>The C# name of a type: <c>List&lt;int&gt;</c>, <c>float[]</c>, <c>(int, string)</c>.</summary>
    public static string NameOf(Type type)
    {
        if (type.IsByRef || type.IsPointer)
        {
            return NameOf(type.GetElementType()!) + (type.IsPointer ? "*" : "");
        }

        if (type.IsArray)
        {
            return $"{NameOf(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (s_words.TryGetValue(type, out var word))
        {
            return word;
        }

        if (System.Nullable.GetUnderlyingType(type) is { } value)
        {
            return NameOf(value) + "?";
        }

        if (!type.IsGenericType)
        {
            return SimpleName(type);
        }

        var arguments = string.Join(", ", type.GetGenericArguments().Select(NameOf));
        return typeof(ITuple).IsAssignableFrom(type) && type.IsValueType ? $"({arguments})" : $"{SimpleName(type)}<{arguments}>";
    }

    private static string SimpleName(Type type) => type.Name.Split('`')[0];

    private static string Name(MethodInfo method) =>
        method.Name.StartsWith("op_", StringComparison.Ordinal) ? "operator " + method.Name["op_".Length..]
        : method.IsGenericMethod ? $"{method.Name}<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>"
        : method.Name;

    private static string Result(MethodInfo method) => Nullable(NameOf(method.ReturnType), s_nullability.Create(method.ReturnParameter));

    private static string Of(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(LibraryReference.IsShown).ToList();
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var access = (accessors.Contains(property.GetMethod!) ? " get;" : "")
            + (!accessors.Contains(property.SetMethod!) ? "" : isInit ? " init;" : " set;");
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(p => Of(p)))}]";
        return (accessors.Exists(a => a.IsStatic) ? "static " : "")
            + $"{Nullable(NameOf(property.PropertyType), s_nullability.Create(property))} {name} {{{access} }}";
    }

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return (isExtension ? "this " : "") + string.Join(", ", method.GetParameters().Select(p => Of(p)));
    }

    private static string Of(ParameterInfo parameter)
    {
        var modifier = parameter.ParameterType.IsByRef ? parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        return $"{modifier}{Nullable(NameOf(parameter.ParameterType), s_nullability.Create(parameter))} {parameter.Name}"
            + (parameter.HasDefaultValue ? " = " + Value(parameter.RawDefaultValue, parameter.ParameterType) : "");
    }

    private static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && System.Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        bool truth => truth ? "true" : "false",
        string text => $"\"{text}\"",
        _ when type.IsEnum => Enum.ToObject(type, value).ToString()!,
        _ => value.ToString()!,
    };

    /// <summary>Appends a question mark to nullable reference types, but not to type parameters.</summary>
    private static string Nullable(string name, NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        return info.ReadState == NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter ? name + "?" : name;
    }
}
