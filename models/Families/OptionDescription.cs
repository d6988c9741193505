using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Makes a property of an options record an option: <c>--load-size</c> on the command line, <c>load-size</c> in <c>options.json</c>, with
/// its help, its range and whether a resumed run may change it.
/// </summary>
/// <param name="help">one sentence for <c>--help</c>; the default is added to it</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string help) : Attribute
{
    public string Help => help;

    /// <summary>The option's name, without dashes; null for the property's in kebab-case.</summary>
    public string? Name { get; init; }

    /// <summary>Smallest allowed number.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>Largest allowed number.</summary>
    public double Most { get; init; } = double.PositiveInfinity;

    /// <summary>The number must be greater than <see cref="Least"/>.</summary>
    public bool AboveLeast { get; init; }

    /// <summary>A resumed run may change it, since it does not affect the weights at a given step.</summary>
    public bool MayChange { get; init; }

    /// <summary>The value that a resumed run may change it to, although that affects the weights; null if there is none.</summary>
    public object? MayBecome { get; init; }

    /// <summary>
    /// It comes from the data set: <see cref="Family.Completed"/> sets it, a run stores it, and the command line does not have it.
    /// </summary>
    public bool FromData { get; init; }

    /// <summary>Help of <c>--no-…</c>, for a switch.</summary>
    public string? Off { get; init; }

    /// <summary>The reason for the option or its default: a sentence that cites the paper.</summary>
    public string? Why { get; init; }

    /// <summary>The allowed values, for the help: <c>unet256|resnet9|…</c>.</summary>
    public string? Values { get; init; }
}

/// <summary>A request to a server may have the option, too: it names no file there.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ServedAttribute : Attribute
{
    /// <summary>Largest number of a request, where that is less than the option's own.</summary>
    public double Most { get; init; } = double.PositiveInfinity;
}

/// <summary>The option says more of another one, and does nothing without it.</summary>
/// <param name="option">the property of the other one</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeedsAttribute(string option) : Attribute
{
    public string Option => option;
}

/// <summary>One option of an options record, as the command line, JSON, checks and reports use it.</summary>
internal sealed class OptionDescription
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionDescription>> s_ofTypes = new();

    private readonly PropertyInfo _property;

    private OptionDescription(PropertyInfo property)
    {
        _property = property;
        Attribute = property.GetCustomAttribute<OptionAttribute>()
            ?? (typeof(IAdversarialOptions).IsAssignableFrom(property.ReflectedType)
                ? typeof(IAdversarialOptions).GetProperty(property.Name)?.GetCustomAttribute<OptionAttribute>()
                : null);
        Name = Attribute?.Name ?? JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);
    }

    /// <summary>In kebab-case, without dashes: <c>load-size</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Help, range and resumability; null for options that the command line defines elsewhere (<c>model</c>, <c>preset</c>, <c>data</c>).
    /// </summary>
    public OptionAttribute? Attribute { get; }

    /// <summary>Whether it is the path of the data set: it has no attribute, and a resumed run may change it, as data can move.</summary>
    public bool IsData => _property.Name == nameof(TrainingOptions.Data);

    /// <summary>Whether a request to a server may have it, and how; null if not.</summary>
    public ServedAttribute? Served => _property.GetCustomAttribute<ServedAttribute>();

    /// <summary>Whether a command can't do without it.</summary>
    public bool IsRequired => _property.IsDefined(typeof(RequiredAttribute));

    /// <summary>The property of the options record.</summary>
    public PropertyInfo Property => _property;

    /// <summary>The value's type; an option of a nullable type may be omitted.</summary>
    public Type Type => _property.PropertyType;

    /// <summary>All options of an options record, those of its base records first, in the order of declaration.</summary>
    public static IReadOnlyList<OptionDescription> Of(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type options) =>
        s_ofTypes.TryGetValue(options, out var known)
            ? known
            : s_ofTypes.GetOrAdd(
                options,
                [
                    .. options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                        .Where(p => p.CanWrite).OrderBy(p => Depth(p.DeclaringType)).Select(p => new OptionDescription(p)),
                ]);

    public object? Get(object options) => _property.GetValue(options);

    /// <summary>Sets the value in place: for a record that is not shared yet.</summary>
    internal void Set(object options, object? value) => _property.SetValue(options, value);

    /// <summary>A copy with another value.</summary>
    public TrainingOptions With(TrainingOptions options, object? value)
    {
        var copy = options with { };
        Set(copy, value);
        return copy;
    }

    /// <summary>Depth of a type in its inheritance chain.</summary>
    private static int Depth(Type? record) => record is null ? 0 : 1 + Depth(record.BaseType);
}
