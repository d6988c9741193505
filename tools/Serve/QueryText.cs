using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Serve;

/// <summary>A request's query, in the terms of the options that it may give.</summary>
internal sealed class QueryText
{
    private readonly IQueryCollection _query;
    private readonly IReadOnlyList<QueryOption> _options;

    /// <param name="query">of a request</param>
    /// <param name="options">all that there are</param>
    /// <exception cref="Refusal">an option is unknown, or said twice</exception>
    public QueryText(IQueryCollection query, IReadOnlyList<QueryOption> options)
    {
        (_query, _options) = (query, options);
        foreach (var (name, values) in query)
        {
            if (options.All(o => o.Name != name))
            {
                throw Refusal.Bad($"there is no option '{Shortened(name)}'; there are {string.Join(", ", options.Select(o => o.Name))}");
            }

            if (values.Count != 1)
            {
                throw Refusal.Bad($"the option {name} is given {values.Count} times");
            }
        }
    }

    /// <summary>As it stands there; null where it does not.</summary>
    public string? Text(string name) => _query.TryGetValue(name, out var values) ? values[0] ?? "" : null;

    /// <exception cref="Refusal">it is something else than true or false</exception>
    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "" or "true" => true,
        { } other => throw Refusal.Bad($"{name} can't be '{Shortened(other)}'; it can be true or false"),
    };

    /// <summary>A number within the bounds of its option.</summary>
    /// <exception cref="Refusal">it is none</exception>
    public int? Whole(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var option = _options.First(o => o.Name == name);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= option.Least && value <= option.Most
            ? value
            : throw Refusal.Bad($"{name} must be a whole number between {option.Least} and {option.Most}, not '{Shortened(text)}'");
    }

    /// <exception cref="Refusal">it is no whole number</exception>
    public ulong? Seed(string name) => Text(name) is not { } text ? null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw Refusal.Bad($"{name} must be a whole number from 0, not '{Shortened(text)}'");

    /// <summary>For messages: what a request says may be long.</summary>
    public static string Shortened(string text) => PrintableText.Of(text.Length <= 40 ? text : text[..40] + "…");
}

/// <summary>An option of the interface.</summary>
/// <param name="Name">in the query</param>
/// <param name="Help">one sentence</param>
/// <param name="Type">in the terms of JSON schemas</param>
/// <param name="Least">of a number</param>
/// <param name="Most">of a number; null for no bound</param>
/// <param name="Values">of a text with few</param>
internal sealed record QueryOption(
    string Name, string Help, string Type, int? Least = null, int? Most = null, IReadOnlyList<string>? Values = null);
