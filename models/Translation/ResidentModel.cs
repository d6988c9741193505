using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// A model whose generators stay in memory, for requests that each have settings of their own. Every answer is bit for bit that of
/// <see cref="Translator.Open"/> with the same settings. Any thread may call <see cref="Translate"/>.
/// </summary>
/// <remarks>The file is not needed after <see cref="Open"/>: a training may replace it.</remarks>
public sealed class ResidentModel
{
    private readonly Device _device;
    private readonly Dictionary<string, Module> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Network, bool Eval), Dictionary<Shape, bool>> _exactBatches = [];
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    private ResidentModel(NetworkFile file, Device device)
    {
        (Path, _device, Networks) = (file.Path, device, file.Networks);
        _ = SavedGenerator.Choose(Path, Networks, direction: null);
        Generators = [.. Networks.Where(n => n.IsGenerator).Select(n => n.Generator!)];
        foreach (var generator in Generators)
        {
            if (generator.Conditions is { } takes)
            {
                LoadAllOf(takes);
            }
            else
            {
                Load(generator.Network);
            }
        }

        Module Load(string name)
        {
            if (!_loaded.TryGetValue(name, out var module))
            {
                _loaded[name] = module = file.Find(name).Load(device);
            }

            return module;
        }

        // The conditions decide which networks a generator consists of.
        void LoadAllOf(GeneratorConditions takes)
        {
            var label = takes.Labels.Count > 0 ? Zeros(1, takes.LabelPlaces) : null;
            if (takes.Style is not { IsRequired: true })
            {
                takes.Bind(Load, new GivenConditions(takes.Noise > 0 ? Zeros(1, takes.Noise) : null, label, null));
            }

            if (takes.Style is not { } style)
            {
                return;
            }

            var labels = style.Labels is { } maps ? Zeros(1, maps.Coding.Planes, style.Side, style.Side) : null;
            var noise = labels is not null && takes.Noise > 0 ? Zeros(1, takes.Noise) : null;

            try
            {
                var picture = Zeros(1, style.Channels, style.Side, style.Side);
                takes.Bind(Load, new GivenConditions(noise, label, picture) { StyleLabels = labels });
            }
            catch (InteropException) when (!style.IsRequired)
            {
                // The file holds the generator alone: noise gives answers, and a request for a style is refused.
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

    /// <summary>The training options; for a file of another program only what its tensors show.</summary>
    public TrainingOptions Options => Networks[0].Options;

    /// <summary>Input and output of each generator; the first is the default.</summary>
    public IReadOnlyList<GeneratorSpec> Generators { get; }

    /// <summary>False for a lone generator of another program, which could be either.</summary>
    public bool KnowsItsDirection => Networks.First(n => n.IsGenerator).KnowsItsDirection;

    private IReadOnlyList<StoredNetwork> Networks { get; }

    /// <param name="path">a run's directory, a checkpoint, or a weights file</param>
    /// <param name="device">where to compute</param>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static ResidentModel Open(string path, Device device)
    {
        using var file = NetworkFile.Open(path);
        return device.WorkQueue.Run(() => new ResidentModel(file, device));
    }

    /// <summary>A translator with these settings, valid until the next call, of whatever thread: all share the networks.</summary>
    /// <exception cref="RunException">there is no generator for the direction</exception>
    /// <exception cref="OptionsException">the settings ask for what the generator does not take, or leave out what it needs</exception>
    public Translator With(TranslationSettings settings)
    {
        var generators = SavedGenerator.OfModules(Path, Networks, Loaded, _device, settings);
        if (_held.Add(generators[0].Spec.Network))
        {
            _ = new WeightHold(generators[0].Network); // Prepared for as long as the model lives: the networks have no other owner.
        }

        var kind = (generators[0].Spec.Network, settings.Eval);
        if (!_exactBatches.TryGetValue(kind, out var known))
        {
            _exactBatches[kind] = known = [];
        }

        return new Translator(generators, _device, settings, ownsNetwork: false) { ExactBatches = known };
    }

    /// <summary>
    /// Translates pictures of one size, in one pass if that gives each the same bits as alone; this is tried once per shape.
    /// </summary>
    /// <param name="settings">for all of them</param>
    /// <param name="pictures">of one size</param>
    /// <param name="name">of a picture, for messages</param>
    /// <param name="answer">which of several answers, from 0</param>
    /// <exception cref="OptionsException">the settings ask for what the generator does not take, or leave out what it needs</exception>
    /// <exception cref="DataException">a picture does not fit</exception>
    public IReadOnlyList<Picture> Translate(TranslationSettings settings, IReadOnlyList<Picture> pictures, string name, int answer) =>
        _device.WorkQueue.Run(() => With(settings).TranslateTogether(pictures, name, answer));

    /// <exception cref="InteropException">the file has no network of that name</exception>
    private Module Loaded(string name) => _loaded.TryGetValue(name, out var module) ? module
        : throw new InteropException($"{Path}: has no network '{name}'; it has {string.Join(", ", Networks.Select(n => n.Name))}");
}
