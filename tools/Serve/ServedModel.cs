using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>A named model that translates pictures, with example inputs.</summary>
internal sealed class ServedModel : INamedModel
{
    private readonly ShownInputs _inputs;

    private ServedModel(string name, ResidentModel model, ShownInputs inputs) =>
        (Name, Model, Pairs, _inputs) = (name, model, SideBySide.Of(model.Options, model.Generators[0]), inputs);

    public string Name { get; }

    public ResidentModel Model { get; }

    /// <summary>The side-by-side pairs that the model was trained on, one half of which it reads; null without such pairs.</summary>
    public SideBySide? Pairs { get; }

    /// <summary>The inputs of the run's samples, as pictures for people; empty if there are none.</summary>
    public IReadOnlyList<Picture> Examples => _inputs.Examples;

    /// <summary>Colours of the classes, 0xRRGGBB, if inputs are maps of flat colours; otherwise null.</summary>
    public IReadOnlyList<int>? Palette => _inputs.Palette;

    /// <summary>Whether inputs are maps of class numbers: a PNG with a palette is then read by its indices, not its colours.</summary>
    public bool ReadsNumbers => Model.Generators[0].Labels is { Coding.Palette: null };

    /// <summary>Side of drawn inputs, in pixels.</summary>
    public int Side => _inputs.Side;

    /// <exception cref="RunException">the run has no generator to translate with</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static ServedModel Open(string name, string path, Device device)
    {
        var model = ResidentModel.Open(path, device);
        return new ServedModel(name, model, ShownInputs.Of(path, model.Generators[0], model.Options));
    }

    public object Describe()
    {
        var first = Model.Generators[0];
        return new
        {
            name = Name,
            family = Model.Options.Model,
            network = first.Description,
            input_channels = first.InputChannels,
            output_channels = first.OutputChannels,
            directions = Model.HasKnownDirection ? Model.Generators.Select(g => NameOf(g.Direction)).Distinct() : [],
            labels = (first.Conditions?.Labels ?? []).Select(set => new { names = set.Names, exclude = set.Exclude }),
            has_many_answers = first.Conditions is { IsRandom: true },
            steps = first.Conditions?.Steps is { } steps ? new { usual = steps.Default, most = steps.Most } : null,
            style = first.Conditions?.Style is { } style ? style.IsRequired ? "required" : "possible" : null,
            style_labels = first.Conditions?.Style is { Labels: not null },
            palette = Palette?.Select(c => $"#{c:x6}"),
            palette_names = Palette is { } palette ? ClassNames.Of(palette) : null,
            reads_numbers = ReadsNumbers,
            side = Side,
            examples = Examples.Count,
        };
    }

    public static string NameOf(Direction direction) => OptionsJson.TextOf(direction);
}
