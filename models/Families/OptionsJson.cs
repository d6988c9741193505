using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Options as text: the command line's names (<c>load-size</c>, <c>lambda-l1</c>) and values (<c>resize-and-crop</c>), one flat object.
/// </summary>
internal static class OptionsJson
{
    internal const string ModelName = "model";

    private static readonly JsonWriterOptions s_format =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, IndentSize = 2 };

    private static readonly JsonDocumentOptions s_settings =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static string ToJson(this TrainingOptions options)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, s_format))
        {
            json.WriteStartObject();
            json.WriteString(ModelName, options.Model);
            foreach (var option in OptionDescription.Of(options.GetType()))
            {
                json.WritePropertyName(option.Name);
                Write(json, option.Get(options));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>Reads the output of <see cref="ToJson"/>; omitted options have the defaults of family and preset.</summary>
    /// <param name="json">the text</param>
    /// <param name="source">where it comes from, for the message</param>
    /// <param name="mayMix">whether options of other families are skipped: the first versions wrote those, too</param>
    /// <exception cref="OptionsException">the text is no JSON, or has an unknown name or value</exception>
    /// <remarks>
    /// It does not use <see cref="JsonSerializer"/>, which takes 50 ms to start: every translation with a run's checkpoint starts here.
    /// </remarks>
    public static TrainingOptions Parse(string json, string source = "options", bool mayMix = true) =>
        Read(json, default, source, options => OptionsReader.Read(options, mayMix));

    /// <summary>
    /// Reads a hand-written settings file of a family, in the format of <see cref="ToJson"/>: omitted options have the defaults of the
    /// preset. Unlike in <see cref="Parse"/>, options of other families are errors; comments and a trailing comma are allowed.
    /// </summary>
    /// <param name="family">of the settings</param>
    /// <param name="json">the text</param>
    /// <param name="source">where it comes from, for the message</param>
    /// <param name="preset">the preset whose defaults are used; null for the one that the text names</param>
    /// <exception cref="OptionsException">the text is no JSON, is for another family, or has an unknown name or value</exception>
    public static TrainingOptions ParseSettings(Family family, string json, string source, string? preset = null) =>
        Read(json, s_settings, source, settings => OptionsReader.Read(family, settings, preset));

    private static TrainingOptions Read(string json, JsonDocumentOptions form, string source, Func<JsonElement, TrainingOptions> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, form);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new OptionsException($"{source}: holds no options");
        }
        catch (JsonException e)
        {
            throw new OptionsException($"{source}: is damaged at line {e.LineNumber + 1}");
        }
        catch (FormatException e)
        {
            throw new OptionsException($"{source}: {PrintableText.Of(e.Message)}")
            {
                IsUnknownName = e is OptionsReader.UnknownNameException,
            };
        }
    }

    /// <summary>One entry per option, its name on the command line and its value as text; the family first.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ToEntries(this TrainingOptions options) =>
    [
        new(ModelName, options.Model),
        .. OptionDescription.Of(options.GetType()).Select(o => KeyValuePair.Create(o.Name, TextOf(o.Get(options)))),
    ];

    /// <summary>A value as typed on the command line: <c>true</c>, <c>resize-and-crop</c>; empty for null.</summary>
    public static string TextOf(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        Enum member => OptionsReader.WordFor(member),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>An option as it is typed: <c>--ngf 8</c>, <c>--no-dropout</c>.</summary>
    internal static string[] Typed(string name, string value) => value switch
    {
        "true" => [$"--{name}"],
        "false" => [$"--no-{name}"],
        _ => [$"--{name}", value],
    };

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case ulong number: json.WriteNumberValue(number); break;
            case float number: WriteReal(json, number); break;
            default: json.WriteStringValue(TextOf(value)); break;
        }
    }

    /// <summary>Writes a number that is not finite as text: the checks reject it later, but it may be displayed before.</summary>
    private static void WriteReal(Utf8JsonWriter json, float number)
    {
        if (float.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(TextOf(number));
        }
    }
}
