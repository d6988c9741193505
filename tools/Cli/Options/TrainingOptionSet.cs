using System.CommandLine;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Every option of a training run, out of the families' records: name, help, values. Only what the user typed is applied, so that the
/// defaults of family and preset show through.
/// </summary>
internal sealed class TrainingOptionSet
{
    /// <summary>Options that a verb words itself.</summary>
    private static readonly HashSet<string> s_worded = ["preset", "data"];

    private readonly List<(Option Option, string Name, Func<ParseResult, object?> Value)> _bindings = [];
    private readonly IReadOnlyList<(string Name, IReadOnlyList<IFamily> Families)> _foreign = [];

    /// <summary>The options of one family, with its defaults in the help. Those of the others are known and refused.</summary>
    public TrainingOptionSet(IFamily family)
    {
        var defaults = family.Defaults();
        var own = OptionDescription.Of(defaults.GetType());
        foreach (var option in own.Where(IsTyped))
        {
            Add(option, option.Get(defaults));
        }

        _foreign = [.. AllOptions().Where(o => own.All(p => p.Name != o.Option.Name)).Select(o => (o.Option.Name, o.Families))];
    }

    /// <summary>The options of all families: for a run of whichever.</summary>
    public TrainingOptionSet()
    {
        foreach (var (option, _) in AllOptions().Where(o => IsTyped(o.Option)))
        {
            Add(option, standard: null);
        }
    }

    public void AddTo(Command command)
    {
        foreach (var (option, _, _) in _bindings)
        {
            command.Add(option);
        }

        foreach (var (name, families) in _foreign)
        {
            command.Add(Foreign("--" + name, command.Name, families));
            command.Add(Foreign("--no-" + name, command.Name, families));
        }
    }

    /// <summary>The options with what was typed put over them. Epochs take the place of steps that were not typed.</summary>
    /// <exception cref="UsageException">an option is none of the run's family</exception>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions options)
    {
        var own = OptionDescription.Of(options.GetType());
        var typed = _bindings.Where(b => parsed.GetResult(b.Option) is { Implicit: false }).ToList();
        if (typed.Any(b => b.Name == "epochs"))
        {
            options = options with { Steps = null };
        }

        foreach (var (option, name, value) in typed)
        {
            var target = own.FirstOrDefault(o => o.Name == name)
                ?? throw new UsageException($"{option.Name} is not an option of {options.Model}, the family of this run");
            options = target.With(options, value(parsed));
        }

        return options;
    }

    /// <summary>Whether an option was typed.</summary>
    public bool IsTyped(ParseResult parsed, string name) =>
        _bindings.Exists(b => b.Name == name && parsed.GetResult(b.Option) is { Implicit: false });

    private static IEnumerable<(OptionDescription Option, IReadOnlyList<IFamily> Families)> AllOptions() => FamilyCatalog.All
        .SelectMany(f => OptionDescription.Of(f.Defaults().GetType()).Select(o => (Option: o, Family: f)))
        .GroupBy(o => o.Option.Name)
        .Select(g => (g.First().Option, (IReadOnlyList<IFamily>)[.. g.Select(o => o.Family)]));

    /// <summary>Whether an option is one of the set: not one that a verb words itself, nor one that only the data set can tell.</summary>
    private static bool IsTyped(OptionDescription option) => !s_worded.Contains(option.Name) && option.Attribute is not { FromData: true };

    private static Option<string> Foreign(string name, string command, IReadOnlyList<IFamily> families)
    {
        var option = new Option<string>(name) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        option.Validators.Add(
            result => result.AddError($"{name} is an option of {string.Join(", ", families.Select(f => f.Info.Name))}, not of {command}"));
        return option;
    }

    /// <param name="option">what to add</param>
    /// <param name="standard">its default, for the help; null if it has none or depends on the family</param>
    private void Add(OptionDescription option, object? standard)
    {
        var attribute = option.Attribute ?? throw new InvalidOperationException($"the option {option.Name} says nothing of itself");
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
            _ => throw new InvalidOperationException($"the option {name} has values of a kind that the command line can't read: {type}"),
        });
    }

    /// <summary>Both ways to say it; the help shows the one that changes something.</summary>
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
