using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// The networks in a run or a file. Checkpoints and weights of this program are described by their stored options; files of the reference,
/// of PyTorch-GAN and of the families' original programs (<c>.pth</c>, safetensors, an ONNX model's constants) are recognised by their keys
/// and shapes; bundled models (<see cref="ZooModel"/>) are named. For one thread at a time.
/// </summary>
public sealed class NetworkFile : IDisposable
{
    private readonly TensorFile _file;

    /// <summary>Of a file of this program all networks, also if one was asked for.</summary>
    private readonly IReadOnlyList<StoredNetwork> _all;

    private NetworkFile(TensorFile file, string? network)
    {
        _file = file;
        Step = Checkpoint.IsCheckpoint(file) ? Checkpoint.StepIn(file) : null;
        if (Checkpoint.IsCheckpoint(file) || WeightsDescription.IsIn(file))
        {
            _all = Checkpoint.IsCheckpoint(file) ? OfCheckpoint(file) : OfWeights(file);
            Networks = network is null ? _all : [Find(network)];
        }
        else
        {
            (Networks, Remarks) = ForeignNetworkFile.Read(file, network);
            _all = Networks;
        }

        if (file is OnnxFile graph)
        {
            foreach (var stored in _all)
            {
                stored.OnlyAsGraph ??= ComputedOtherwise(graph, stored);
            }
        }
    }

    /// <summary>Path of the file.</summary>
    public string Path => _file.Path;

    /// <summary>Steps that a checkpoint was trained; null for other files.</summary>
    public long? Step { get; }

    /// <summary>At least one network; generators come first.</summary>
    public IReadOnlyList<StoredNetwork> Networks { get; }

    /// <summary>Sentences on what was chosen of the file.</summary>
    public IReadOnlyList<string> Remarks { get; } = [];

    /// <param name="path">
    /// a run's directory (its latest checkpoint is read), a folder of the reference's checkpoints (its only generator is), a file, or
    /// <c>zoo:NAME</c>
    /// </param>
    /// <exception cref="RunException">there is no such file, run or model</exception>
    /// <exception cref="InteropException">no network fits; the message gives the reason</exception>
    /// <exception cref="IOException">the file can't be read, or is damaged (<see cref="CheckpointFormatException"/>)</exception>
    public static NetworkFile Open(string path) => Open(path, network: null);

    /// <summary>The same with one network alone, beside which <see cref="Find"/> finds those of the same file that it needs.</summary>
    /// <param name="path">see <see cref="Open(string)"/></param>
    /// <param name="network">
    /// its name in a run (<c>netG_A</c>) or in the file (<c>params_ema</c>, <c>generator_AB</c>); null for all networks
    /// </param>
    /// <inheritdoc cref="Open(string)"/>
    public static NetworkFile Open(string path, string? network)
    {
        var (file, run) = (FileOf(path), new RunDirectory(path));
        return file == run.Latest ? Checkpoint.ReadLatest(run, latest => OpenFile(latest, network))
            : File.Exists(file) || ZooModel.IsName(file) ? OpenFile(file, network)
            : throw new RunException($"{path}: there is no such file or run");
    }

    /// <summary>The file that <see cref="Open(string)"/> reads, which need not exist; <c>zoo:NAME</c> for a bundled model.</summary>
    /// <exception cref="InteropException">a folder of the reference's checkpoints has several generators</exception>
    internal static string FileOf(string path) => ZooModel.IsName(path) || !Directory.Exists(path)
        ? path
        : ReferenceFolder.GeneratorIn(path) ?? new RunDirectory(path).Latest;

