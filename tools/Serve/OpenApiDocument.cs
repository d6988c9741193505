using System.Text.Json.Nodes;

namespace IlgpuGan.Serve;

/// <summary>The OpenAPI 3.1 document of the REST interface: <c>openapi.json</c> with this server's limits and query options.</summary>
internal static class OpenApiDocument
{
    public static JsonObject Create(ServeSettings settings)
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("IlgpuGan.Serve.openapi.json")!;
        var document = JsonNode.Parse(stream)!.AsObject();
        document["info"]!["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3);
        Complete("translate", TranslationQuery.Options);
        Complete("generate", GenerationQuery.Options);
        return document;

        void Complete(string verb, IEnumerable<QueryOption> options)
        {
            var operation = document["paths"]![$"/api/models/{{name}}/{verb}"]!["post"]!;
            operation["description"] = operation["description"]!.GetValue<string>()
                .Replace("{bytes}", settings.MaxBytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{pixels}", settings.MaxPixels.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            foreach (var option in options)
            {
                operation["parameters"]!.AsArray().Add(InQuery(option));
            }
        }
    }

    private static JsonObject InQuery(QueryOption option)
    {
        var schema = new JsonObject { ["type"] = option.Type };
        if (option.Least is { } least)
        {
            schema["minimum"] = least;
        }

        if (option.Most is { } most)
        {
            schema["maximum"] = most;
        }

        if (option.Values is { } values)
        {
            schema["enum"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]);
        }

        return new JsonObject { ["name"] = option.Name, ["in"] = "query", ["description"] = option.Help, ["schema"] = schema };
    }
}
