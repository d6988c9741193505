using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IlgpuGan.Models.Families;

/// <summary>The JSON schema of a family's <c>options.json</c>, so that editors complete and check it.</summary>
internal static class OptionsSchema
{
    private static readonly JsonSerializerOptions s_format =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <summary>A schema of draft 2020-12: the options with help, type, range and default; none is required, others are errors.</summary>
    public static string Of(Family family)
    {
        var defaults = family.Defaults();
        var properties = new JsonObject
        {
            [OptionsJson.ModelName] = new JsonObject { ["description"] = "The family.", ["const"] = family.Info.Name },
        };
        foreach (var option in OptionDescription.Of(defaults.GetType()))
        {
            properties[option.Name] = Of(option, option.Get(defaults));
        }

        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = $"Options of {family.Info.Title}",
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        }.ToJsonString(s_format);
    }

    private static JsonObject Of(OptionDescription option, object? standard)
    {
        var type = Nullable.GetUnderlyingType(option.Type) ?? option.Type;
        var mayBeLeftOut = type != option.Type || standard is null;
        var schema = new JsonObject();
        if (option.Attribute is { } attribute)
        {
            schema["description"] = attribute.Help;
        }

        if (type.IsEnum)
        {
            var words = new JsonArray([.. OptionExplanation.WordsOf(type).Select(word => (JsonNode?)word)]);
            if (mayBeLeftOut)
            {
                words.Add((JsonNode?)null);
            }

            schema["enum"] = words;
        }
        else
        {
            var name = type == typeof(bool) ? "boolean"
                : type == typeof(float) ? "number"
                : type == typeof(int) || type == typeof(long) || type == typeof(ulong) ? "integer"
                : "string";
            schema["type"] = mayBeLeftOut ? new JsonArray(name, "null") : name;
            AddRange(schema, option.Attribute);
        }

        if (standard is not null)
        {
            schema["default"] = NodeOf(standard);
        }

        return schema;
    }

    private static void AddRange(JsonObject schema, OptionAttribute? attribute)
    {
        if (attribute is not null && double.IsFinite(attribute.Least))
        {
            schema[attribute.AboveLeast ? "exclusiveMinimum" : "minimum"] = attribute.Least;
        }

        if (attribute is not null && double.IsFinite(attribute.Most))
        {
            schema["maximum"] = attribute.Most;
        }
    }

    private static JsonNode NodeOf(object value) => value switch
    {
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        ulong number => JsonValue.Create(number),
        float number when float.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(OptionsJson.TextOf(value))!,
    };
}
