using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// The networks in a run or a file. Checkpoints and weights of this program are described by their stored options; files of the reference,
/// of PyTorch-GAN and of the families' original programs (<c>.pth</c>, safetensors, an ONNX model's constants) are recognised by their keys
/// and shapes; bundled models (<see cref="ZooModel"/>) are named.
/// </summary>
public sealed class NetworkFile : IDisposable
{
    /// <summary>
    /// The format name in the metadata of safetensors files with weights. Further metadata are <c>options</c>, and <c>network</c> with a
    /// name, or <c>networks</c> with several names, which are then key prefixes.
    /// </summary>
    private const string WeightsKind = "ilgpugan-weights";

    /// <summary>PyTorch's key prefix for a network wrapped in DataParallel.</summary>
    private const string Wrapper = "module";

    private readonly TensorFile _file;

    private NetworkFile(TensorFile file)
    {
        _file = file;
        Step = Checkpoint.IsCheckpoint(file) ? Checkpoint.StepIn(file) : null;
        Networks = Checkpoint.IsCheckpoint(file) ? OfCheckpoint(file)
            : file.Metadata.GetValueOrDefault("format") == WeightsKind && file.Format == "safetensors" ? OfWeights(file)
            : OfReference(file);
    }

    /// <summary>Path of the file.</summary>
    public string Path => _file.Path;

    /// <summary>Steps that a checkpoint was trained; null for other files.</summary>
    public long? Step { get; }

    /// <summary>At least one network; generators come first.</summary>
    public IReadOnlyList<StoredNetwork> Networks { get; }

    /// <param name="path">a run's directory (its latest checkpoint is read), a file, or <c>zoo:NAME</c></param>
    /// <exception cref="RunException">there is no such file, run or model</exception>
    /// <exception cref="InteropException">no network fits; the message gives the reason</exception>
    /// <exception cref="IOException">the file can't be read, or is damaged (<see cref="CheckpointFormatException"/>)</exception>
    public static NetworkFile Open(string path)
    {
        if (Directory.Exists(path) && !ZooModel.IsName(path))
        {
            return Checkpoint.ReadLatest(new RunDirectory(path), OpenFile);
        }

        return File.Exists(path) || ZooModel.IsName(path)
            ? OpenFile(path)
            : throw new RunException($"{path}: there is no such file or run");
    }

    private static NetworkFile OpenFile(string path)
    {
        var file = ZooModel.OpenTensors(path);
        try
        {
            return new NetworkFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The metadata with which <see cref="Open"/> recognises the networks of a run in a safetensors file. With several networks, keys must
    /// be prefixed with the network's name.
    /// </summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(params IReadOnlyList<StoredNetwork> networks) =>
        new Dictionary<string, string>
        {
            ["format"] = WeightsKind,
            [networks.Count == 1 ? "network" : "networks"] = string.Join(' ', networks.Select(n => n.Name)),
            ["options"] = networks[0].Options.ToJson(),
        };

    /// <summary>A network by name, by default the first one.</summary>
    /// <exception cref="InteropException">there is none of that name; the message lists the names</exception>
    public StoredNetwork Find(string? name = null) =>
        name is null ? Networks[0] : Networks.FirstOrDefault(n => n.Name == name)
            ?? throw new InteropException($"{Path}: has no network '{name}'; it has {string.Join(", ", Networks.Select(n => n.Name))}");

    public void Dispose() => _file.Dispose();

    private static List<StoredNetwork> OfCheckpoint(TensorFile file)
    {
        var options = Checkpoint.ReadOptions(file);
        var found = FamilyCatalog.Of(options).Networks(options)
            .Where(n => file.Entries.Any(e => e.Name.StartsWith(n.Name + ".", StringComparison.Ordinal))).ToList();
        return found.Count > 0
            ? found.ConvertAll(n => new StoredNetwork(
                file.Path, n.Name, options, n.Create, (network, refuse) => LoadShownWeights(network, file, n.Name, refuse)))
            : throw new InteropException($"{file.Path}: holds no network");
    }

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
            if (!shapes.TryGetValue(average(key), out var shape)
                || !shape.AsSpan().SequenceEqual(Array.ConvertAll(tensor.Shape.ToArray(), e => (long)e)))
            {
                throw new CheckpointFormatException(
                    file.Path, $"is of another network: it has no {average(key)} of shape {tensor.Shape}");
            }

            tensor.Load(file, average(key), () => refuse(key));
        }
    }

    private static List<StoredNetwork> OfWeights(TensorFile file)
    {
        var several = file.Metadata.GetValueOrDefault("networks", "");
        var names = (several.Length > 0 ? several : file.Metadata.GetValueOrDefault("network", ""))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0 || names.Distinct(StringComparer.Ordinal).Count() < names.Length || !file.Metadata.ContainsKey("options"))
        {
            throw new CheckpointFormatException(file.Path, "its metadata are damaged: they name no network or no options");
        }

        var options = Checkpoint.OptionsIn(file);
        var all = FamilyCatalog.Of(options).Networks(options);
        return [.. names.Select(Stored).OrderBy(n => n.IsGenerator ? 0 : 1)];

