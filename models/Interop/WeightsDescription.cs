using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// What a file of weights says besides them, so that it makes the pictures that the run makes: options, the pairs that it was trained on,
/// and what a page shows of it. It is the metadata of safetensors and ONNX files, and a record of its own in a <c>.pth</c>; this class
/// alone writes and reads it.
/// </summary>
public sealed class WeightsDescription
{
    /// <summary>The value of <see cref="FormatKey"/> in files of weights.</summary>
    private const string Kind = "ilgpugan-weights";

    private const string FormatKey = "format";
    private const string NetworkKey = "network";
    private const string NetworksKey = "networks";
    private const string OptionsKey = "options";
    private const string PairsKey = "pairs";
    private const string StatisticsKey = "statistics";
    private const string PaletteKey = "palette";
    private const string SideKey = "side";
    private const string LongSideKey = "long-side";
    private const string ExamplesKey = "examples";

    /// <summary>Most bytes of all examples: they are for looking at, and a file of weights should stay one.</summary>
    private const int MostExampleBytes = 1 << 20;

    /// <summary>Most pixels of an example: a file of a stranger may claim any number.</summary>
    private const long MostExamplePixels = 1 << 24;

    private const int MostExamples = 64;
    private const int MostShapes = 64;

    private WeightsDescription(IReadOnlyList<string> networks, TrainingOptions options) => (Networks, Options) = (networks, options);

    /// <summary>Names of the networks in the file. With several, each is the prefix of its keys.</summary>
    internal IReadOnlyList<string> Networks { get; }

    /// <summary>Options of the training.</summary>
    internal TrainingOptions Options { get; }

    /// <summary>Width / height of the side-by-side pairs of the training; empty for none; null if the file does not say.</summary>
    internal IReadOnlyList<double>? PairShapes { get; private set; }

    /// <summary>The statistics of a graph's batch norms; null for weights alone, or if the file does not say.</summary>
    internal NormStatistics? Statistics { get; private init; }

    /// <summary>Class colours, 0xRRGGBB; null if inputs are no label maps.</summary>
    internal IReadOnlyList<int>? Palette { get; private set; }

    /// <summary>Side of drawn inputs in pixels; null if the file does not say.</summary>
    internal int? Side { get; private set; }

    /// <summary>
    /// The length of the longer side at which longer pictures are translated (<see cref="Translation.TranslationSettings.LongSide"/>); null
    /// for their own.
    /// </summary>
    internal int? LongSide { get; private set; }

    /// <summary>Example inputs, as PNG.</summary>
    private IReadOnlyList<byte[]> Examples { get; set; } = [];

    /// <summary>The description of networks of one file, with what that file says of them already.</summary>
    internal static WeightsDescription Of(IReadOnlyList<StoredNetwork> networks)
    {
        var known = networks[0].Description;
        return new([.. networks.Select(n => n.Name)], networks[0].Options)
        {
            PairShapes = known?.PairShapes, Palette = known?.Palette, Side = known?.Side, LongSide = known?.LongSide,
            Examples = known?.Examples ?? [],
        };
    }

    /// <summary>The same with pairs, and with what a page shows.</summary>
    /// <param name="pairShapes">see <see cref="PairShapes"/></param>
    /// <param name="palette">see <see cref="Palette"/></param>
    /// <param name="side">side of drawn inputs in pixels</param>
    /// <param name="longSide">see <see cref="LongSide"/></param>
    /// <param name="examples">example inputs; as many are kept as fit into a mebibyte</param>
    internal WeightsDescription With(
        IReadOnlyList<double> pairShapes, IReadOnlyList<int>? palette, int side, int? longSide, IReadOnlyList<Picture> examples)
    {
        var (kept, bytes) = (new List<byte[]>(), 0);
        foreach (var example in examples.Take(MostExamples))
        {
            var png = PictureFile.EncodePng(example, "example");
            if (bytes + png.Length <= MostExampleBytes)
            {
                kept.Add(png);
                bytes += png.Length;
            }
        }

        var copy = (WeightsDescription)MemberwiseClone();
        (copy.PairShapes, copy.Palette, copy.Side, copy.LongSide, copy.Examples) = (pairShapes, palette, side, longSide, kept);
        return copy;
    }

    /// <summary>The same, trained on pairs of squares: what is assumed of a bundled model, whose data set is not there.</summary>
    internal WeightsDescription OfSquares()
    {
        var copy = (WeightsDescription)MemberwiseClone();
        copy.PairShapes = [2];
        return copy;
    }

    /// <summary>Whether a file describes its weights.</summary>
    internal static bool IsIn(TensorFile file) => file.Metadata.GetValueOrDefault(FormatKey) == Kind;

    /// <summary>The entries of a graph's metadata that say how it normalises.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> OfGraph(GraphSettings settings) =>
        [new(StatisticsKey, settings.Statistics == NormStatistics.Picture ? "picture" : "running")];

    /// <summary>The metadata of a file of weights.</summary>
    internal Dictionary<string, string> ToMetadata()
    {
        var metadata = ToMetadataOfRun();
        metadata[FormatKey] = Kind;
        metadata[Networks.Count == 1 ? NetworkKey : NetworksKey] = string.Join(' ', Networks);
        metadata[OptionsKey] = Options.ToJson();
        return metadata;
    }

