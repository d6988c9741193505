using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// What a file of weights says of a generator besides them, so that it makes the pictures that the run makes: the pairs that it was trained
/// on, and what a page shows of it. With names and options of the networks it is the metadata of safetensors and ONNX files, and a record
/// of its own in a <c>.pth</c>; this class alone writes and reads it.
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
    private const string Running = "running";
    private const string LeftOutKey = "left-out";
    private const string PaletteKey = "palette";
    private const string SideKey = "side";
    private const string LongSideKey = "long-side";
    private const string ExamplesKey = "examples";

    /// <summary>Most bytes of a generator's examples: they are for looking at, and a file of weights should stay one.</summary>
    private const int MostExampleBytes = 1 << 20;

    /// <summary>Most pixels of an example: a file of a stranger may claim any number.</summary>
    private const long MostExamplePixels = 1 << 24;

    private const int MostExamples = 64;

    /// <summary>Most of <see cref="PairShapes"/>.</summary>
    internal const int MostShapes = 64;

    private WeightsDescription()
    {
    }

    /// <summary>Width / height of the side-by-side pairs of the training; empty for none; null if the file does not say.</summary>
    internal IReadOnlyList<double>? PairShapes { get; private set; }

    /// <summary>
    /// The statistics of the batch norms: those of a graph; running ones for weights that come from such a graph; otherwise null.
    /// </summary>
    internal NormStatistics? Statistics { get; private init; }

    /// <inheritdoc cref="StoredNetwork.DropsStatistics"/>
    internal bool DropsStatistics { get; private init; }

    /// <summary>Class colours, 0xRRGGBB; null if inputs are no label maps.</summary>
    internal IReadOnlyList<int>? Palette { get; private init; }

    /// <summary>Side of drawn inputs in pixels; null if the file does not say.</summary>
    internal int? Side { get; private init; }

    /// <summary>
    /// The length of the longer side at which longer pictures are translated (<see cref="Translation.TranslationSettings.LongSide"/>); null
    /// for their own.
    /// </summary>
    internal int? LongSide { get; private init; }

    /// <summary>Example inputs, as PNG.</summary>
    private IReadOnlyList<byte[]> Examples { get; init; } = [];

    /// <summary>The description of a generator whose pairs are known, and what a page shows of it.</summary>
    /// <param name="pairShapes">see <see cref="PairShapes"/></param>
    /// <param name="palette">see <see cref="Palette"/></param>
    /// <param name="side">side of drawn inputs in pixels</param>
    /// <param name="longSide">see <see cref="LongSide"/></param>
    /// <param name="examples">example inputs; as many are kept as fit into a mebibyte</param>
    internal static WeightsDescription Of(
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

        return new() { PairShapes = pairShapes, Palette = palette, Side = side, LongSide = longSide, Examples = kept };
    }

    /// <summary>The description of a generator of which only the pairs of its training are known.</summary>
    internal static WeightsDescription OfPairs(IReadOnlyList<double> shapes) => new() { PairShapes = shapes };

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
        [new(StatisticsKey, settings.Statistics == NormStatistics.Picture ? "picture" : Running)];

    /// <summary>The metadata of a file of weights.</summary>
    /// <param name="networks">its networks, and what is known of the generators among them</param>
    internal static Dictionary<string, string> ToMetadata(IReadOnlyList<(StoredNetwork Network, WeightsDescription? Description)> networks)
    {
        var options = networks[0].Network.Options;
        var metadata = ToMetadataOfRun(options, [.. networks.Select(n => (n.Network.Name, n.Description, n.Network))]);
        metadata[FormatKey] = Kind;
        metadata[networks.Count == 1 ? NetworkKey : NetworksKey] = string.Join(' ', networks.Select(n => n.Network.Name));
        metadata[OptionsKey] = options.ToJson();
        metadata[Checkpoint.OwnOptionsKey] = "1";
        return metadata;
    }

    /// <summary>The entries of a run's checkpoint, beside options of its own.</summary>
    /// <param name="options">options of the training</param>
    /// <param name="networks">
    /// names of the networks as the file orders them, what is known of the generators among them, and where their weights come from; null
    /// for a training
    /// </param>
    internal static Dictionary<string, string> ToMetadataOfRun(
        TrainingOptions options, IReadOnlyList<(string Name, WeightsDescription? Description, StoredNetwork? Source)> networks)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, prefix) in Prefixed(options, networks.Select(n => n.Name)))
        {
            var generator = networks.First(n => n.Name == name);
            generator.Description?.AddTo(metadata, prefix);
            if (generator.Source is { UsesRunningStatistics: true })
            {
                metadata[prefix + StatisticsKey] = Running;
            }

            if (generator.Source is { DropsStatistics: true })
            {
                metadata[prefix + LeftOutKey] = StatisticsKey;
            }
        }

        return metadata;
    }

    /// <summary>The generators among a file's networks, with the prefix of their entries: none for the first, often the only one.</summary>
    private static IEnumerable<(string Name, string Prefix)> Prefixed(TrainingOptions options, IEnumerable<string> networks)
    {
        var generators = FamilyCatalog.Of(options).Generators(options);
        return networks.Where(name => generators.Any(g => g.Network == name))
            .Select((name, index) => (name, index == 0 ? "" : name + "."));
    }

    private void AddTo(Dictionary<string, string> metadata, string prefix)
    {
        if (PairShapes is { } shapes)
        {
            metadata[prefix + PairsKey] = string.Join(' ', shapes.Select(s => s.ToString("R", CultureInfo.InvariantCulture)));
        }

        if (Palette is { } palette)
        {
            metadata[prefix + PaletteKey] = string.Join(',', palette.Select(c => c.ToString("X6", CultureInfo.InvariantCulture)));
        }

        if (Side is { } side)
        {
            metadata[prefix + SideKey] = side.ToString(CultureInfo.InvariantCulture);
        }

        if (LongSide is { } longSide)
        {
            metadata[prefix + LongSideKey] = longSide.ToString(CultureInfo.InvariantCulture);
        }

        if (Examples.Count > 0)
        {
            metadata[prefix + ExamplesKey] = string.Join(' ', Examples.Select(Convert.ToBase64String));
        }
    }

    /// <summary>Reads the names of the networks in a file of weights, and the options of their training.</summary>
    /// <exception cref="CheckpointFormatException">they are damaged</exception>
    internal static (IReadOnlyList<string> Networks, TrainingOptions Options) ReadNetworks(TensorFile file)
    {
        var several = file.Metadata.GetValueOrDefault(NetworksKey, "");
        var names = (several.Length > 0 ? several : file.Metadata.GetValueOrDefault(NetworkKey, ""))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0 || names.Distinct(StringComparer.Ordinal).Count() < names.Length || !file.Metadata.ContainsKey(OptionsKey)
            ? throw new CheckpointFormatException(file.Path, "its metadata are damaged: they name no network or no options")
            : (names, Checkpoint.OptionsIn(file));
    }

    /// <summary>Whether the networks' names are prefixes of their keys.</summary>
    internal static bool HasPrefixes(TensorFile file) => file.Metadata.GetValueOrDefault(NetworksKey, "").Length > 0;

    /// <summary>
    /// Reads what a file says of each generator among its networks: in a checkpoint, the pairs of the training, or what the files said that
    /// its weights were imported from.
    /// </summary>
    /// <param name="file">a file of weights, or a checkpoint</param>
    /// <param name="options">options of the training</param>
    /// <param name="networks">names of the networks as the file orders them</param>
    /// <exception cref="CheckpointFormatException">it is damaged</exception>
    internal static Dictionary<string, WeightsDescription> Read(TensorFile file, TrainingOptions options, IEnumerable<string> networks) =>
        Prefixed(options, networks).ToDictionary(g => g.Name, g => Read(file, g.Prefix), StringComparer.Ordinal);

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

    private static WeightsDescription Read(TensorFile file, string prefix)
    {
        return new()
        {
            PairShapes = Values<double>(prefix + PairsKey, ' ', MostShapes, text => Finite(text)),
            Palette = Values<int>(prefix + PaletteKey, ',', 256, text => text.Length == 6
                && int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var colour) ? colour : null),
            Side = SideIn(prefix + SideKey),
            LongSide = SideIn(prefix + LongSideKey),
            Statistics = file.Metadata.GetValueOrDefault(prefix + StatisticsKey) switch
            {
                "picture" => NormStatistics.Picture,
                Running => NormStatistics.Running,
                _ => null,
            },
            DropsStatistics = file.Metadata.GetValueOrDefault(prefix + LeftOutKey) == StatisticsKey,
            Examples = PicturesIn(prefix + ExamplesKey),
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

        IReadOnlyList<byte[]> PicturesIn(string key)
        {
            var parts = file.Metadata.GetValueOrDefault(key, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            try
            {
                return parts.Length <= MostExamples ? Array.ConvertAll(parts, Convert.FromBase64String) : throw Damaged(key);
            }
            catch (FormatException)
            {
                throw Damaged(key);
            }
        }

        CheckpointFormatException Damaged(string key) => new(file.Path, $"its metadata are damaged: {key} can't be read");
    }
}
