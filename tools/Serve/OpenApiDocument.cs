namespace IlgpuGan.Serve;

/// <summary>The OpenAPI 3.1 document of the REST interface: <c>openapi.json</c> with this server's limits and query options.</summary>
internal static class OpenApiDocument
{
    private static readonly string[] s_ofModels =
        ["/api/models", "/api/models/{name}/translate", "/api/models/{name}/examples/{index}"];

    /// <param name="address">where the interface is, such as <c>/gan</c>; empty for the root</param>
    public static JsonObject Create(long maxBytes, long maxPixels, string address)
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("IlgpuGan.Serve.openapi.json")!;
        var document = JsonNode.Parse(stream)!.AsObject();
        document["info"]!["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3);
        if (address.Length > 0)
        {
            document["servers"] = new JsonArray((JsonNode)new JsonObject { ["url"] = address });
        }

        Add(document["paths"]!["/api/data/write"]!["post"]!, PairReviewEndpoints.Options);
        Complete("translate", TranslationQuery.Options);
        Complete("generate", GenerationEndpoint.Options);
        return document;

        void Complete(string verb, QueryOptions options)
        {
            var operation = document["paths"]![$"/api/models/{{name}}/{verb}"]!["post"]!;
            operation["description"] = operation["description"]!.GetValue<string>()
                .Replace("{bytes}", RequestBody.SizeOf(maxBytes), StringComparison.Ordinal)
                .Replace("{pixels}", maxPixels.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            operation["responses"]!["200"]!["content"] = new JsonObject(
                AnswerFormat.All.Select(format => KeyValuePair.Create<string, JsonNode?>(format.MediaType, new JsonObject())));
            Add(operation, options);
        }

        static void Add(JsonNode operation, QueryOptions options) =>
            options.Parameters.ToList().ForEach(operation["parameters"]!.AsArray().Add);
    }

    /// <summary>The same of a program that only translates, without most options of the query, and styles.</summary>
    /// <param name="address">where the interface is, such as <c>/paint</c></param>
    public static byte[] OfModelsAlone(long maxBytes, long maxPixels, string address)
    {
        var document = Create(maxBytes, maxPixels, address);
        var paths = document["paths"]!.AsObject();
        foreach (var path in paths.Select(p => p.Key).Where(p => !s_ofModels.Contains(p)).ToList())
        {
            paths.Remove(path);
        }

        var format = new QueryOptions(QueryOptions.Of<AnswerFormatChoice>());
        var translate = paths["/api/models/{name}/translate"]!["post"]!;
        var parameters = translate["parameters"]!.AsArray();
        translate["parameters"] = new JsonArray([parameters[0]!.DeepClone(), .. format.Parameters]);
        var parts = translate["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!["properties"]!.AsObject();
        parts.Remove(UploadedPictures.StylePart);
        parts.Remove(UploadedPictures.StyleLabelsPart);
        paths["/"] = new JsonObject { ["post"] = translate.DeepClone() };
        paths["/"]!["post"]!["summary"] = "Translates a picture by the first model.";
        paths["/"]!["post"]!["parameters"] = new JsonArray([.. format.Parameters]);
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }
}
