using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Translation;

/// <summary>What a generator was trained to read, as far as its file or its run tells.</summary>
/// <param name="Examples">inputs as displayed; empty if there are none</param>
/// <param name="Palette">class colours, 0xRRGGBB, if inputs are label maps; otherwise null</param>
/// <param name="Side">longer side in pixels; null if it is unknown</param>
/// <param name="LongSide">see <see cref="WeightsDescription.LongSide"/></param>
internal sealed record TrainedInputs(IReadOnlyList<Picture> Examples, IReadOnlyList<int>? Palette, int? Side, int? LongSide)
{
    private const int MostExamples = 12;

    /// <summary>From how many times the side of the training on a picture is remarked.</summary>
    private const int MuchLarger = 4;

    private readonly LabelPalette? _palette = Palette is null ? null : new LabelPalette(Palette);

    /// <param name="path">a run, a file, or a bundled model</param>
    /// <param name="generator">the generator</param>
    /// <param name="options">the training options; null if unknown</param>
    /// <param name="description">what the file says of its inputs; null if it says nothing</param>
    /// <exception cref="IOException">a file can't be read or is damaged</exception>
    /// <exception cref="RunException">there is no such model in the zoo</exception>
    public static TrainedInputs Of(string path, GeneratorSpec generator, TrainingOptions? options, WeightsDescription? description)
    {
        var examples = options is null ? [] : ExamplesOf(path, generator, options);
        examples = examples.Count > 0 ? examples : description?.ReadExamples(path) ?? [];
        return new TrainedInputs(
            examples,
            generator.Labels?.Coding.Colours ?? description?.Palette
                ?? (LabelPalette.Find(examples) is { } found ? ClassNames.Completed(found.Colours) : null),
            generator.Labels?.Side ?? description?.Side ?? (examples.Count > 0 ? Math.Max(examples[0].Width, examples[0].Height)
                : (options as PictureOptions)?.CropSize),
            description?.LongSide);
    }

    /// <summary>How a picture differs from what the generator knows, phrases without a full stop.</summary>
    /// <param name="whole">the picture</param>
    /// <param name="split">recognises pairs, of which one half is translated; null where all of a picture is</param>
    /// <param name="generator">the generator</param>
    /// <param name="settings">how it translates</param>
    /// <param name="trained">what it was trained to read; null if nothing is known</param>
    public static IEnumerable<string> RemarksOn(
        Picture whole, SideBySide? split, GeneratorSpec generator, TranslationSettings settings, TrainedInputs? trained)
    {
        var half = split?.HalfOf(whole, settings.Direction)?.Picture;
        if (half is not null && whole.Width % 2 != 0)
        {
            yield return AlignedFolder.OddWidth;
        }

        var input = half ?? whole;
        if (generator.Labels is not { Coding.Palette: null } && trained is { _palette: { } palette } && !palette.Fits(input))
        {
            yield return "it is no label map in the colours that the model has learnt from, and what is made of it means little";
            yield break;
        }

        if (generator.Labels?.Coding.RemarkOn(input) is { } classless)
        {
            yield return classless;
        }

        if (generator.Labels is null && IsFlat(input))
        {
            yield return "it is of one colour: of that, norms over a picture make rounding error, which is another in each program";
        }

        var (width, height) = settings.Size is { } size ? (size, size) : (input.Width, input.Height);
        if (settings.LongSideOr(trained?.LongSide) is { } most && Math.Max(width, height) > most)
        {
            if (settings.LongSide is null)
            {
                yield return $"it was translated with {most} pixels along its longer side, as the model asks, and scaled back; " +
                    "the option long-side sets another length";
            }
        }
        else if (generator is { FixedWidth: null, FixedHeight: null } && generator.Labels?.Side is null
            && trained is { Side: { } side } && Math.Max(width, height) >= MuchLarger * side)
        {
            yield return $"it has {MuchLarger} times the {side} pixels of the training or more, so that shapes may come out as texture; " +
                "the option size reduces it first";
        }

        if (settings is { Tile: null, Exact: false } && (width > generator.FixedWidth || height > generator.FixedHeight))
        {
            yield return $"it has more than the {SizeOf(generator)} pixels that {generator.Description} takes, and was translated in " +
                "tiles; the option size reduces pictures instead";
        }
    }

    private static bool IsFlat(Picture picture) => picture.Layers.All(layer => layer.BitsPerChannel == 8
        ? layer.Bytes.AsSpan(layer.Channels).SequenceEqual(layer.Bytes.AsSpan(0, layer.Bytes.Length - layer.Channels))
        : layer.Words.AsSpan(layer.Channels).SequenceEqual(layer.Words.AsSpan(0, layer.Words.Length - layer.Channels)));

    /// <summary>The only size that a generator accepts, as <c>256x256</c>.</summary>
    public static string SizeOf(GeneratorSpec generator) =>
        $"{generator.FixedWidth?.ToString(CultureInfo.InvariantCulture) ?? "any"}x" +
            (generator.FixedHeight?.ToString(CultureInfo.InvariantCulture) ?? "any");

    /// <summary>The inputs of a run's samples at its last step, or those of a bundled model.</summary>
    private static IReadOnlyList<Picture> ExamplesOf(string path, GeneratorSpec generator, TrainingOptions options)
    {
        var family = FamilyCatalog.Of(options);
        var isFirst = generator.Network == family.Generators(options).FirstOrDefault()?.Network;
        if (ZooModel.IsName(path))
        {
            return generator.Network == ZooModel.Find(path).Network ? ZooModel.Find(path).Examples : [];
        }

        var views = family.Info.Views;
        var column = isFirst ? 0 : views.ToList().IndexOf("real_B");
        var run = RunDirectory.Of(path) ?? new RunDirectory(path);
        if (views.Count < 2 || column < 0 || !File.Exists(run.Options))
        {
            return [];
        }

        return [.. run.AllSamples().GroupBy(s => s.Step).LastOrDefault()?.Take(MostExamples)
            .Select(s => Column(s.File, column, views.Count)).OfType<Picture>() ?? []];
    }

    /// <summary>A column of a row of sample pictures; null if the file is damaged.</summary>
    private static Picture? Column(string file, int column, int columns)
    {
        try
        {
            var row = PictureFile.Load(file).ToChannels(3, file);
            var width = row.Width / columns;
            return row.Crop(column * width, 0, width, row.Height);
        }
        catch (PictureException)
        {
            return null;
        }
    }
}
