using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Serve;

/// <summary>Reads and validates a request's query by the options that it may have.</summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection _query;
    private readonly IReadOnlyList<QueryOption> _options;

    /// <exception cref="Refusal">an option is unknown, or given twice</exception>
    public QueryReader(IQueryCollection query, IReadOnlyList<QueryOption> options)
    {
        (_query, _options) = (query, options);
        foreach (var (name, values) in query)
        {
            if (options.All(o => o.Name != name))
            {
                throw Refusal.Bad($"there is no option '{Shortened(name)}'; " +
                    $"there {(options.Count == 1 ? "is" : "are")} {string.Join(", ", options.Select(o => o.Name))}");
            }

            if (values.Count != 1)
            {
                throw Refusal.Bad($"the option {name} is given {values.Count} times");
            }
        }
    }

    /// <summary>An option's text; null if it is not given.</summary>
    public string? Text(string name) => _query.TryGetValue(name, out var values) ? values[0] ?? "" : null;

    /// <exception cref="Refusal">the value is neither true nor false</exception>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "" or "true" => true,
        { } other => throw Refusal.Bad($"{name} can't be '{Shortened(other)}'; it can be true or false"),
    };

    /// <summary>A whole number within the bounds of its option; null if it is not given.</summary>
    /// <exception cref="Refusal">the value is not such a number</exception>
    public int? Whole(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var option = _options.First(o => o.Name == name);
        var (least, most) = (option.Least ?? 0, option.Most ?? int.MaxValue);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Refusal.Bad($"{name} must be a whole number between {least} and {most}, not '{Shortened(text)}'");
    }

    /// <summary>One of the values of its option; null if it is not given.</summary>
    /// <exception cref="Refusal">the value is none of them</exception>
    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var values = _options.First(o => o.Name == name).Values!;
        return values.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true)
            : throw Refusal.Bad($"{name} can't be '{Shortened(text)}'; it can be {string.Join(" or ", values)}");
    }

    /// <exception cref="Refusal">the value is not a whole number from 0</exception>
    public ulong? Seed(string name) => Text(name) is not { } text ? null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw Refusal.Bad($"{name} must be a whole number from 0, not '{Shortened(text)}'");

    /// <summary>A text of the request for a message: shortened, and without control characters.</summary>
    public static string Shortened(string text) => PrintableText.Of(text.Length <= 40 ? text : text[..40] + "…");
}

/// <summary>A query option of the REST interface.</summary>
/// <param name="Help">one sentence</param>
/// <param name="Type">a type of JSON Schema</param>
/// <param name="Least">smallest number; null for no bound</param>
/// <param name="Most">largest number; null for no bound</param>
/// <param name="Values">the texts that are allowed; null for any</param>
internal sealed record QueryOption(
    string Name, string Help, string Type, int? Least = null, int? Most = null, IReadOnlyList<string>? Values = null);
