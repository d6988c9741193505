using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// The networks in a file of another program, recognised by their keys and shapes: those of the reference and of PyTorch-GAN anywhere in
/// the file's dictionaries, those of the families' original programs in one of them.
/// </summary>
internal static class ForeignNetworkFile
{
    /// <summary>A clause that leads to the page on files of other programs.</summary>
    public const string SeePage = "see 'Your PyTorch checkpoint' (models/your-pytorch-checkpoint.md)";

    /// <summary>The operator of batch norms with running statistics.</summary>
    public const string BatchNorm = "BatchNormalization";

    /// <summary>Most dictionaries that are searched on a level, and most levels: checkpoints nest a few.</summary>
    private const int MostBeside = 32;
    private const int MostDeep = 3;

    /// <summary>Most names of networks or objects in a message.</summary>
    private const int MostNamed = 8;

    /// <summary>PyTorch's key prefix for a network wrapped in DataParallel.</summary>
    private const string Wrapper = "module";

    /// <param name="file">the file</param>
    /// <param name="wanted">name of the only network to read: in the file, or in a run; null for all</param>
    /// <returns>at least one network, generators first, and sentences on the choice</returns>
    /// <exception cref="InteropException">no network fits, or several could be the same one; the message gives the reason</exception>
    public static (IReadOnlyList<StoredNetwork> Networks, IReadOnlyList<string> Remarks) Read(TensorFile file, string? wanted)
    {
        var reasons = new List<string>();
        var found = OfReference(file, reasons);
        if (found.Count == 0)
        {
            found = OfFamilies(file);
        }

        if (found.Count == 0)
        {
            var tried = string.Join(", ", ReferenceKeys.Prefixes(file.Entries).Where(p => p.Length > 0).Take(MostNamed));
            var behind = tried.Length > 0 ? $" (tried behind {PrintableText.Of(tried)}, too)" : "";
            throw new InteropException($"{file.Path}: {string.Join("; ", reasons.Take(MostNamed))}{behind}{HintFor(file)}; {SeePage}");
        }

        if (wanted is not null)
        {
            return ([Chosen(file, found, wanted)], []);
        }

        var remarks = new List<string>();
        var networks = found.GroupBy(n => n.Name, StringComparer.Ordinal).Select(alike => OneOf([.. alike])).ToList();
        return ([.. networks.OrderBy(n => n.IsGenerator ? 0 : 1).ThenBy(n => n.Name, StringComparer.Ordinal)], remarks);

        StoredNetwork OneOf(IReadOnlyList<StoredNetwork> alike)
        {
            if (alike is [var only])
            {
                return only;
            }

            if (alike.Where(n => IsAverage(n.NameInFile)).ToList() is [var average])
            {
                remarks.Add($"{file.Path}: of {Names(alike)}, the averages in {average.NameInFile} are used; --network chooses another");
                return average;
            }

            throw new InteropException($"{file.Path}: holds {alike.Count} networks that could be {alike[0].Name}: {Names(alike)}; " +
                "--network chooses one (in translate, import, export, inspect, and train with --init-from)");
        }
    }

    /// <summary>Whether a graph has a node of a kind; null for a file without a graph.</summary>
    public static bool? HasNode(TensorFile file, string kind) =>
        file.Metadata.TryGetValue("onnx.nodes", out var nodes) ? nodes.Contains(kind, StringComparison.Ordinal) : null;

    private static string Names(IReadOnlyList<StoredNetwork> networks) => string.Join(
        ", ",
        networks.Take(MostNamed)
            .Select(n => n.NameInFile.Length == 0 ? $"{n.Name} (without a prefix)" : PrintableText.Of(n.NameInFile)));

    /// <summary>Whether a name says that the weights are moving averages: <c>params_ema</c>, <c>model_ema</c>, <c>ema</c>.</summary>
    private static bool IsAverage(string name) =>
        name.Split('.', '_', '-').Any(word => word.ToUpperInvariant() is "EMA" or "AVERAGE" or "AVERAGED");

    private static StoredNetwork Chosen(TensorFile file, IReadOnlyList<StoredNetwork> networks, string wanted)
    {
        foreach (var fits in (Func<StoredNetwork, bool>[])
        [
            n => n.NameInFile == wanted, n => n.NameInFile.EndsWith("." + wanted, StringComparison.Ordinal), n => n.Name == wanted,
        ])
        {
            if (networks.Where(fits).ToList() is [var only])
            {
                return only;
            }
        }

        throw new InteropException($"{file.Path}: has no network '{wanted}', or several; it has {Names(networks)}");
    }