    private static NetworkFile OpenFile(string path, string? network)
    {
        var file = ZooModel.OpenTensors(path);
        try
        {
            return new NetworkFile(file, network);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The metadata with which <see cref="Open(string)"/> recognises the networks of a run in an exported file. With several networks, keys
    /// must be prefixed with the network's name. Those of <c>ExportMetadata</c> also have the run's pairs, palette and examples.
    /// </summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(params IReadOnlyList<StoredNetwork> networks) =>
        WeightsDescription.ToMetadata([.. networks.Select(n => (n, n.Description))]);

    /// <summary>A network by name, by default the first one.</summary>
    /// <exception cref="InteropException">there is none of that name; the message lists the names</exception>
    public StoredNetwork Find(string? name = null) => name is null ? Networks[0]
        : _all.FirstOrDefault(n => n.NameInFile == name) ?? _all.FirstOrDefault(n => n.Name == name)
            ?? throw new InteropException($"{Path}: has no network '{name}'; it has {string.Join(", ", _all.Select(n => n.Name))}");

    /// <summary>A network that the first one takes values from.</summary>
    /// <exception cref="InteropException">the file lacks it; the message says how one with it is made</exception>
    internal StoredNetwork Needed(string name) => _all.FirstOrDefault(n => n.Name == name) ?? throw new InteropException(
        $"{Path}: lacks {name}, which {Networks[0].Name} takes values from; where the file was made, 'ilgpugan export --to safetensors " +
            $"--network {Networks[0].Name} --network {name}' writes both into one");

    /// <summary>
    /// The file's other networks that a generator takes values from: what encodes styles, and what its noise chooses from.
    /// </summary>
    internal IReadOnlyList<StoredNetwork> NeededBy(StoredNetwork generator) =>
        [.. _all.Where(n => NamesNeededBy(generator).Contains(n.Name) && n.Options == generator.Options)];

    /// <summary>Those of them that the file lacks, without which noise has nothing to choose from: the generator can't translate.</summary>
    internal IReadOnlyList<string> LackedBy(StoredNetwork generator) =>
        [.. NamesNeededBy(generator, NetworkRole.Projection).Except(NeededBy(generator).Select(n => n.Name))];

    private static IEnumerable<string> NamesNeededBy(StoredNetwork generator, NetworkRole other = NetworkRole.Encoder) =>
        generator.Generator is not { Conditions.HasInputs: true } ? []
        : FamilyCatalog.Of(generator.Options).Networks(generator.Options)
            .Where(n => n.Role == other || n.Role == NetworkRole.Projection).Select(n => n.Name);

    public void Dispose() => _file.Dispose();

    private static List<StoredNetwork> OfCheckpoint(TensorFile file)
    {
        var options = Checkpoint.ReadOptions(file);
        var found = FamilyCatalog.Of(options).Networks(options)
            .Where(n => file.Entries.Any(e => e.Name.StartsWith(n.Name + ".", StringComparison.Ordinal))).ToList();
        var imported = WeightsDescription.Read(file, options, found.Select(n => n.Name));
        string[] counts = [.. file.Entries.Select(e => e.Name).Where(IsStepCount)];
        return found.Count > 0
            ? found.ConvertAll(n => new StoredNetwork(
                file.Path, n.Name, options, n.Create, (network, refuse) => LoadShownWeights(network, file, n.Name, refuse))
            {
                Description = imported.GetValueOrDefault(n.Name),
                DropsStatistics = imported.GetValueOrDefault(n.Name)?.DropsStatistics is true,
                UsesRunningStatistics = imported.GetValueOrDefault(n.Name)?.Statistics == NormStatistics.Running,
                HoldsAverages = Checkpoint.AverageNames(file, n.Name) is not null,
                IsUntrained = counts.Length > 0 && n.Role != NetworkRole.Projection // One may be what a training computes by the way.
                    && !Array.Exists(counts, c => c.Contains($".{n.Name}.", StringComparison.Ordinal)),
            })
            : throw new InteropException($"{file.Path}: holds no network");
    }

    /// <summary>Whether a tensor of a checkpoint counts an optimiser's steps of a parameter, which has none before its first.</summary>
    private static bool IsStepCount(string name) =>
        name.StartsWith("opt", StringComparison.Ordinal) && name.EndsWith(".step", StringComparison.Ordinal);

    /// <summary>Loads the moving averages if the run keeps them, otherwise the weights of its last step.</summary>
    private static void LoadShownWeights(Module network, TensorFile file, string name, Action<string> refuse)
    {
        if (Checkpoint.AverageNames(file, name) is not { } average)
        {
            network.LoadState(file, name + ".", refuse);
            return;
        }

        var shapes = file.Entries.ToDictionary(e => e.Name, e => e.Shape);
        foreach (var (key, tensor) in network.NamedTensors())
        {
            if (!shapes.TryGetValue(average(key), out var shape) || !shape.AsSpan().SequenceEqual(tensor.Shape.ToLongs()))
            {
                throw new CheckpointFormatException(
                    file.Path, $"is of another network: it has no {average(key)} of shape {tensor.Shape}");
            }

            tensor.Load(file, average(key), () => refuse(key));
        }
    }

    private static List<StoredNetwork> OfWeights(TensorFile file)
    {
        var (names, options) = WeightsDescription.ReadNetworks(file);
        var described = WeightsDescription.Read(file, options, names);
        var all = FamilyCatalog.Of(options).Networks(options);
        return [.. names.Select(Stored).OrderBy(n => n.IsGenerator ? 0 : 1)];

        StoredNetwork Stored(string name)
        {
            var spec = all.FirstOrDefault(n => n.Name == name)
                ?? throw new CheckpointFormatException(
                    file.Path, $"its metadata are damaged: a {options.Model} has no network '{name}'");
            var prefix = WeightsDescription.HasPrefixes(file) ? name + "." : "";
            var description = described.GetValueOrDefault(name);
            var (onlyAsGraph, lacks) = file.Format == "ONNX" ? ConstantsOf(file, spec.Create()) : (null, false);
            return new StoredNetwork(file.Path, name, options, spec.Create, Fill)
            {
                Description = ZooModel.IsName(file.Path) ? description?.OfSquares() : description,
                OnlyAsGraph = onlyAsGraph, LacksStatistics = lacks, DropsStatistics = description?.DropsStatistics is true,
                UsesRunningStatistics =
                    ForeignNetworkFile.HasNode(file, ForeignNetworkFile.BatchNorm) ?? description?.Statistics == NormStatistics.Running,
            };

            void Fill(Module network, Action<string> refuse)
            {
                if (file.Format != "ONNX")
                {
                    var constants = SavedConstants.Of(network, prefix).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
                    network.LoadPart(file, prefix, constants.Contains, refuse);
                    return;
                }

                // Counters are in no graph, and statistics only where its norms use them.
                foreach (var (key, tensor) in network.NamedTensors().Where(t => file.Contains(t.Name)))
                {
                    tensor.Load(file, key, () => refuse(key));
                }
            }
        }
    }

    /// <summary>
    /// Why a graph is none of a generator's although it holds the weights: it computes something else. Null if it computes the same.
    /// </summary>
    private static string? ComputedOtherwise(OnnxFile graph, StoredNetwork stored)
    {
        if (stored.Generator is not { } spec)
        {
            return null;
        }

        var statistics = ForeignNetworkFile.HasNode(graph, ForeignNetworkFile.BatchNorm) is true
            ? NormStatistics.Running
            : NormStatistics.Picture;
        var network = stored.CreateEmpty();
        IReadOnlyList<string> own;
        try
        {
            own = NetworkExporter.ComputationsOf(network, spec, statistics);
        }
        catch (Exception e) when (e is ExportException or InvalidOperationException)
        {
            return null; // There is no graph to compare with, or none without weights.
        }

        string[] keys = [.. network.NamedTensors().Select(t => t.Name)];
        return own.Contains(GraphComputation.Of(graph.Path, graph.Graph, keys), StringComparer.Ordinal)
            ? null
            : $"its graph holds the weights of a {stored.Options.Model}'s {stored.Name}, but has other operators, settings or " +
                "connections than that network";
    }

    /// <summary>
    /// Whether a graph's constants are the weights of a network: why not, or null; and whether they lack its running statistics, because
    /// the graph takes those of each picture.
    /// </summary>
    private static (string? Why, bool LacksStatistics) ConstantsOf(TensorFile file, Module network)
    {
        if (network is SteppedGenerator)
        {
            return ("its graph takes a fixed number of steps", false);
        }

        if (network.Descendants().Any(module => module is Reparameterized))
        {
            return ("its graph holds weights that were computed from those of the training", false);
        }

        var shapes = file.Entries.ToDictionary(e => e.Name, e => e.Shape, StringComparer.Ordinal);
        var lacks = false;
        foreach (var (key, tensor) in network.NamedTensors())
        {
            if (shapes.TryGetValue(key, out var shape) && shape.AsSpan().SequenceEqual(tensor.Shape.ToLongs()))
            {
                continue;
            }

            if (tensor.Role == TensorRole.Parameter
                || (tensor.Role == TensorRole.Buffer && ForeignNetworkFile.HasNode(file, ForeignNetworkFile.BatchNorm) is true))
            {
                return ("its graph holds other weights than those of the training, such as folded ones", false);
            }

            lacks |= tensor.Role == TensorRole.Buffer;
        }

        return (null, lacks);
    }
}
