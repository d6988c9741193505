using System.Reflection;

namespace ILGPU.Frontend;

/// <summary>
/// What a translation read: the modules of all methods and types that it met, and the values of static fields. While none of it changes,
/// translating again gives the same.
/// </summary>
internal sealed class Provenance
{
    private readonly HashSet<Module> _modules = [];
    private readonly HashSet<Type> _types = [];
    private readonly Dictionary<FieldInfo, string> _statics = [];

    public IReadOnlyCollection<Module> Modules => _modules;

    /// <summary>Static fields and digests of the values they had.</summary>
    public IReadOnlyDictionary<FieldInfo, string> Statics => _statics;

    /// <summary>False if something was read that another process can't compare: generated code, or an object without a digest.</summary>
    public bool IsReproducible { get; private set; } = true;

    public void Add(MethodBase method)
    {
        Add(method.Module);
        if (method.DeclaringType is { } type)
        {
            Add(type);
        }

        if (method.IsGenericMethod)
        {
            AddAll(method.GetGenericArguments());
        }
    }

    /// <summary>A type, its arguments, and the types of its fields, on which its layout depends.</summary>
    public void Add(Type type)
    {
        if (type.IsGenericParameter || !_types.Add(type))
        {
            return;
        }

        Add(type.Module);
        if (type.HasElementType)
        {
            Add(type.GetElementType()!);
        }

        if (type.IsGenericType)
        {
            AddAll(type.GetGenericArguments());
        }

        if (type is { IsValueType: true, IsPrimitive: false, IsEnum: false })
        {
            AddAll(type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(field => field.FieldType));
        }
    }

    /// <summary>A static field whose value became a constant.</summary>
    public void Add(FieldInfo field, object? value)
    {
        Add(field.DeclaringType!);
        if (ValueDigest.Of(value) is { } digest)
        {
            _statics[field] = digest;
        }
        else
        {
            IsReproducible = false;
        }
    }

    private void AddAll(IEnumerable<Type> all)
    {
        foreach (var type in all)
        {
            Add(type);
        }
    }

    private void Add(Module module)
    {
        if (_modules.Add(module) && module.Assembly.IsDynamic)
        {
            IsReproducible = false;
        }
    }
}
