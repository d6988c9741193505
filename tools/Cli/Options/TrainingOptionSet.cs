using System.CommandLine;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// All options of a training run, with names, help and values from the families' option records. Only options that are typed, or set by the
/// environment, are applied, over the defaults of family and preset.
/// </summary>
internal sealed class TrainingOptionSet
{
    /// <summary>Options that the verb declares itself.</summary>
    private static readonly HashSet<string> s_declaredByVerb = ["preset", "data"];

    private readonly List<(Option Option, string Name, Func<ParseResult, object?> Value)> _bindings = [];

    /// <summary>The options of one family, with its defaults in the help.</summary>
    public TrainingOptionSet(Family family)
    {
        var defaults = family.Defaults();
        foreach (var option in OptionsOf(family).Where(IsIncluded))
        {
            Add(option, option.Get(defaults));
        }
    }

    /// <summary>The options of all families, for a run of any of them.</summary>
    public TrainingOptionSet()
    {
        foreach (var option in FamilyCatalog.All.SelectMany(OptionsOf).DistinctBy(o => o.Name).Where(IsIncluded))
        {
            Add(option, standard: null);
        }
    }

    /// <summary>Why a family has no option of this name: others have it. Null if no family has it.</summary>
    /// <param name="word">as typed, such as <c>--lambda-a=3</c></param>
    /// <param name="family">the family whose options are typed</param>
    public static string? RefusalOf(string word, string family)
    {
        var option = word.Split('=')[0];
        var name = option.StartsWith("--no-", StringComparison.Ordinal) ? option[5..] : option.TrimStart('-');
        List<string> others = option.StartsWith("--", StringComparison.Ordinal)
            ? [.. FamilyCatalog.All.Where(f => OptionsOf(f).Any(o => o.Name == name)).Select(f => f.Info.Name)] : [];
        return others.Count > 0 ? $"{option} is an option of {string.Join(", ", others)}, not of {family}" : null;
    }

    public void AddTo(Command command)
    {
        foreach (var (option, _, _) in _bindings)
        {
            command.Add(option);
        }
    }

    /// <summary>Applies the options that are set. Epochs that are set replace steps that are not.</summary>
    /// <exception cref="UsageException">the run's family has no such option</exception>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions options)
    {
        var own = OptionDescription.Of(options.GetType());
        var applied = _bindings.Where(b => parsed.IsSet(b.Option)).ToList();
        if (applied.Any(b => b.Name == "epochs"))
        {
            options = options with { Steps = null };
        }

        foreach (var (option, name, value) in applied)
        {
            var target = own.FirstOrDefault(o => o.Name == name)
                ?? throw new UsageException($"{option.Name} is not an option of {options.Model}, the family of this run");
            options = target.With(options, value(parsed));
        }

        return options;
    }

    /// <summary>An option as it was typed, <c>--flip</c> or <c>--no-flip</c>; null if it was not.</summary>
    public string? TypedAs(ParseResult parsed, string name) =>
        _bindings.Find(b => b.Name == name && parsed.IsTyped(b.Option)).Option?.Name;

    /// <summary>The value of an option, whatever the family; null if it is not typed.</summary>
    public object? Typed(ParseResult parsed, string name) =>
        _bindings.Find(b => b.Name == name && parsed.IsTyped(b.Option)).Value?.Invoke(parsed);

    private static IReadOnlyList<OptionDescription> OptionsOf(Family family) => OptionDescription.Of(family.Defaults().GetType());

    /// <summary>Whether the set has an option: neither the verb declares it, nor does the data set determine it.</summary>
    private static bool IsIncluded(OptionDescription option) =>
        !s_declaredByVerb.Contains(option.Name) && option.Attribute is not { FromData: true };

    /// <param name="option">what to add</param>
    /// <param name="standard">its default, for the help; null if there is none, or if it depends on the family</param>
    private void Add(OptionDescription option, object? standard)
    {
        var attribute = option.Attribute ?? throw new InvalidOperationException($"the option {option.Name} has no [Option] attribute");
        var name = "--" + option.Name;
        var type = Nullable.GetUnderlyingType(option.Type) ?? option.Type;
        if (type == typeof(bool))
        {
            AddFlag(option.Name, attribute, standard as bool?);
            return;
        }

        var help = standard is null or "" ? attribute.Help : $"{attribute.Help[..^1]} (default {OptionsJson.TextOf(standard)}).";
        Bind(option.Name, type switch
        {
            { IsEnum: true } => Choice.Of(name, help, type),
            _ when type == typeof(int) =>
                Choice.Parsed<object>(name, help, "N", text => (int)Number.WholeOf(name, text, int.MinValue, int.MaxValue)),
            _ when type == typeof(long) =>
                Choice.Parsed<object>(name, help, "N", text => Number.WholeOf(name, text, long.MinValue, long.MaxValue)),
            _ when type == typeof(ulong) => Choice.Parsed<object>(name, help, "N", text => Number.SeedOf(name, text)),
            _ when type == typeof(float) => Choice.Parsed<object>(name, help, "X", text => Number.RealOf<float>(name, text)),
            _ when type == typeof(GeneratorKind) => Choice.Parsed<object>(name, help, attribute.Values ?? "NAME", GeneratorKind.Parse),
            _ when type == typeof(string) => Choice.Parsed<object>(name, help, attribute.Values ?? "TEXT", text => text),
            _ => throw new InvalidOperationException($"the option {name} has a type that the command line can't parse: {type}"),
        });
    }

    /// <summary>Adds <c>--name</c> and <c>--no-name</c>; the help shows the one that changes the default.</summary>
    private void AddFlag(string name, OptionAttribute attribute, bool? standard)
    {
        Flag($"--{name}", attribute.Help, true, hidden: standard is true);
        Flag($"--no-{name}", attribute.Off ?? $"Undoes --{name}.", false, hidden: standard is not true);

        void Flag(string option, string description, bool value, bool hidden)
        {
            var flag = new Option<bool>(option) { Description = description, Hidden = hidden };
            _bindings.Add((flag, name, parsed => parsed.GetValue(flag) ? value : !value));
        }
    }

    private void Bind(string name, Option<object> parsed) => _bindings.Add((parsed, name, result => result.GetValue(parsed)));
}
