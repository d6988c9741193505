using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Reporting;

/// <summary>A generator's inputs, for pages where users choose or draw one.</summary>
/// <param name="Examples">inputs of the run's samples, as displayed; empty if there are none</param>
/// <param name="Palette">class colours, 0xRRGGBB, if inputs are label maps; otherwise null</param>
/// <param name="Side">side of pictures to draw, in pixels</param>
internal sealed record ShownInputs(IReadOnlyList<Picture> Examples, IReadOnlyList<int>? Palette, int Side)
{
    private const int MostExamples = 12;

    /// <summary>Default side of pictures to draw, if the generator's size is unknown.</summary>
    private const int DefaultSide = 256;

    /// <param name="path">a run, a file, or a bundled model</param>
    /// <param name="generator">the generator</param>
    /// <param name="options">the training options; null if unknown</param>
    /// <param name="description">what the file says of its inputs; null if it says nothing</param>
    /// <exception cref="IOException">a file can't be read or is damaged</exception>
    /// <exception cref="RunException">there is no such model in the zoo, or a run's files are damaged</exception>
    public static ShownInputs Of(string path, GeneratorSpec generator, TrainingOptions? options, WeightsDescription? description)
    {
        var examples = ExamplesOf(path);
        examples = examples.Count > 0 ? examples : description?.ReadExamples(path) ?? [];
        return new ShownInputs(
            examples,
            generator.Labels?.Coding.Colours ?? description?.Palette
                ?? (LabelPalette.Find(examples) is { } found ? ClassNames.Completed(found.Colours) : null),
            generator.Labels?.Side ?? description?.Side ?? (examples.Count > 0 ? Math.Max(examples[0].Width, examples[0].Height)
                : (options as PictureOptions)?.CropSize ?? DefaultSide));
    }

    /// <summary>Those of a generator of which no more is known.</summary>
    public static ShownInputs Without(GeneratorSpec generator) =>
        new([], generator.Labels?.Coding.Colours, generator.Labels?.Side ?? DefaultSide);

    /// <summary>The first columns of a run's samples at its last step, or the inputs of a bundled model.</summary>
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