    /// <summary>The entries that a checkpoint of imported weights keeps, beside options of its own.</summary>
    internal Dictionary<string, string> ToMetadataOfRun()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (PairShapes is { } shapes)
        {
            metadata[PairsKey] = string.Join(' ', shapes.Select(s => s.ToString("R", CultureInfo.InvariantCulture)));
        }

        if (Palette is { } palette)
        {
            metadata[PaletteKey] = string.Join(',', palette.Select(c => c.ToString("X6", CultureInfo.InvariantCulture)));
        }

        if (Side is { } side)
        {
            metadata[SideKey] = side.ToString(CultureInfo.InvariantCulture);
        }

        if (LongSide is { } longSide)
        {
            metadata[LongSideKey] = longSide.ToString(CultureInfo.InvariantCulture);
        }

        if (Examples.Count > 0)
        {
            metadata[ExamplesKey] = string.Join(' ', Examples.Select(Convert.ToBase64String));
        }

        return metadata;
    }

    /// <summary>Reads the description of a file of weights.</summary>
    /// <exception cref="CheckpointFormatException">it is damaged</exception>
    internal static WeightsDescription Read(TensorFile file)
    {
        var several = file.Metadata.GetValueOrDefault(NetworksKey, "");
        var names = (several.Length > 0 ? several : file.Metadata.GetValueOrDefault(NetworkKey, ""))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0 || names.Distinct(StringComparer.Ordinal).Count() < names.Length || !file.Metadata.ContainsKey(OptionsKey)
            ? throw new CheckpointFormatException(file.Path, "its metadata are damaged: they name no network or no options")
            : Read(file, names, Checkpoint.OptionsIn(file));
    }

    /// <summary>Whether the networks' names are prefixes of their keys.</summary>
    internal static bool HasPrefixes(TensorFile file) => file.Metadata.GetValueOrDefault(NetworksKey, "").Length > 0;

    /// <summary>Reads what a checkpoint keeps of the file that its weights were imported from.</summary>
    /// <inheritdoc cref="Read(TensorFile)"/>
    internal static WeightsDescription ReadOfRun(TensorFile file, TrainingOptions options) => Read(file, [], options);

    /// <summary>The example inputs.</summary>
    /// <param name="path">the file, for messages</param>
    /// <exception cref="CheckpointFormatException">one can't be read</exception>
    internal IReadOnlyList<Picture> ReadExamples(string path)
    {
        try
        {
            return [.. Examples.Select(png => ImageFile.Identify(png) is var info && (long)info.Width * info.Height <= MostExamplePixels
                ? PictureFile.Decode(png, path).ToChannels(3, path)
                : throw new CheckpointFormatException(path, $"an example of {info.Width}x{info.Height} pixels is too large"))];
        }
        catch (Exception e) when (e is ImageFormatException or PictureException)
        {
            throw new CheckpointFormatException(path, $"an example in its metadata is damaged: {e.Message}", e);
        }
    }

    private static WeightsDescription Read(TensorFile file, IReadOnlyList<string> networks, TrainingOptions options)
    {
        return new(networks, options)
        {
            PairShapes = Values<double>(PairsKey, ' ', MostShapes, text => Finite(text)),
            Palette = Values<int>(PaletteKey, ',', 256, text => text.Length == 6
                && int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var colour) ? colour : null),
            Side = SideIn(SideKey),
            LongSide = SideIn(LongSideKey),
            Statistics = file.Metadata.GetValueOrDefault(StatisticsKey) switch
            {
                "picture" => NormStatistics.Picture,
                "running" => NormStatistics.Running,
                _ => null,
            },
            Examples = Pictures(),
        };

        int? SideIn(string key) =>
            Values<int>(key, ' ', 1, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side)
                && side is > 0 and <= OptionsValidation.LargestSide ? side : null) is [var only] ? only : null;

        IReadOnlyList<T>? Values<T>(string key, char separator, int most, Func<string, T?> parse)
            where T : struct
        {
            if (!file.Metadata.TryGetValue(key, out var text))
            {
                return null;
            }

            var parts = text.Split(separator, StringSplitOptions.RemoveEmptyEntries);
            T?[] values = parts.Length <= most ? Array.ConvertAll(parts, part => parse(part)) : [null];
            return values.All(value => value is not null) ? [.. values.Select(value => value!.Value)] : throw Damaged(key);
        }

        static double? Finite(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1e6
                ? number
                : null;

        IReadOnlyList<byte[]> Pictures()
        {
            var parts = file.Metadata.GetValueOrDefault(ExamplesKey, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            try
            {
                return parts.Length <= MostExamples ? Array.ConvertAll(parts, Convert.FromBase64String) : throw Damaged(ExamplesKey);
            }
            catch (FormatException)
            {
                throw Damaged(ExamplesKey);
            }
        }

        CheckpointFormatException Damaged(string key) => new(file.Path, $"its metadata are damaged: {key} can't be read");
    }
}