    private static string HintFor(TensorFile file)
    {
        if (file.Format == "ONNX")
        {
            return "; of an ONNX model only a graph with nothing folded into its weights can be read: take the file that it was made from";
        }

        var unread = file.UnreadObjects.Take(MostNamed)
            .Select(o => PrintableText.Of(o.Key.Length == 0 ? o.Value : $"{o.Key} ({o.Value})")).ToList();
        return unread.Count == 0 ? ""
            : $"; not read were the objects {string.Join(", ", unread)}: if one is the network, save its weights alone, with " +
                "torch.save(network.state_dict(), 'weights.pth')";
    }

    private static List<StoredNetwork> OfReference(TensorFile file, List<string> reasons)
    {
        var networks = new List<StoredNetwork>();
        var prefixes = ReferenceKeys.Prefixes(file.Entries);
        foreach (var prefix in prefixes.Count == 0 ? [""] : prefixes)
        {
            if (networks.Any(n => n.NameInFile.Length == 0 || prefix.StartsWith(n.NameInFile + ".", StringComparison.Ordinal)))
            {
                continue; // A part of a network that was recognised.
            }

            if (ReferenceKeys.TryDetect(file.Entries, prefix, out var found, out var reason)
                && !HasFoldedNorms(file, found.Architecture, out reason))
            {
                networks.Add(Stored(file, found));
            }
            else if (!prefixes.Any(p => p != prefix && (p.Length == 0 || prefix.StartsWith(p + ".", StringComparison.Ordinal))))
            {
                reasons.Add(prefix.Length == 0 ? reason : $"under '{PrintableText.Of(prefix)}', {reason}");
            }
        }

        return networks;
    }

    /// <summary>The networks of families' original programs, in the dictionaries that hold nothing else.</summary>
    private static List<StoredNetwork> OfFamilies(TensorFile file)
    {
        var networks = new List<StoredNetwork>();
        Search("", [.. file.Entries], 0);
        return networks;

        void Search(string prefix, IReadOnlyList<TensorEntry> entries, int depth)
        {
            if (OfFamily(file, prefix, entries) is { } own)
            {
                networks.Add(own);
                return;
            }

            var inner = entries.GroupBy(e => e.Name[prefix.Length..].Split('.')[0], StringComparer.Ordinal).ToList();
            if (depth == MostDeep || inner.Count > MostBeside)
            {
                return;
            }

            foreach (var part in inner.Where(p => p.All(e => e.Name.Length > prefix.Length + p.Key.Length)))
            {
                Search($"{prefix}{part.Key}.", [.. part], depth + 1);
            }
        }
    }

    /// <summary>The network whose keys and shapes follow a prefix; null if it is none that is known.</summary>
    private static StoredNetwork? OfFamily(TensorFile file, string prefix, IReadOnlyList<TensorEntry> entries)
    {
        var name = prefix.TrimEnd('.');
        var shapes = new StateShapes(entries.ToDictionary(e => e.Name[prefix.Length..], e => e.Shape, StringComparer.Ordinal));
        try
        {
            if (FamilyCatalog.Recognise(shapes, FamilyCatalog.NetworkIn(name)) is not { Network: { } known } found)
            {
                return null;
            }

            if (found.Filters.FirstOrDefault(own => !file.Read(prefix + own.Name).AsSingle().SequenceEqual(own.AsSingle())) is { } other)
            {
                throw new InteropException($"{file.Path}: {PrintableText.Of(prefix + other.Name)} is another filter than that of " +
                    $"{known.Options.Model}'s {known.Name}, which the other keys are of; {SeePage}");
            }

            return Stored(file, known, name == Wrapper ? "" : name, [.. found.Dropped.Select(key => prefix + key)], Fill);
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
            return Stored(file, known, found.Prefix, found.Dropped, (network, refuse) => Fill(network, file, found, refuse));
        }
        catch (OptionsException problem)
        {
            throw new InteropException($"{file.Path}: {problem.Message}");
        }
    }

    private static StoredNetwork Stored(
        TensorFile file, RecognisedNetwork known, string name, IReadOnlyList<string> dropped, Action<Module, Action<string>> fill) =>
        new(file.Path, known.Name, known.Options, known.Create, fill)
        {
            Dropped = dropped,
            DropsStatistics = HoldStatistics(file, dropped),
            HasKnownDirection = known.HasKnownDirection,
            NameInFile = name,
            UsesRunningStatistics = HasNode(file, BatchNorm) is true,
        };

    /// <summary>
    /// Whether statistics of instance norms are those of a training, and of a PyTorch that evaluates with them: since 0.4.1 it writes a
    /// counter beside them, which stays 0.
    /// </summary>
    private static bool HoldStatistics(TensorFile file, IReadOnlyList<string> dropped)
    {
        return Of(".num_batches_tracked").Any() && (AreCollected(".running_mean", 0) || AreCollected(".running_var", 1));

        IEnumerable<string> Of(string kind) => dropped.Where(key => key.EndsWith(kind, StringComparison.Ordinal));
        bool AreCollected(string kind, float initial) =>
            Of(kind).Any(key => Array.Exists(file.Read(key).ToSingle(), number => number != initial));
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
}
