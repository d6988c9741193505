namespace IlgpuGan.Models.Families;

/// <summary>An option's meaning, reasons, values and defaults in all families that have it.</summary>
/// <param name="Name">in kebab-case, without dashes</param>
/// <param name="Meanings">what it does, with its families; one entry unless families differ</param>
/// <param name="Reasons">the papers' reasons for it or its default, with their families; empty if there are none</param>
/// <param name="Values">the allowed values; one entry unless families differ</param>
/// <param name="MayChange">whether a resumed run may change it</param>
/// <param name="Defaults">its defaults, with the families and presets that have them; the most common first</param>
internal sealed record OptionExplanation(
    string Name, IReadOnlyList<OptionExplanation.Statement> Meanings, IReadOnlyList<OptionExplanation.Statement> Reasons,
    IReadOnlyList<OptionExplanation.Statement> Values, bool MayChange, IReadOnlyList<OptionExplanation.Statement> Defaults)
{
    /// <summary>The value that a resumed run may change it to, if it may not be changed to others.</summary>
    public string? MayBecome { get; init; }

    /// <summary>Number of families that have it.</summary>
    public int FamilyCount => Meanings.Sum(m => m.Families.Count);

    /// <summary>A statement about an option that holds for some families.</summary>
    /// <param name="Text">a sentence, or a value</param>
    /// <param name="Families">names; <c>pix2pix (small)</c> for a preset</param>
    public sealed record Statement(string Text, IReadOnlyList<string> Families);

    /// <summary>The names of all options of the command line, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names =>
    [
        .. FamilyCatalog.All.SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).Where(IsTyped).Select(o => o.Name)
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <returns>null if no family has such an option</returns>
    public static OptionExplanation? Of(string name)
    {
        var found = FamilyCatalog.All
            .Select(family => (
                Family: family,
                Option: OptionDescription.Of(family.Defaults().GetType()).FirstOrDefault(o => o.Name == name && IsTyped(o))))
            .Where(f => f.Option is not null)
            .Select(f => (f.Family, Option: f.Option!))
            .ToList();
        return found.Count == 0 ? null : new OptionExplanation(
            name,
            [.. Grouped(found.Select(f => (MeaningOf(f.Option), f.Family.Info.Name)))],
            [.. Grouped(found.Where(f => f.Option.Attribute!.Why is not null).Select(f => (f.Option.Attribute!.Why!, f.Family.Info.Name)))],
            [.. Grouped(found.Select(f => (ValuesOf(f.Option), f.Family.Info.Name)))],
            found[0].Option.Attribute!.MayChange,
            [.. Grouped(found.SelectMany(f => DefaultsOf(f.Family, f.Option)))])
            {
                MayBecome = found[0].Option.Attribute!.MayBecome is { } value ? OptionsJson.TextOf(value) : null,
            };
    }

    /// <summary>Allowed values of an option: <c>a whole number from 1 to 4096</c>.</summary>
    internal static string ValuesOf(OptionDescription option)
    {
        var type = Nullable.GetUnderlyingType(option.Type) ?? option.Type;
        if (type == typeof(bool))
        {
            return $"on (--{option.Name}) or off (--no-{option.Name})";
        }

        if (type.IsEnum)
        {
            return string.Join(", ", WordsOf(type));
        }

        var attribute = option.Attribute;
        return attribute?.Values is { } words ? words.Replace("|", ", ", StringComparison.Ordinal)
            : type == typeof(string) ? "a text"
            : (type == typeof(float) ? "a number" : "a whole number") + RangeOf(attribute);
    }

    /// <summary>The values of an enum, as typed on the command line.</summary>
    internal static IEnumerable<string> WordsOf(Type type) => Enum.GetValues(type).Cast<object>().Select(OptionsJson.TextOf);

    /// <summary>Whether it is an option of the command line, not one that comes from the data set.</summary>
    private static bool IsTyped(OptionDescription option) => option.Attribute is { FromData: false };

    private static string MeaningOf(OptionDescription option) => option.Attribute!.Off is { } off
        ? $"{option.Attribute.Help} With --no-{option.Name}: {off}"
        : option.Attribute.Help;

    private static IEnumerable<(string Default, string Owner)> DefaultsOf(Family family, OptionDescription option)
    {
        var usual = OptionsJson.TextOf(option.Get(family.Defaults()));
        yield return (usual, family.Info.Name);
        foreach (var preset in family.Info.Presets.Where(p => p.Name != TrainingOptions.ReferencePreset))
        {
            var value = OptionsJson.TextOf(option.Get(family.Defaults(preset.Name)));
            if (value != usual)
            {
                yield return (value, $"{family.Info.Name} ({preset.Name})");
            }
        }
    }

    private static IEnumerable<Statement> Grouped(IEnumerable<(string Text, string Owner)> statements) => statements
        .GroupBy(s => s.Text, s => s.Owner)
        .Select(g => new Statement(g.Key, [.. g]))
        .OrderByDescending(s => s.Families.Count);

    private static string RangeOf(OptionAttribute? attribute)
    {
        var (least, most) = (attribute?.Least ?? double.NegativeInfinity, attribute?.Most ?? double.PositiveInfinity);
        var from = double.IsFinite(least)
            ? Invariant.Text($" {(attribute!.AboveLeast ? "above" : "from")} {least}")
            : "";
        return double.IsFinite(most) && most < int.MaxValue ? Invariant.Text($"{from} up to {most}") : from;
    }
}
