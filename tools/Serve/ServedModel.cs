using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Serve;

/// <summary>A model under the name that requests call it by, with inputs to begin with.</summary>
internal sealed class ServedModel : IServed
{
    private const int MostExamples = 12;

    private ServedModel(string name, ResidentModel model, IReadOnlyList<Picture> examples)
    {
        (Name, Model, Examples) = (name, model, examples);
        var labels = model.Generators[0].Labels;
        Palette = labels?.Coding.Colours ?? LabelPalette.Find([.. examples])?.Colours;
        Side = labels?.Side ?? (examples.Count > 0 ? Math.Max(examples[0].Width, examples[0].Height)
            : (model.Options as PictureOptions)?.CropSize ?? DefaultSide);
    }

    /// <summary>Of pictures to draw where nothing tells how large the model's are.</summary>
    private const int DefaultSide = 256;

    public string Name { get; }

    public ResidentModel Model { get; }

    /// <summary>Inputs that the run has shown its samples of, as people see them; empty where there are none.</summary>
    public IReadOnlyList<Picture> Examples { get; }

    /// <summary>Colours of the classes, 0xRRGGBB, where inputs are maps of flat colours; else null.</summary>
    public IReadOnlyList<int>? Palette { get; }

    /// <summary>Whether inputs are maps of numbers: of a PNG with a palette the indices count, not the colours.</summary>
    public bool ReadsNumbers => Model.Generators[0].Labels is { Coding.Palette: null };

    /// <summary>Of pictures to draw, in pixels.</summary>
    public int Side { get; }

    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static ServedModel Open(string name, string path, ComputeThread thread) =>
        new(name, ResidentModel.Open(path, thread.Device), ExamplesOf(path));

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
            directions = Model.KnowsItsDirection ? Model.Generators.Select(g => NameOf(g.Direction)).Distinct() : [],
            labels = (first.Conditions?.Labels ?? []).Select(set => new { names = set.Names, exclude = set.Exclude }),
            has_many_answers = first.Conditions is { Noise: > 0 },
            style = first.Conditions?.Style is { Labels: null } style ? style.IsRequired ? "required" : "possible" : null,
            palette = Palette?.Select(c => $"#{c:x6}"),
            reads_numbers = ReadsNumbers,
            side = Side,
            examples = Examples.Count,
        };
    }

    public static string NameOf(Direction direction) => OptionsJson.TextOf(direction);

    /// <summary>The first columns of a run's samples of its last step, or what comes with a model of the zoo.</summary>
    private static IReadOnlyList<Picture> ExamplesOf(string path)
    {
        if (ZooModel.IsName(path))
        {
            return ZooModel.Find(path).Inputs;
        }

        if (!Directory.Exists(path) || !File.Exists(new RunDirectory(path).Options))
        {
            return [];
        }

        var samples = StoredReport.Read(path).Samples;
        return [.. samples.Where(s => s.Step == samples[^1].Step && s.Columns.Count > 1).Take(MostExamples).Select(FirstColumn)];
    }

    private static Picture FirstColumn(ReportSample sample)
    {
        var row = PictureFile.Load(sample.Path).WithChannels(3, sample.Path);
        return row.Cropped(0, 0, row.Width / sample.Columns.Count, row.Height);
    }
}
