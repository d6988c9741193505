using System.Text.Json.Nodes;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Serve;

namespace IlgpuGan.Hosting;

/// <summary>A model of an application as its page shows it: with its examples, and without inputs besides the picture.</summary>
internal sealed class HostedModel : INamedModel
{
    private readonly Lazy<ShownInputs> _inputs;
    private readonly HostedTranslators _models;
    private readonly string? _about;

    public HostedModel(string name, string path, HostedTranslators models)
    {
        (Name, Path, _models, _about) = (name, path, models, ModelDescription.About(path));
        _inputs = new(
            () => InputsOf(path, models.Opened(name).Generator, FamilyOf(models, name), models.Opened(name).Description),
            LazyThreadSafetyMode.PublicationOnly); // Which remembers no failure.
    }

    public string Name { get; }

    /// <summary>Its file, which no client is told.</summary>
    public string Path { get; }

    /// <summary>Read when the page is first asked for.</summary>
    public ShownInputs Inputs => _inputs.Value;

    public JsonObject Describe() =>
        ModelDescription.Of(Name, FamilyOf(_models, Name)?.Model ?? "onnx", _models.Opened(Name).Generator, Inputs, _about, step: null);

    private static TrainingOptions? FamilyOf(HostedTranslators models, string name)
    {
        try
        {
            return models.Opened(name).Options;
        }
        catch (RunException)
        {
            return null; // A graph of another program.
        }
    }

    private static ShownInputs InputsOf(string path, GeneratorSpec generator, TrainingOptions? options, WeightsDescription? description)
    {
        try
        {
            return options is null ? ShownInputs.Without(generator) : ShownInputs.Of(path, generator, options, description);
        }
        catch (Exception problem) when (problem is IOException or RunException or OptionsException or PictureException
            or InvalidOperationException or NotSupportedException)
        {
            // The run's samples are damaged or gone, or the program is trimmed and can't read the JSON of its report.
            return ShownInputs.Without(generator);
        }
    }
}