        StoredNetwork Stored(string name)
        {
            var spec = all.FirstOrDefault(n => n.Name == name)
                ?? throw new CheckpointFormatException(
                    file.Path, $"its metadata are damaged: a {options.Model} has no network '{name}'");
            var prefix = several.Length > 0 ? name + "." : "";
            return new StoredNetwork(
                file.Path, name, options, spec.Create, (network, refuse) => network.LoadState(file, prefix, refuse));
        }
    }

    private static List<StoredNetwork> OfReference(TensorFile file)
    {
        var networks = new List<StoredNetwork>();
        var reasons = new List<string>();
        var prefixes = ReferenceKeys.Prefixes(file.Entries);
        foreach (var prefix in prefixes.Count == 0 ? [""] : prefixes)
        {
            if (ReferenceKeys.TryDetect(file.Entries, prefix, out var found, out var reason)
                && !HasFoldedNorms(file, found.Architecture, out reason))
            {
                networks.Add(Stored(file, found));
            }
            else
            {
                reasons.Add(prefix.Length == 0 ? reason : $"under '{prefix}', {reason}");
            }
        }

        if (networks.Count == 0 && OfFamily(file) is { } own)
        {
            return [own];
        }

        if (networks.Count == 0)
        {
            var hint = file.Format == "ONNX"
                ? "; of an ONNX model only a graph with nothing folded into its weights can be read: take the file that it was made from"
                : "";
            throw new InteropException($"{file.Path}: {string.Join("; ", reasons)}{hint}");
        }

        if (networks.GroupBy(n => n.Name).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw new InteropException($"{file.Path}: holds {same.Count()} networks that could be {same.Key}; keep one in the file, or " +
                $"put the networks' names before their keys, as in {same.Key}.model");
        }

        return [.. networks.OrderBy(n => n.IsGenerator ? 0 : 1).ThenBy(n => n.Name, StringComparer.Ordinal)];
    }

    /// <summary>The network in a file of a family's original program; keys may be prefixed with the network's name.</summary>
    private static StoredNetwork? OfFamily(TensorFile file)
    {
        var first = file.Entries.Select(e => e.Name.Split('.')[0]).Distinct().ToList() is [var only]
            && (only == Wrapper || FamilyCatalog.NetworkIn(only) == only)
            ? only
            : null;
        var prefix = first is null ? "" : first + ".";
        var shapes = new StateShapes(file.Entries.ToDictionary(e => e.Name[prefix.Length..], e => e.Shape, StringComparer.Ordinal));
        try
        {
            return FamilyCatalog.Recognise(shapes, first is null or Wrapper ? null : first) is not { Network: { } known } found
                ? null
                : new StoredNetwork(file.Path, known.Name, known.Options, known.Create, Fill)
                {
                    Dropped = [.. found.Dropped.Select(key => prefix + key)],
                    HasKnownDirection = known.HasKnownDirection,
                    UsesRunningStatistics = HasNode(file, "BatchNormalization") is true,
                };
        }
        catch (OptionsException problem)
        {
            throw new InteropException($"{file.Path}: {problem.Message}");
        }

        void Fill(Module network, Action<string> refuse)
        {
            foreach (var (key, tensor) in network.NamedTensors().Where(t => shapes.All.ContainsKey(t.Name)))
            {
                tensor.Load(file, prefix + key, () => refuse(key));
            }
        }
    }

    private static StoredNetwork Stored(TensorFile file, ReferenceNetwork found)
    {
        try
        {
            var known = FamilyCatalog.Recognise(found.Architecture, FamilyCatalog.NetworkIn(found.Prefix))
                ?? throw new InteropException($"{file.Path}: no family here has a {found.Architecture}");
            return new StoredNetwork(
                file.Path, known.Name, known.Options, known.Create, (network, refuse) => Fill(network, file, found, refuse))
            {
                Dropped = found.Dropped,
                HasKnownDirection = known.HasKnownDirection,
                UsesRunningStatistics = HasNode(file, "BatchNormalization") is true,
            };
        }
        catch (OptionsException problem)
        {
            throw new InteropException($"{file.Path}: {problem.Message}");
        }
    }

    /// <summary>Loads a recognised network. All its keys exist and fit; only a counter may be missing in old files.</summary>
    private static void Fill(Module network, TensorFile file, ReferenceNetwork found, Action<string> refuse)
    {
        foreach (var (key, tensor) in network.NamedTensors())
        {
            if (tensor.Role != TensorRole.Counter || found.Names.ContainsKey(key))
            {
                tensor.Load(file, found.Names[key], () => refuse(key));
            }
        }
    }

    /// <summary>
    /// Whether a graph's batch norms were folded into its weights. Its convolutions then have biases, as with instance norm; the graph's
    /// nodes distinguish the two.
    /// </summary>
    private static bool HasFoldedNorms(TensorFile file, ReferenceArchitecture architecture, out string reason)
    {
        var instance =
            architecture is UNetArchitecture { Norm: ReferenceNorm.Instance } or ResNetArchitecture { Norm: ReferenceNorm.Instance }
            or UpsampleResNetArchitecture or PatchArchitecture { Norm: ReferenceNorm.Instance } or AsymmetricPatchArchitecture
            or PixelArchitecture { Norm: ReferenceNorm.Instance };
        var lost = instance && HasNode(file, "InstanceNormalization") is false;
        reason = lost ? $"it looks like a {architecture}, but its graph normalises nothing: its norms were folded into the weights" : "";
        return lost;
    }

    /// <summary>Whether a graph has a node of a kind; null for a file without a graph.</summary>
    private static bool? HasNode(TensorFile file, string kind) =>
        file.Metadata.TryGetValue("onnx.nodes", out var nodes) ? nodes.Contains(kind, StringComparison.Ordinal) : null;
}
