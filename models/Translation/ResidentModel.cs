using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// A model whose generators stay in memory, for requests with different settings. Results have the same bits as with
/// <see cref="Translator.Open"/> and the same settings. <see cref="Translate"/> is thread-safe.
/// </summary>
/// <remarks>The file is not used after <see cref="Open"/>; a training may replace it.</remarks>
internal sealed class ResidentModel
{
    private readonly Device _device;
    private readonly Dictionary<string, Module> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Network, bool Eval), Dictionary<Shape, bool>> _exactBatches = [];
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly OnnxGenerator? _graph;
    private readonly Lazy<SideBySide?> _pairs;

    /// <summary>What each of <see cref="Generators"/> was trained to read.</summary>
    private readonly IReadOnlyDictionary<string, Lazy<TrainedInputs?>> _trained;

    private Translator? _latest;

    private ResidentModel(string path, OnnxGenerator graph, IReadOnlyList<StoredNetwork> networks, Device device)
    {
        (Path, _device, Networks, _graph) = (path, device, networks, graph);
        Generators = [graph.Spec];
        (_pairs, _trained) = (PairsOf(), TrainedOfAll());
    }

    private ResidentModel(NetworkFile file, Device device)
    {
        (Path, _device, Networks, Step) = (file.Path, device, file.Networks, file.Step);
        _ = SavedGenerator.Choose(Path, Networks, direction: null);
        Generators = [.. Networks.Where(n => n.IsGenerator).Select(n => LoadAllOf(n.Generator!))];
        (_pairs, _trained) = (PairsOf(), TrainedOfAll());

        Module Load(string name)
        {
            if (!_loaded.TryGetValue(name, out var module))
            {
                _loaded[name] = module = file.Needed(name).Load(device);
            }

            return module;
        }

        // Which networks a generator uses depends on its conditions. One whose file holds no encoder takes no style.
        GeneratorSpec LoadAllOf(GeneratorSpec generator)
        {
            if (generator.Conditions is not { } takes)
            {
                Load(generator.Network);
                return generator;
            }

            var label = takes.Labels.Count > 0 ? Zeros(1, takes.LabelPlaces) : null;
            if (takes.Style is not { IsRequired: true })
            {
                takes.Bind(Load, new ConditionValues(takes.Noise > 0 ? Zeros(1, takes.Noise) : null, label, null));
            }

            if (takes.Style is not { } style)
            {
                return generator;
            }

            var labels = style.Labels is { } maps ? Zeros(1, maps.Coding.Planes, style.Side, style.Side) : null;
            var noise = labels is not null && takes.Noise > 0 ? Zeros(1, takes.Noise) : null;

            try
            {
                var picture = Zeros(1, style.Channels, style.Side, style.Side);
                takes.Bind(Load, new ConditionValues(noise, label, picture) { StyleLabels = labels });
                return generator;
            }
            catch (InteropException) when (!style.IsRequired)
            {
                return generator with { Conditions = takes with { Style = null } }; // It works with noise alone.
            }
        }

        Tensor Zeros(params int[] extents)
        {
            var shape = new Shape(extents);
            return Tensor.From(new float[shape.Count], shape, device);
        }
    }

    /// <summary>The model's file.</summary>
    public string Path { get; }

    /// <summary>Steps that the checkpoint was trained; null for other files.</summary>
    public long? Step { get; }

    /// <summary>
    /// The training options; for files of other programs, inferred from the tensors; null for an ONNX graph of another program.
    /// </summary>
    public TrainingOptions? Options => Networks.Count > 0 ? Networks[0].Options : null;

    /// <summary>What the file says of its first generator besides options; null if it says nothing.</summary>
    public WeightsDescription? Description => DescriptionOf(Generators[0]);

    /// <summary>Input and output of each generator, as far as the file holds their networks; the first is the default.</summary>
    public IReadOnlyList<GeneratorSpec> Generators { get; }

    /// <summary>The generator of a direction; null is that of training.</summary>
    public GeneratorSpec GeneratorFor(Direction? direction) =>
        Generators.FirstOrDefault(g => g.Direction == direction) ?? Generators[0];

    /// <summary>False for a single generator of another program, whose direction is unknown.</summary>
    public bool HasKnownDirection => Networks.FirstOrDefault(n => n.IsGenerator) is { HasKnownDirection: true };

    private IReadOnlyList<StoredNetwork> Networks { get; }

    /// <param name="path">a run's directory, a checkpoint, a weights file, or an ONNX graph from pictures to pictures</param>
    /// <param name="device">the device to compute on</param>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static ResidentModel Open(string path, Device device)
    {
        NetworkFile file;
        try
        {
            file = NetworkFile.Open(path);
        }
        catch (InteropException) when (PictureGraph.IsFor(path))
        {
            return device.WorkQueue.Run(() => new ResidentModel(path, OnnxGenerator.Open(path, device), [], device));
        }

        using (file)
        {
            return device.WorkQueue.Run(() =>
            {
                if (SavedGenerator.GraphIn(file.Networks) is not { } stored)
                {
                    return new ResidentModel(file, device);
                }

                var graph = OnnxGenerator.Open(path, device, stored);
                return new ResidentModel(path, graph, graph.IsOwn ? file.Networks : [], device);
            });
        }
    }

    /// <summary>
    /// <c>left</c> or <c>right</c> for a picture that looks like a training pair, of which only this half is translated with the settings;
    /// otherwise null. Thread-safe.
    /// </summary>
    public string? HalfOf(TranslationSettings settings, Picture picture) =>
        settings.Whole ? null : _pairs.Value?.NameOf(picture, settings.Direction);

    /// <summary>How a picture differs from what the generator knows, phrases for whoever sent it. Thread-safe.</summary>
    /// <param name="settings">how it is translated</param>
    /// <param name="picture">the picture, before its half is taken</param>
    public IEnumerable<string> RemarksOn(TranslationSettings settings, Picture picture)
    {
        var generator = GeneratorFor(settings.Direction);
        return TrainedInputs.RemarksOn(
            picture, settings.Whole ? null : _pairs.Value, generator, settings, _trained[generator.Network].Value);
    }

    /// <summary>
    /// A translator with these settings, which never disposes the networks. To be called in the queue's turn, and valid until the next call
    /// with others: all translators share the networks, whose mode and random state the latest has set.
    /// </summary>
    /// <exception cref="RunException">there is no generator for the direction</exception>
    /// <exception cref="OptionsException">a setting does not fit the generator, or a required setting is missing</exception>
    public Translator With(TranslationSettings settings)
    {
        if (_latest is { } latest && latest.Settings == settings && settings is { Style: null, StyleLabels: null })
        {
            return latest; // No file that may have changed.
        }

        _latest?.ReleaseMemory(); // It will not be used again; its networks are.
        var generators = _graph?.SamplesFor(settings) ?? SavedGenerator.OfModules(Path, Networks, Loaded, _device, settings);
        if (_held.Add(generators[0].Spec.Network))
        {
            // Weights stay packed for the lifetime of the model: the networks have no other owner.
            _ = new CachedWeights(generators[0].Network);
        }

        var kind = (generators[0].Spec.Network, settings.Eval);
        if (!_exactBatches.TryGetValue(kind, out var known))
        {
            _exactBatches[kind] = known = [];
        }

        return _latest = new Translator(generators, _device, settings, ownsNetwork: false)
        {
            ExactBatches = known, Pairs = _pairs, Trained = _trained[generators[0].Spec.Network],
        };
    }

    /// <summary>
    /// Translates pictures of equal size, in one forward pass if that gives each the same bits as alone; this is tested once per shape.
    /// </summary>
    /// <param name="settings">settings of all pictures</param>
    /// <param name="pictures">pictures of equal size</param>
    /// <param name="name">name of a picture, for messages</param>
    /// <param name="sample">index of the sample, from 0</param>
    /// <param name="cancellationToken">ends a translation in tiles before the next one; any other is completed</param>
    /// <exception cref="OperationCanceledException">the translation was cancelled</exception>
    /// <exception cref="OptionsException">a setting does not fit the generator, or a required setting is missing</exception>
    /// <exception cref="PictureException">a picture does not fit</exception>
    public IReadOnlyList<Picture> Translate(
        TranslationSettings settings, IReadOnlyList<Picture> pictures, string name, int sample,
        CancellationToken cancellationToken = default) =>
        _device.WorkQueue.Run(() =>
        {
            var translator = With(settings);
            return translator.TranslateBatch([.. pictures.Select(translator.InputOf)], name, sample, cancellationToken);
        });

    /// <inheritdoc cref="Translator.ReleaseMemory"/>
    public void ReleaseMemory() => _latest?.ReleaseMemory();

    private Lazy<SideBySide?> PairsOf() => new(() => SideBySide.Of(Options, Generators[0], Description));

    private Dictionary<string, Lazy<TrainedInputs?>> TrainedOfAll() => Generators.DistinctBy(g => g.Network).ToDictionary(
        g => g.Network, g => new Lazy<TrainedInputs?>(() => Translator.TrainedOf(Path, g, Options, DescriptionOf(g))),
        StringComparer.Ordinal);

    private WeightsDescription? DescriptionOf(GeneratorSpec generator) =>
        Networks.FirstOrDefault(n => n.Name == generator.Network)?.Description;

    /// <exception cref="InteropException">the file has no network of that name</exception>
    private Module Loaded(string name) => _loaded.TryGetValue(name, out var module) ? module
        : throw new InteropException($"{Path}: has no network '{name}'; it has {string.Join(", ", Networks.Select(n => n.Name))}");
}
