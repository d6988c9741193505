using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Cli.Options;

/// <summary>The option is an argument: a word without a name before it, which the help shows as the option's values.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PositionalAttribute : Attribute;

/// <summary>The option sets others itself, which can't be typed beside it.</summary>
/// <param name="options">their properties</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExcludesAttribute(params string[] options) : Attribute
{
    public string[] Options => options;
}

/// <summary>What a property can't say of its option: it is known at run time alone, or the values have a type of their own.</summary>
/// <param name="Parse">the value of a text, by the option's name; throws a <see cref="FormatException"/> that says which are valid</param>
/// <param name="Shown">what the help shows in place of a value</param>
/// <param name="Standard">the default</param>
/// <param name="Help">what the help says</param>
internal sealed record OptionValues(
    Func<string, string, object>? Parse = null, string? Shown = null, object? Standard = null, string? Help = null)
{
    public static OptionValues OneOf(params IReadOnlyCollection<string> words) => new(
        (name, text) => words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException($"{name} can't be '{text}'; it can be {string.Join(", ", words)}"),
        string.Join('|', words));

    /// <summary>The same; the first of the words is the default.</summary>
    public static OptionValues FirstOf(params IReadOnlyCollection<string> words) => OneOf(words) with { Standard = words.First() };
}

/// <summary>
/// Options that fill a record, each declared at the property that it sets (<see cref="OptionAttribute"/>); those of the device come last.
/// Only those that are typed, or set by the environment, set anything.
/// </summary>
/// <typeparam name="TRecord">the record</typeparam>
internal sealed class RecordOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRecord>
    where TRecord : new()
{
    private readonly List<(OptionDescription Declared, Symbol Typed, Func<ParseResult, object?> Value)> _bindings = [];

    /// <param name="values">by the names of properties: what these can't say of their options</param>
    public RecordOptions(IReadOnlyDictionary<string, OptionValues>? values = null)
    {
        var standard = new TRecord();
        foreach (var option in OptionDescription.Of(typeof(TRecord)).Where(o => o.Attribute is not null)
            .OrderBy(o => typeof(TunedDeviceOptions).IsAssignableTo(o.Property.DeclaringType)))
        {
            var bound = RecordOptions.Of(
                option, option.Get(standard), option.Attribute!.Help, option.Attribute.Least, option.Attribute.Most,
                values?.GetValueOrDefault(option.Property.Name));
            _bindings.AddRange(bound.Select(o => (option, o.Typed, o.Value)));
        }
    }

    public IEnumerable<Option> All => _bindings.Select(b => b.Typed).OfType<Option>();

    /// <summary>The options of properties; of a switch both ways to type it.</summary>
    public IEnumerable<Option> this[params IEnumerable<string> properties] =>
        _bindings.Where(b => properties.Contains(b.Declared.Property.Name)).Select(b => b.Typed).OfType<Option>();

    public void AddTo(Command command)
    {
        foreach (var (_, symbol, _) in _bindings)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }
    }

    /// <summary>A record with the values of the options that are set.</summary>
    /// <exception cref="UsageException">an option is typed that does nothing without another one, or beside another one</exception>
    public TRecord Of(ParseResult parsed)
    {
        foreach (var (declared, option, _) in _bindings.Where(b => parsed.IsTyped(b.Typed)))
        {
            if (declared.Property.GetCustomAttribute<NeedsAttribute>() is { } needs && !this[needs.Option].Any(parsed.IsSet))
            {
                throw new UsageException($"{option.Name} needs {this[needs.Option].First().Name}: nothing else uses it");
            }

            if (declared.Property.GetCustomAttribute<ExcludesAttribute>() is { } sets
                && this[sets.Options].FirstOrDefault(parsed.IsTyped) is { } other)
            {
                throw new UsageException($"{other.Name} can't be combined with {option.Name}, which sets it");
            }
        }

        var record = new TRecord();
        foreach (var (declared, _, value) in _bindings.Where(
            b => parsed.IsSet(b.Typed) || b.Typed is Option { HasDefaultValue: true, ValueType: var type } && type != typeof(bool)))
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
    /// <param name="values">what the property can't say</param>
    public static IEnumerable<(Symbol Typed, Func<ParseResult, object?> Value)> Of(
        OptionDescription option, object? standard, string help, double least = double.NegativeInfinity,
        double most = double.PositiveInfinity, OptionValues? values = null)
    {
        var (attribute, type) = (option.Attribute!, Nullable.GetUnderlyingType(option.Type) ?? option.Type);
        var element = type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)) ? null
            : type.GetElementType() ?? type.GetGenericArguments()[0];
        var (name, shown) = ($"--{option.Name}", values?.Shown ?? attribute.Values ?? PlaceholderOf(type));
        (standard, help) = (values?.Standard ?? standard, values?.Help ?? help);
        if (option.Property.IsDefined(typeof(PositionalAttribute)))
        {
            var argument = new Argument<object>(shown)
            {
                Description = help, Arity = ArityOf(option.IsRequired ? 1 : 0), CustomParser = result => Read(result, shown),
            };
            return [(argument, result => result.GetValue(argument))];
        }

        if (type == typeof(bool))
        {
            return
            [
                Flag(name, attribute.Help, true, hidden: standard is true),
                Flag($"--no-{option.Name}", attribute.Off ?? $"Undoes {name}.", false, hidden: standard is not true),
            ];
        }

        // [FILE] may be left out; of "RUN RUN …" several may follow one name, and others are repeated.
        var parsed = new Option<object>(name)
        {
            Description = help, HelpName = shown, Required = option.IsRequired, Arity = ArityOf(shown.StartsWith('[') ? 0 : 1),
            AllowMultipleArgumentsPerToken = shown.EndsWith('…'), CustomParser = result => Read(result, name),
            DefaultValueFactory = standard is IFormattable and not Enum or string { Length: > 0 } ? _ => standard : null,
        };
        return [(parsed, result => result.GetValue(parsed))];

        ArgumentArity ArityOf(int least) => new(least, element is null ? 1 : 100_000);

        object Read(ArgumentResult result, string typed)
        {
            try
            {
                var all = result.Tokens.Select(token => Parsed(typed, token.Value)).ToList();
                if (element is null)
                {
                    return all.LastOrDefault() ?? "";
                }

                var list = Array.CreateInstance(element, all.Count);
                ((ICollection)all).CopyTo(list, 0);
                return list;
            }
            catch (FormatException problem)
            {
                result.AddError(problem.Message);
                return "";
            }
        }

        object Parsed(string typed, string text) =>
            values?.Parse?.Invoke(typed, text) ?? OptionText.Parse(typed, text, element ?? type, least, most);
    }

    private static (Symbol Typed, Func<ParseResult, object?> Value) Flag(string name, string help, bool value, bool hidden)
    {
        var flag = new Option<bool>(name) { Description = help, Hidden = hidden };
        return (flag, parsed => parsed.GetValue(flag) ? value : !value);
    }

    private static string PlaceholderOf(Type type) => type.IsEnum ? string.Join('|', OptionExplanation.WordsOf(type))
        : type == typeof(float) || type == typeof(double) ? "X"
        : type == typeof(string) ? "TEXT"
        : type == typeof(GeneratorKind) ? "NAME"
        : "N";
}
