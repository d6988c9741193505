using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Training;

/// <summary>Options out of JSON: each under its property's name in kebab-case, enums as words, what is left out at its default.</summary>
internal static class OptionsReader
{
    private static readonly JsonNamingPolicy s_words = JsonNamingPolicy.KebabCaseLower;

    private static readonly Dictionary<string, PropertyInfo> s_properties = PropertiesByName();

    /// <param name="json">an object</param>
    /// <exception cref="FormatException">a name is unknown, or a value is not what it can be</exception>
    public static TrainingOptions Read(JsonElement json)
    {
        var options = new TrainingOptions();
        foreach (var entry in json.EnumerateObject())
        {
            if (!s_properties.TryGetValue(entry.Name, out var property))
            {
                throw new FormatException($"there is no option '{entry.Name}'");
            }

            try
            {
                property.SetValue(options, ValueOf(entry.Value, property.PropertyType));
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException)
            {
                throw new FormatException($"the option '{entry.Name}' can't be {entry.Value.GetRawText()}: {e.Message}", e);
            }
        }

        return options;
    }

    private static object? ValueOf(JsonElement value, Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } some)
        {
            return value.ValueKind == JsonValueKind.Null ? null : ValueOf(value, some);
        }

        return type.IsEnum ? MemberOf(type, TextOf(value))
            : type == typeof(int) ? value.GetInt32()
            : type == typeof(long) ? value.GetInt64()
            : type == typeof(ulong) ? value.GetUInt64()
            : type == typeof(float) ? value.GetSingle()
            : type == typeof(bool) ? value.GetBoolean()
            : type == typeof(GeneratorKind) ? GeneratorKind.Parse(TextOf(value))
            : TextOf(value);
    }

    private static string TextOf(JsonElement value) => value.GetString() ?? throw new FormatException("it must be a text");

    private static object MemberOf(Type type, string word)
    {
        var members = type.GetFields(BindingFlags.Public | BindingFlags.Static);
        return members.FirstOrDefault(member => word.Equals(WordFor(member), StringComparison.OrdinalIgnoreCase))?.GetRawConstantValue() is { } value
            ? Enum.ToObject(type, value)
            : throw new FormatException($"it must be one of {string.Join(", ", members.Select(WordFor))}");
    }

    private static string WordFor(FieldInfo member) =>
        member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? s_words.ConvertName(member.Name);

    private static Dictionary<string, PropertyInfo> PropertiesByName()
    {
        var properties = new Dictionary<string, PropertyInfo>();
        foreach (var property in typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            properties.Add(s_words.ConvertName(property.Name), property);
        }

        return properties;
    }
}
