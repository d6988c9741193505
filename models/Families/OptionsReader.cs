using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families;

/// <summary>Reads options from JSON: names are in kebab-case, enums are words, and omitted options keep their defaults.</summary>
internal static class OptionsReader
{
    private const string PresetName = "preset";

    /// <summary>The property by which editors find a file's schema.</summary>
    private const string SchemaName = "$schema";

    /// <param name="json">an object</param>
    /// <param name="mayMix">whether options of other families are skipped: the first versions wrote those, too</param>
    /// <exception cref="FormatException">a name is unknown, or a value is invalid</exception>
    public static TrainingOptions Read(JsonElement json, bool mayMix)
    {
        var family = FamilyOf(json);
        var preset = json.TryGetProperty(PresetName, out var named) && named.ValueKind == JsonValueKind.String
            ? named.GetString()!
            : TrainingOptions.ReferencePreset;
        var known = family.Info.Presets.Any(p => p.Name == preset);
        var options = family.Defaults(known ? preset : TrainingOptions.ReferencePreset);
        var descriptions = OptionDescription.Of(options.GetType());
        foreach (var entry in json.EnumerateObject())
        {
            if (descriptions.FirstOrDefault(o => o.Name == entry.Name) is { } option)
            {
                Set(options, option, entry);
            }
            else if (entry.Name != OptionsJson.ModelName && !(mayMix && FamilyCatalog.HasOption(entry.Name)))
            {
                throw new UnknownNameException($"there is no option '{entry.Name}' of {family.Info.Name}");
            }
        }

        return options;
    }

    /// <summary>Reads a hand-written settings file of one family; options of other families are errors.</summary>
    /// <param name="family">of the settings</param>
    /// <param name="json">an object</param>
    /// <param name="preset">the preset whose defaults are used; null for the one that the settings name</param>
    /// <exception cref="FormatException">
    /// the settings are for another family, a name is unknown, or a value is invalid
    /// </exception>
    public static TrainingOptions Read(Family family, JsonElement json, string? preset)
    {
        if (json.TryGetProperty(OptionsJson.ModelName, out var model) && model.ToString() != family.Info.Name)
        {
            throw new FormatException($"the settings are for '{model}', not for {family.Info.Name}");
        }

        var written = json.TryGetProperty(PresetName, out var named) ? named.ToString() : TrainingOptions.ReferencePreset;
        if (family.Info.Presets.All(p => p.Name != written))
        {
            var presets = string.Join(", ", family.Info.Presets.Select(p => p.Name));
            throw new FormatException($"the option 'preset' can't be '{written}': it must be one of {presets}");
        }

        var options = family.Defaults(preset ?? written);
        if (json.TryGetProperty("epochs", out _))
        {
            options = options with { Steps = null }; // As on the command line, they replace a preset's steps.
        }

        var descriptions = OptionDescription.Of(options.GetType());
        foreach (var entry in json.EnumerateObject().Where(e => e.Name is not (OptionsJson.ModelName or PresetName or SchemaName)))
        {
            var option = descriptions.FirstOrDefault(o => o.Name == entry.Name) ?? throw new FormatException(
                $"there is no option '{entry.Name}' of {family.Info.Name}");
            Set(options, option, entry);
        }

        return options;
    }

    private static void Set(TrainingOptions options, OptionDescription option, JsonProperty entry)
    {
        try
        {
            option.Set(options, ValueOf(entry.Value, option.Type));
        }
        catch (FormatException e)
        {
            var reason = $"the option '{entry.Name}' {e.Message}, not {Shown(entry.Value)}";
            throw e is UnknownNameException ? new UnknownNameException(reason, e) : new FormatException(reason, e);
        }
    }

    /// <summary>Spelling of an enum member in JSON and on the command line; the number of what is no member.</summary>
    public static string WordFor(Enum member)
    {
        var name = member.ToString();
        return member.GetType().GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
            ?? JsonNamingPolicy.KebabCaseLower.ConvertName(name);
    }

    /// <summary>The enum member of a word.</summary>
    /// <exception cref="FormatException">there is none; the message lists the words</exception>
    public static object MemberOf(Type type, string word)
    {
        var members = Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => (Enum)Enum.ToObject(type, value)).ToArray();
        return members.FirstOrDefault(member => word.Equals(WordFor(member), StringComparison.OrdinalIgnoreCase))
            ?? throw new UnknownNameException($"must be one of {string.Join(", ", members.Select(WordFor))}");
    }

    /// <summary>A name that is unknown here, of an option, a family or a choice, which another program may know.</summary>
    internal sealed class UnknownNameException(string message, Exception? inner = null) : FormatException(message, inner);

    private static Family FamilyOf(JsonElement json)
    {
        if (!json.TryGetProperty(OptionsJson.ModelName, out var model))
        {
            return FamilyCatalog.All[0];
        }

        return model.ValueKind == JsonValueKind.String && FamilyCatalog.Find(model.GetString()!) is { } family
            ? family
            : throw new UnknownNameException($"the option 'model' can't be {model.GetRawText()}: it must be one of " +
                $"{string.Join(", ", FamilyCatalog.All.Select(f => f.Info.Name))}; " +
                (OptionNames.AreTyped ? "a family of your own comes by --families FILE.dll"
                    : "families that start from noise are registered first, by NoiseFamilies.Register() of the Noise package, " +
                        $"others by {nameof(FamilyCatalog)}.{nameof(FamilyCatalog.Register)}"));
    }

    private static object? ValueOf(JsonElement value, Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } some)
        {
            return value.ValueKind == JsonValueKind.Null ? null : ValueOf(value, some);
        }

        return type.IsEnum ? MemberOf(type, TextOf(value))
            : type == typeof(int) ? (int)WholeOf(value, int.MinValue, int.MaxValue)
            : type == typeof(long) ? (long)WholeOf(value, long.MinValue, long.MaxValue)
            : type == typeof(ulong) ? (ulong)WholeOf(value, 0, ulong.MaxValue)
            : type == typeof(float) ? RealOf(value)
            : type == typeof(bool) ? FlagOf(value)
            : type == typeof(GeneratorKind) ? GeneratorOf(TextOf(value))
            : TextOf(value);
    }

    /// <summary>A number without a fraction, however it is written: other languages write 64 as 64.0 or 6.4e1.</summary>
    private static Int128 WholeOf(JsonElement value, Int128 least, Int128 most) =>
        NumberOf(value) is not { } number ? throw new FormatException("needs a whole number such as 256")
        : number < least || number > most ? throw new FormatException($"needs a whole number between {least} and {most}")
        : number;

    private static Int128? NumberOf(JsonElement value) => value.ValueKind != JsonValueKind.Number ? null
        : value.TryGetInt64(out var signed) ? signed
        : value.TryGetUInt64(out var unsigned) ? unsigned
        : value.TryGetDouble(out var real) && real == Math.Truncate(real) && Math.Abs(real) <= 1e20 ? (Int128)real
        : null;

    private static float RealOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) ? number
        : throw new FormatException("needs a number such as 0.5");

    private static bool FlagOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new FormatException("needs true or false"),
    };

    private static GeneratorKind GeneratorOf(string text)
    {
        try
        {
            return GeneratorKind.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UnknownNameException($"needs the name of a generator ({e.Message})", e);
        }
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new FormatException("needs a text in quotes");

    /// <summary>A value as it is written, for a message; of a long one the beginning.</summary>
    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();
}
