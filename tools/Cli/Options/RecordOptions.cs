using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Options that fill a record, each declared at the property that it sets (<see cref="OptionAttribute"/>). Only those that are typed, or
/// set by the environment, set anything.
/// </summary>
/// <typeparam name="TRecord">the record</typeparam>
internal sealed class RecordOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRecord>
    where TRecord : new()
{
    private readonly List<(OptionDescription Declared, Option Option, Func<ParseResult, object?> Value)> _bindings = [];

    public RecordOptions()
    {
        var standard = new TRecord();
        foreach (var option in OptionDescription.Of(typeof(TRecord)).Where(o => o.Attribute is not null))
        {
            var attribute = option.Attribute!;
            _bindings.AddRange(RecordOptions.Of(option, option.Get(standard), attribute.Help, attribute.Least, attribute.Most)
                .Select(o => (option, o.Option, o.Value)));
        }
    }

    public IEnumerable<Option> All => _bindings.Select(b => b.Option);

    /// <summary>The options of properties; of a switch both ways to type it.</summary>
    public IEnumerable<Option> this[params IEnumerable<string> properties] =>
        _bindings.Where(b => properties.Contains(b.Declared.Property.Name)).Select(b => b.Option);

    /// <summary>A record with the values of the options that are set.</summary>
    /// <exception cref="UsageException">an option is typed that does nothing without another one</exception>
    public TRecord Of(ParseResult parsed)
    {
        foreach (var (declared, option, _) in _bindings.Where(b => parsed.IsTyped(b.Option)))
        {
            if (declared.Property.GetCustomAttribute<NeedsAttribute>() is { } needs && !this[needs.Option].Any(parsed.IsSet))
            {
                throw new UsageException($"{option.Name} needs {this[needs.Option].First().Name}: nothing else uses it");
            }
        }

        var record = new TRecord();
        foreach (var (declared, option, value) in _bindings.Where(b => parsed.IsSet(b.Option)))
        {
            declared.Set(record!, value(parsed));
        }

        return record;
    }
}

/// <summary>What a property of an options record is on the command line.</summary>
internal static class RecordOptions
{
    /// <returns>one; of a switch <c>--flip</c> and <c>--no-flip</c>, of which the help shows the one that changes the default</returns>
    /// <param name="option">the property</param>
    /// <param name="standard">its default; null if there is none, or if it depends on the family</param>
    /// <param name="help">what the help says</param>
    /// <param name="least">smallest allowed number</param>
    /// <param name="most">largest allowed number</param>
    public static IEnumerable<(Option Option, Func<ParseResult, object?> Value)> Of(
        OptionDescription option, object? standard, string help, double least = double.NegativeInfinity,
        double most = double.PositiveInfinity)
    {
        var (name, attribute, type) = (option.Name, option.Attribute!, Nullable.GetUnderlyingType(option.Type) ?? option.Type);
        return type == typeof(bool)
            ? [
                Flag($"--{name}", attribute.Help, true, hidden: standard is true),
                Flag($"--no-{name}", attribute.Off ?? $"Undoes --{name}.", false, hidden: standard is not true),
            ]
            : type == typeof(string[]) ? [Several($"--{name}")]
            : [Parsed($"--{name}")];

        (Option, Func<ParseResult, object?>) Parsed(string typed)
        {
            var parsed = Choice.Parsed(
                typed, help, attribute.Values ?? PlaceholderOf(type), text => OptionText.Parse(typed, text, type, least, most));
            parsed.Required = option.IsRequired;
            if (standard is int or long or ulong or double or string { Length: > 0 })
            {
                parsed.DefaultValueFactory = _ => standard;
            }

            return (parsed, result => result.GetValue(parsed));
        }

        (Option, Func<ParseResult, object?>) Several(string typed)
        {
            var several = Plain.Texts(typed, help, attribute.Values!, together: true);
            several.Arity = ArgumentArity.OneOrMore;
            return (several, result => result.GetValue(several));
        }

        (Option, Func<ParseResult, object?>) Flag(string typed, string description, bool value, bool hidden)
        {
            var flag = new Option<bool>(typed) { Description = description, Hidden = hidden };
            return (flag, parsed => parsed.GetValue(flag) ? value : !value);
        }
    }

    private static string PlaceholderOf(Type type) => type.IsEnum ? string.Join('|', OptionExplanation.WordsOf(type))
        : type == typeof(float) || type == typeof(double) ? "X"
        : type == typeof(string) ? "TEXT"
        : type == typeof(GeneratorKind) ? "NAME"
        : "N";
}
