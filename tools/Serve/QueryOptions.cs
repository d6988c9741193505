using System.Diagnostics.CodeAnalysis;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Serve;

/// <summary>The options of a request's query: those of some records that a request may have (<see cref="ServedAttribute"/>).</summary>
/// <param name="options">the options</param>
internal sealed class QueryOptions(params IEnumerable<OptionDescription> options)
{
    private readonly List<OptionDescription> _options = [.. options];

    /// <summary>The options of a record that a request may have.</summary>
    public static IEnumerable<OptionDescription> Of<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRecord>() =>
        OptionDescription.Of(typeof(TRecord)).Where(o => o.Served is not null);

    /// <summary>The parameters of the OpenAPI document.</summary>
    public IEnumerable<JsonObject> Parameters => _options.Select(option =>
    {
        var (attribute, type) = (option.Attribute!, Nullable.GetUnderlyingType(option.Type) ?? option.Type);
        var (least, most) = (type == typeof(ulong) ? 0 : attribute.Least, MostOf(option));
        var values = type.IsEnum ? OptionExplanation.WordsOf(type) : type == typeof(string) ? attribute.Values?.Split('|') : null;
        var kind = type == typeof(bool) ? "boolean"
            : type == typeof(double) ? "number"
            : type.IsEnum || !type.IsPrimitive ? "string" : "integer";
        var schema = new JsonObject { ["type"] = kind };
        foreach (var (name, bound) in (ReadOnlySpan<(string, double)>)[("minimum", least), ("maximum", most)])
        {
            if (double.IsFinite(bound))
            {
                schema[name] = (long)bound;
            }
        }

        if (values?.ToList() is { Count: > 1 } words)
        {
            schema["enum"] = new JsonArray([.. words.Select(v => (JsonNode)v)]);
        }

        return new JsonObject { ["name"] = option.Name, ["in"] = "query", ["description"] = attribute.Help, ["schema"] = schema };
    });

    /// <summary>Records with the values of a query in place of their own.</summary>
    /// <exception cref="Refusal">an option is unknown, given twice or out of bounds</exception>
    public void Read(IQueryCollection query, params ReadOnlySpan<object> records)
    {
        foreach (var (name, values) in query)
        {
            var option = _options.Find(o => o.Name == name) ?? throw Refusal.Bad($"there is no option '{Shortened(name)}'; " +
                $"there {(_options.Count == 1 ? "is" : "are")} {string.Join(", ", _options.Select(o => o.Name))}");
            if (values.Count != 1)
            {
                throw Refusal.Bad($"the option {name} is given {values.Count} times");
            }

            foreach (var record in records)
            {
                if (option.Property.DeclaringType!.IsInstanceOfType(record))
                {
                    option.Set(record, ValueOf(option, values[0] ?? ""));
                }
            }
        }
    }

    /// <summary>A text of the request for a message: shortened, and without control characters.</summary>
    public static string Shortened(string text) => PrintableText.Of(text.Length <= 40 ? text : text[..40] + "…");

    private static object ValueOf(OptionDescription option, string text)
    {
        try
        {
            return OptionText.Parse(option.Name, text, option.Type, option.Attribute!.Least, MostOf(option));
        }
        catch (FormatException problem)
        {
            throw Refusal.Bad(problem.Message.Replace($"'{text}'", $"'{Shortened(text)}'", StringComparison.Ordinal));
        }
    }

    private static double MostOf(OptionDescription option) => Math.Min(option.Attribute!.Most, option.Served!.Most);
}
