using IlgpuGan.Models.Families;
using IlgpuGan.Models.Generation;

namespace IlgpuGan.Serve;

/// <summary>A named model that generates pictures.</summary>
internal sealed class ServedGenerator(string name, PictureGenerator generator) : INamedModel, IDisposable
{
    public string Name => name;

    public PictureGenerator Generator => generator;

    public JsonObject Describe()
    {
        var spec = generator.Spec;
        return new JsonObject
        {
            ["name"] = name,
            ["family"] = generator.Options.Model,
            ["step"] = generator.Step,
            ["directions"] = new JsonArray(),
            ["labels"] = new JsonArray([.. spec.Labels is { } set ? [(JsonNode)ModelDescription.Of(set)] : Array.Empty<JsonNode>()]),
            ["has_many_answers"] = false,
            ["examples"] = 0,
            ["makes"] = new JsonObject
            {
                ["from"] = spec.From,
                ["finest_scale"] = generator.FinestScale,
                ["size"] = spec.Uses.HasFlag(GenerationUses.Size),
                ["inject"] = spec.Uses.HasFlag(GenerationUses.Inject) && generator.FinestScale > 0,
            },
        };
    }

    public void Dispose() => generator.Dispose();
}
