using System.Text.Json.Nodes;

namespace IlgpuGan.Serve;

/// <summary>The interface as an OpenAPI 3.1 document.</summary>
internal static class InterfaceDocument
{
    public static JsonObject Create(ServeSettings settings) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "IlgpuGan",
            ["version"] = typeof(InterfaceDocument).Assembly.GetName().Version!.ToString(3),
            ["description"] = "Translates and generates pictures with this server's models, and shows runs.",
        },
        ["paths"] = new JsonObject
        {
            ["/api/models"] =
                Get("The models.", "A list of objects with name, family, palette and the model's further inputs.", "application/json"),
            ["/api/models/{name}/translate"] = new JsonObject { ["post"] = Translate(settings) },
            ["/api/models/{name}/generate"] = new JsonObject { ["post"] = Generate(settings) },
            ["/api/models/{name}/examples/{index}"] = Get("An example input.", "A picture.", "image/png", "name", "index"),
            ["/api/runs"] = Get("The runs.", "A list of objects with name, step and total_steps.", "application/json"),
            ["/api/runs/{name}"] = Get("A run.", "Its options, curves and samples.", "application/json", "name"),
            ["/api/events"] = new JsonObject { ["get"] = Events() },
            ["/api/runs/{name}/samples/{index}"] = Get("A row of samples.", "A picture.", "image/png", "name", "index"),
            ["/api/runs/{name}/stop"] = Post("Stops a run after the current step; everything is saved.", "It is not training."),
            ["/api/runs/{name}/resume"] = Post("Resumes a run.", "It is training, another one is, or it has taken all its steps."),
            ["/api/runs/{name}/report"] = Get("A run's report.", "A page.", "text/html", "name"),
            ["/api/data"] = Get("The pairs to review.", "A list of objects with name, bad, swapped and crop.", "application/json"),
            ["/api/data/{index}"] = Pair(),
            ["/api/data/write"] = Write(),
            ["/health"] = Get("Health of the server.", "Models, and places in total and in use.", "application/json"),
        },
        ["components"] = new JsonObject
        {
            ["schemas"] = new JsonObject
            {
                ["Problem"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] =
                        new JsonObject { ["error"] = new JsonObject { ["type"] = "string", ["description"] = "One sentence." } },
                    ["required"] = new JsonArray("error"),
                },
            },
        },
    };

    private static JsonObject Translate(ServeSettings settings) => new()
    {
        ["summary"] = "Translates a picture.",
        ["description"] = $"The picture is a PNG or JPEG of at most {settings.MaxBytes} bytes and {settings.MaxPixels} pixels.",
        ["parameters"] = new JsonArray([InPath("name"), .. TranslationQuery.Options.Select(InQuery)]),
        ["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject
            {
                ["image/png"] = new JsonObject(),
                ["image/jpeg"] = new JsonObject(),
                ["multipart/form-data"] = Form(),
            },
        },
        ["responses"] = new JsonObject
        {
            ["200"] = Answer("The translation.", "image/png"),
            ["400"] = Problem("The picture or an option can't be used."),
            ["404"] = Problem("There is no such model."),
            ["408"] = Problem("The picture did not arrive in time."),
            ["413"] = Problem("The picture is too large."),
            ["503"] = Problem("The server is busy; Retry-After says for how long."),
        },
    };

    private static JsonObject Generate(ServeSettings settings) => new()
    {
        ["summary"] = "Generates a picture, with a model that generates pictures.",
        ["description"] = $"A picture of at most {settings.MaxBytes} bytes and {settings.MaxPixels} pixels may be sent to be injected.",
        ["parameters"] = new JsonArray([InPath("name"), .. GenerationQuery.Options.Select(InQuery)]),
        ["requestBody"] = new JsonObject
        {
            ["required"] = false,
            ["content"] = new JsonObject { ["image/png"] = new JsonObject(), ["image/jpeg"] = new JsonObject() },
        },
        ["responses"] = new JsonObject
        {
            ["200"] = Answer("The picture.", "image/png"),
            ["400"] = Problem("An option or the picture can't be used, or the model does not generate pictures."),
            ["404"] = Problem("There is no such model."),
            ["408"] = Problem("The picture did not arrive in time."),
            ["413"] = Problem("The picture is too large, or would be."),
            ["503"] = Problem("The server is busy; Retry-After says for how long."),
        },
    };

    /// <summary>With the picture whose style is taken over, for a model that does so, and its label map where that is asked for.</summary>
    private static JsonObject Form() => new()
    {
        ["schema"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                [SentPictures.PicturePart] = new JsonObject { ["type"] = "string", ["format"] = "binary" },
                [SentPictures.StylePart] = new JsonObject { ["type"] = "string", ["format"] = "binary" },
                [SentPictures.StyleLabelsPart] = new JsonObject { ["type"] = "string", ["format"] = "binary" },
            },
            ["required"] = new JsonArray(SentPictures.PicturePart),
        },
    };

    private static JsonObject Events() => new()
    {
        ["summary"] = "Log of runs while they train.",
        ["parameters"] = new JsonArray(new JsonObject
        {
            ["name"] = "run",
            ["in"] = "query",
            ["required"] = true,
            ["description"] = "Names of runs.",
            ["schema"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        }),
        ["responses"] = new JsonObject
        {
            ["200"] = Answer("Events log, again and samples, each with the name of its run.", "text/event-stream"),
            ["400"] = Problem("No run is named, or too many are."),
            ["404"] = Problem("There is no such run."),
            ["503"] = Problem("Too many clients; Retry-After says for how long."),
        },
    };

    private static JsonObject Get(string summary, string answer, string type, params string[] inPath) => new()
    {
        ["get"] = new JsonObject
        {
            ["summary"] = summary,
            ["parameters"] = new JsonArray([.. inPath.Select(InPath)]),
            ["responses"] = new JsonObject { ["200"] = Answer(answer, type) },
        },
    };

    private static JsonObject Pair()
    {
        var path = Get("A pair.", "Its file: A left, B right.", "image/png", "index");
        path["put"] = new JsonObject
        {
            ["summary"] = "Stores the decision about a pair.",
            ["parameters"] = new JsonArray(InPath("index")),
            ["requestBody"] =
                new JsonObject { ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Decision() } } },
            ["responses"] = new JsonObject
            {
                ["200"] = Answer("The pair with the decision.", "application/json"),
                ["400"] = Problem("The decision is not valid, or its crop is outside the pair."),
                ["404"] = Problem("There is no such pair."),
            },
        };
        return path;
    }

    private static JsonObject Decision()
    {
        string[] numbers = ["x", "y", "width", "height"];
        var crop = new JsonObject(numbers.Select(n => KeyValuePair.Create<string, JsonNode?>(n, new JsonObject { ["type"] = "integer" })));
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["bad"] = new JsonObject { ["type"] = "boolean" },
                ["swapped"] = new JsonObject { ["type"] = "boolean" },
                ["crop"] = new JsonObject { ["type"] = new JsonArray("object", "null"), ["properties"] = crop },
            },
        };
    }

    private static JsonObject Write() => new()
    {
        ["post"] = new JsonObject
        {
            ["summary"] = "Writes the pairs that are kept; with val or test, split randomly.",
            ["parameters"] = new JsonArray(
                InQuery(new QueryOption("val", "Share of the pairs for val.", "number")),
                InQuery(new QueryOption("test", "Share of the pairs for test.", "number")),
                InQuery(new QueryOption("seed", "Seed of the split.", "integer", 0))),
            ["responses"] = new JsonObject
            {
                ["200"] = Answer("The number of pairs written, and a sentence for each that could not be.", "application/json"),
                ["400"] = Problem("An option can't be used."),
                ["409"] = Problem("There is no folder to write to, or it holds files already."),
            },
        },
    };

    private static JsonObject Post(string summary, string conflict) => new()
    {
        ["post"] = new JsonObject
        {
            ["summary"] = summary,
            ["parameters"] = new JsonArray(InPath("name")),
            ["responses"] = new JsonObject
            {
                ["202"] = new JsonObject { ["description"] = "Accepted." },
                ["404"] = Problem("There is no such run."),
                ["409"] = Problem(conflict),
            },
        },
    };

    private static JsonObject Answer(string description, string type) =>
        new() { ["description"] = description, ["content"] = new JsonObject { [type] = new JsonObject() } };

    private static JsonObject Problem(string description) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } },
        },
    };

    private static JsonObject InPath(string name) =>
        new() { ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } };

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
