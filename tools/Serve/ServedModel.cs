using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>A named model that translates pictures, with example inputs.</summary>
internal sealed class ServedModel : INamedModel
{
    /// <summary>What stands for the family of a graph of another program.</summary>
    private const string GraphFamily = "onnx";

    private readonly string? _about;

    private ServedModel(string name, ResidentModel model, ShownInputs inputs, string? about) =>
        (Name, Model, Inputs, _about) = (name, model, inputs, about);

    public string Name { get; }

    public ResidentModel Model { get; }

    /// <summary>Its examples, as pictures for people, and what its page shows to draw on.</summary>
    public ShownInputs Inputs { get; }

    /// <exception cref="RunException">the run has no generator to translate with</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static ServedModel Open(string name, string path, Device device)
    {
        var model = ResidentModel.Open(path, device);
        var shown = ShownInputs.Of(path, model.Generators[0], model.Options, model.Description);
        return new ServedModel(name, model, shown, ModelDescription.About(path));
    }

    public JsonObject Describe()
    {
        var first = Model.Generators[0];
        var described = ModelDescription.Of(Name, Model.Options?.Model ?? GraphFamily, first, Inputs, _about, Model.Step);
        foreach (var direction in Model.HasKnownDirection ? Model.Generators.Select(g => OptionsJson.TextOf(g.Direction)).Distinct() : [])
        {
            described["directions"]!.AsArray().Add((JsonNode)direction);
        }

        foreach (var set in first.Conditions?.Labels ?? [])
        {
            described["labels"]!.AsArray().Add((JsonNode)ModelDescription.Of(set));
        }

        if (first is not { FixedWidth: null, FixedHeight: null })
        {
            (described["fixed_width"], described["fixed_height"]) = (first.FixedWidth, first.FixedHeight);
        }

        described["takes_range"] = Model.Options is null;
        described["has_many_answers"] = first.Conditions is { IsRandom: true };
        if (first.Conditions?.Steps is { } steps)
        {
            described["steps"] = new JsonObject
            {
                ["usual"] = steps.Default, ["most"] = steps.Most, ["random_from"] = steps.RandomFrom,
            };
        }

        if (first.Conditions?.Style is { } style)
        {
            described["style"] = style.IsRequired ? "required" : "possible";
            described["style_labels"] = style.Labels is not null;
        }

        return described;
    }
}
