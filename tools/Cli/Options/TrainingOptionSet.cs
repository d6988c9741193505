using System.CommandLine;
using IlgpuGan.Models.Families;

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
        var help = standard is null or "" ? attribute.Help : $"{attribute.Help[..^1]} (default {OptionsJson.TextOf(standard)}).";
        _bindings.AddRange(RecordOptions.Of(option, standard as bool?, help).Select(o => ((Option)o.Typed, option.Name, o.Value)));
    }
}
