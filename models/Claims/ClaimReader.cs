using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>
/// Reads claims from the files of <c>Papers</c>: objects of entries by name. An entry without a sentence is no claim, but what others are
/// like. README.md says how they are written.
/// </summary>
/// <param name="entries">those of all files</param>
internal sealed class ClaimReader(IReadOnlyDictionary<string, JsonObject> entries)
{
    /// <summary>What an entry says of others, or of all its variants.</summary>
    private static readonly List<string> s_shared = ["like", "options", "parts"];

    /// <summary>The part of a variant that has one model.</summary>
    private static JsonObject Whole => new() { ["name"] = "", ["options"] = new JsonObject() };

    /// <summary>A claim by its name.</summary>
    /// <exception cref="OptionsException">it names an unknown measure, judge or drawing</exception>
    /// <exception cref="JsonException">it has a property too many or too few</exception>
    public Claim Read(string name)
    {
        var entry = Resolved(name);
        var (own, parts) = (entry["options"] as JsonObject ?? [], entry["parts"] ?? new JsonArray { Whole });
        entry["name"] = name;
        entry["variants"] = Listed(entry, "variants", variant =>
        {
            var options = variant["options"] as JsonObject ?? [];
            variant["options"] = options.ContainsKey("model") ? options.DeepClone() : options.Over(own);
            variant["parts"] ??= parts.DeepClone();
        });
        entry["measures"] = Listed(entry, "measures", measure =>
        {
            var gauge = Gauge.Of($"{measure["by"] ?? measure["name"]}");
            measure["higherIsBetter"] = gauge.HigherIsBetter;
            measure["digits"] ??= gauge.Digits;
        });
        s_shared.ForEach(key => entry.Remove(key));
        var claim = entry.Deserialize(ClaimContext.Default.Claim)!;
        ClaimJudges.Require(claim);
        return claim.Judge.In.Count == 0 ? claim : claim with
        {
            Measures =
            [
                .. claim.Measures.Where(m => m.IsDifference),
                .. claim.Judge.In.SelectMany(steps => claim.Measures.Where(m => !m.IsDifference).Select(
                    m => m with { Name = Gauge.In(m.Name, steps), By = Gauge.In(m.By, steps) })),
            ],
        };
    }

    /// <summary>An entry over what it is like, and over the claim whose runs it is about.</summary>
    private JsonObject Resolved(string name)
    {
        var entry = (JsonObject)entries[name].DeepClone();
        foreach (var key in new[] { "like", "runsOf" })
        {
            entry = entry[key] is { } other ? entry.Over(Resolved($"{other}")) : entry;
        }

        return entry;
    }

    /// <summary>The values of an object by name, each with its name.</summary>
    private static JsonArray Listed(JsonObject entry, string key, Action<JsonObject> complete) =>
    [
        .. entry[key]!.AsObject().Select(named =>
        {
            var value = (JsonObject)named.Value!.DeepClone();
            value["name"] = named.Key;
            complete(value);
            return value;
        }),
    ];
}

/// <summary>Objects of JSON as layers.</summary>
internal static class JsonLayers
{
    /// <summary>
    /// This object, with what it leaves to the one below behind its own: objects in layers in turn, a text that begins with + after that
    /// below, and nothing where it says null.
    /// </summary>
    public static JsonObject Over(this JsonObject above, JsonObject below)
    {
        var both = new JsonObject();
        foreach (var (name, value) in above)
        {
            if (value is not null)
            {
                both[name] = (value, below[name]) switch
                {
                    (JsonObject over, JsonObject under) => over.Over(under),
                    (JsonValue over, JsonValue under) when $"{over}".StartsWith('+') => $"{under}{$"{over}"[1..]}",
                    _ => value.DeepClone(),
                };
            }
        }

        foreach (var (name, value) in below.Where(b => !above.ContainsKey(b.Key)))
        {
            both[name] = value?.DeepClone();
        }

        return both;
    }
}

/// <summary>Reads claims without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Claim))]
internal sealed partial class ClaimContext : JsonSerializerContext;
