using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Reporting;

namespace IlgpuGan.Serve;

/// <summary>What the page and <c>GET /api/models</c> are told of a model. Without reflection, for programs that are trimmed.</summary>
internal static class ModelDescription
{
    /// <summary>A model that translates, without inputs besides its picture.</summary>
    public static JsonObject Of(string name, string family, GeneratorSpec generator, ShownInputs inputs, string? about, long? step) => new()
    {
        ["name"] = name,
        ["family"] = family,
        ["about"] = about,
        ["step"] = step,
        ["network"] = generator.Description,
        ["input_channels"] = generator.InputChannels,
        ["output_channels"] = generator.OutputChannels,
        ["directions"] = new JsonArray(),
        ["labels"] = new JsonArray(),
        ["has_many_answers"] = false,
        ["palette"] = inputs.Palette is { } colours ? new JsonArray([.. colours.Select(c => (JsonNode)$"#{c:x6}")]) : null,
        ["palette_names"] =
            inputs.Palette is { } named && ClassNames.Of(named) is { } names ? new JsonArray([.. names.Select(n => (JsonNode)n)]) : null,
        ["reads_numbers"] = generator.Labels is { Coding.Palette: null },
        ["side"] = inputs.Side,
        ["examples"] = inputs.Examples.Count,
    };

    /// <summary>What a bundled model does, in a sentence; null for others.</summary>
    public static string? About(string path) =>
        ZooModel.IsName(path) ? ZooModel.Find(path).Summary.Replace("`", "", StringComparison.Ordinal) : null;

    /// <summary>The bytes of the list of models.</summary>
    public static byte[] List(IEnumerable<INamedModel> models) =>
        Encoding.UTF8.GetBytes(new JsonArray([.. models.Select(m => (JsonNode)m.Describe())]).ToJsonString());

    /// <summary>A set of labels that a picture is given.</summary>
    public static JsonObject Of(LabelSet set) => new()
    {
        ["names"] = new JsonArray([.. set.Names.Select(n => (JsonNode)n)]), ["exclude"] = set.Exclude,
    };
}
