using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Training;

/// <summary>Options as text: the command line's names (<c>load-size</c>, <c>lambda-l1</c>) and values (<c>resize-and-crop</c>).</summary>
public static class OptionsJson
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        IndentSize = 2,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    public static string ToJson(this TrainingOptions options) => JsonSerializer.Serialize(options, s_format);

    /// <summary>Reads what <see cref="ToJson"/> wrote; options that are left out have their defaults.</summary>
    /// <param name="json">the text</param>
    /// <param name="source">where it comes from, for the message</param>
    /// <exception cref="OptionsException">the text is no JSON, or has an unknown name or value</exception>
    /// <remarks>
    /// Not by the serializer, which builds itself for 50 ms before it reads: every translation by a run's checkpoint begins here.
    /// </remarks>
    public static TrainingOptions Parse(string json, string source = "options")
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? OptionsReader.Read(document.RootElement)
                : throw new OptionsException($"{source}: holds no options");
        }
        catch (JsonException e)
        {
            throw new OptionsException($"{source}: is damaged at line {e.LineNumber + 1}");
        }
        catch (FormatException e)
        {
            throw new OptionsException($"{source}: {e.Message}");
        }
    }

    /// <summary>One entry an option: its name on the command line and its value as text, in the order of declaration.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ToEntries(this TrainingOptions options)
    {
        var json = JsonSerializer.SerializeToElement(options, s_format);
        return [.. json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, TextOf(p.Value)))];
    }

    /// <summary>As it is typed: <c>true</c>, not <c>True</c>; nothing for null.</summary>
    private static string TextOf(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : value.ToString();
}
