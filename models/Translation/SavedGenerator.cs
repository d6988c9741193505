using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// A generator from a file: a run of this program, a generator of the reference program (recognised by its tensors), or any ONNX graph.
/// </summary>
/// <param name="Network">the network with its weights, on a device</param>
/// <param name="Options">
/// the training options; for files of other programs, inferred from the tensors; null for an ONNX graph of another program
/// </param>
/// <param name="Spec">input and output of the generator</param>
internal sealed record SavedGenerator(Layer Network, TrainingOptions? Options, GeneratorSpec Spec)
{
    /// <summary>Whether the generator translates with running statistics unasked, because it comes from a graph that does.</summary>
    internal bool UsesRunningStatistics { get; init; }

    /// <summary>Whether the network is a graph, computed as written.</summary>
    internal bool IsGraph { get; init; }

    /// <summary>Whether it is a graph whose values of black and white nobody has said, and nothing shows.</summary>
    internal bool HasUnknownRange { get; init; }

    /// <summary>Whether the file lacks the running statistics of batch norms.</summary>
    internal bool LacksStatistics { get; init; }

    /// <inheritdoc cref="StoredNetwork.DropsStatistics"/>
    internal bool DropsStatistics { get; init; }

    /// <summary>The run or the file that it was read from; null for a generator in memory.</summary>
    internal string? Path { get; init; }

    /// <summary>What the file says of the generator besides options; null if it says nothing.</summary>
    internal WeightsDescription? Description { get; init; }

    /// <summary>What the network is bound to besides pictures; null if it takes pictures alone. The translator owns its tensors.</summary>
    internal ConditionValues? Conditions { get; init; }

    /// <summary>Sentences on what was chosen of the file.</summary>
    internal IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The first generator of a family.</summary>
    public SavedGenerator(Layer network, TrainingOptions options)
        : this(network, options, FamilyCatalog.Of(options).Generators(options)[0])
    {
    }

    /// <summary>The generator bound to the conditions of each requested sample; all share one network.</summary>
    /// <param name="path">a run's directory, one of its checkpoints, a weights file (safetensors, <c>.pth</c>), or an ONNX graph</param>
    /// <param name="device">the device to run on</param>
    /// <param name="settings">the user's settings</param>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="OptionsException">a setting does not fit the generator</exception>
    /// <exception cref="PictureException">the style picture can't be used</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    internal static IReadOnlyList<SavedGenerator> OpenAll(string path, Device device, TranslationSettings settings)
    {
        NetworkFile file;
        try
        {
            file = NetworkFile.Open(path, settings.Network);
        }
        catch (InteropException) when (settings.Network is null && PictureGraph.IsFor(path))
        {
            return OnnxGenerator.Open(path, device).SamplesFor(settings); // Not a known network, but a graph that can be run.
        }

        using (file)
        {
            if (GraphIn(file.Networks) is { } graph)
            {
                return OnnxGenerator.Open(path, device, graph).SamplesFor(settings);
            }

            var loaded = new Dictionary<string, Module>(StringComparer.Ordinal);
            return [.. OfModules(file.Path, file.Networks, Load, device, settings)
                .Select(g => g with { Remarks = [.. file.Remarks, .. OnDirection(file.Networks, settings.Direction)] })];

            Module Load(string name) => loaded.TryGetValue(name, out var module) ? module : loaded[name] = file.Needed(name).Load(device);
        }
    }

    /// <summary>The generator of a file whose graph alone can be run; null if its weights can be loaded.</summary>
    internal static StoredNetwork? GraphIn(IReadOnlyList<StoredNetwork> networks) =>
        networks.FirstOrDefault(n => n.IsGenerator) is { OnlyAsGraph: not null } graph ? graph : null;

    /// <summary>The same with networks that the caller loads.</summary>
    /// <param name="path">their file, for messages</param>
    /// <param name="networks">all networks of the file</param>
    /// <param name="load">loads a network by its name</param>
    /// <param name="device">the networks' device</param>
    /// <param name="settings">the user's settings</param>
    /// <inheritdoc cref="OpenAll"/>
    internal static IReadOnlyList<SavedGenerator> OfModules(
        string path, IReadOnlyList<StoredNetwork> networks, StoredModules load, Device device, TranslationSettings settings)
    {
        RequireNoRange(settings, path);
        var stored = Choose(path, networks, settings.Direction);
        var spec = stored.Generator!;
        var samples = RequestedConditions.Of(
            settings, spec, stored.Options.Model, device, () => SideBySide.Of(stored.Options, spec, stored.Description));
        if (spec.Conditions is { } takes)
        {
            return [.. samples.Select(given => Saved(takes.Bind(load, given)) with { Conditions = given })];
        }

        return load(stored.Name) is Layer network
            ? [Saved(spec.Shown(network))]
            : throw new RunException($"{path}: {stored.Name} takes more than one picture, so it can't translate");

        SavedGenerator Saved(Layer network) =>
            new(network, stored.Options, spec)
            {
                UsesRunningStatistics = stored.UsesRunningStatistics, LacksStatistics = stored.LacksStatistics,
                DropsStatistics = stored.DropsStatistics, Path = path, Description = stored.Description,
            };
    }

    /// <exception cref="OptionsException">a range is set for a network of known values</exception>
    internal static void RequireNoRange(TranslationSettings settings, string path)
    {
        if (settings.Range is not null)
        {
            throw new OptionsException($"--range is for ONNX graphs of other programs; {path} holds a network that is known here");
        }
    }

    /// <summary>Which of two directions is taken unasked, and how to get the other one.</summary>
    private static IEnumerable<string> OnDirection(IReadOnlyList<StoredNetwork> networks, Direction? requested)
    {
        var generators = networks.Where(n => n.IsGenerator).ToList();
        if (requested is null && generators[0] is { HasKnownDirection: true, Generator.Direction: var taken, Options: var options }
            && generators.Exists(g => g.Generator!.Direction != taken))
        {
            var (from, to) = taken == Direction.AToB ? ("A", "B") : ("B", "A");
            var folders = FamilyCatalog.Of(options).Info.LearnsFromPairs ? "" : $" (train{from} → train{to})";
            yield return $"Translating {from} to {to}{folders}; the other way: --direction {OptionsJson.TextOf(taken.Opposite())}";
        }
    }

    /// <summary>The generator for a direction, by default the first.</summary>
    /// <exception cref="RunException">there is none</exception>
    internal static StoredNetwork Choose(string path, IReadOnlyList<StoredNetwork> networks, Direction? direction)
    {
        var generators = networks.Where(n => n.IsGenerator).ToList();
        if (generators.Count == 0)
        {
            var options = networks[0].Options;
            var family = FamilyCatalog.Of(options);
            throw new RunException(family.Generation(options) is { } generation
                ? $"{path}: {options.Model} generates pictures from {generation.From}; use 'generate' instead of 'translate', with the " +
                    "run or one of its checkpoints"
                : family.Generators(options).Count == 0
                    ? $"{path}: this {options.Model} generates points, not pictures"
                    : $"{path}: holds no generator, only {string.Join(", ", networks.Select(n => n.Name))}");
        }

        var first = generators[0];
        if (direction is not { } requested || !first.HasKnownDirection)
        {
            return first;
        }

        return generators.FirstOrDefault(g => g.Generator!.Direction == requested)
            ?? throw new RunException($"{path}: has no generator for {OptionsJson.TextOf(requested)}; it has " +
                $"{string.Join(" and ", generators.Select(g => $"{g.Name} for {OptionsJson.TextOf(g.Generator!.Direction)}"))}");
    }
}
