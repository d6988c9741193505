using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// A generator out of a file: of a run of this program, of the reference program by what its tensors look like, or a graph of any program.
/// </summary>
/// <param name="Network">with its weights, on a device</param>
/// <param name="Options">what it was trained with; of a foreign file only what can be told from it; null of a graph</param>
/// <param name="Spec">what it turns into what</param>
public sealed record SavedGenerator(Layer Network, TrainingOptions? Options, GeneratorSpec Spec)
{
    /// <summary>A generator that is the first of its family's.</summary>
    public SavedGenerator(Layer network, TrainingOptions options)
        : this(network, options, FamilyCatalog.Of(options).Generators(options)[0])
    {
    }

    /// <param name="path">a run's directory, one of its checkpoints, a weights file (safetensors, <c>.pth</c>), or an ONNX graph</param>
    /// <param name="device">where it is to run</param>
    /// <param name="direction">for CycleGAN which of the two generators; null for the direction of training</param>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static SavedGenerator Open(string path, Device device, Direction? direction = null) =>
        OpenAll(path, device, new TranslationSettings { Direction = direction })[0];

    /// <summary>A generator with what it takes beside pictures, once for each answer that is asked of it: all share one network.</summary>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="OptionsException">what is asked does not fit the generator</exception>
    /// <exception cref="DataException">the style picture can't be used</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    internal static IReadOnlyList<SavedGenerator> OpenAll(string path, Device device, TranslationSettings settings)
    {
        NetworkFile file;
        try
        {
            file = NetworkFile.Open(path);
        }
        catch (InteropException) when (PictureGraph.IsFor(path))
        {
            return [GraphGenerator.Open(path, device, settings)]; // No network that is known, but a computation that can be run.
        }

        using (file)
        {
            if (settings.Range is not null)
            {
                throw new OptionsException($"--range is for ONNX graphs of other programs; {path} holds a network that is known here");
            }

            var loaded = new Dictionary<string, Module>(StringComparer.Ordinal);
            return OfModules(file.Path, file.Networks, Load, device, settings);

            Module Load(string name) => loaded.TryGetValue(name, out var module) ? module : loaded[name] = file.Find(name).Load(device);
        }
    }

    /// <summary>The same out of networks that somebody else has loaded.</summary>
    /// <param name="path">where they came from, for messages</param>
    /// <param name="networks">all that there are</param>
    /// <param name="load">gives one of them by its name</param>
    /// <param name="device">where they are</param>
    /// <param name="settings">what is asked</param>
    /// <inheritdoc cref="OpenAll"/>
    internal static IReadOnlyList<SavedGenerator> OfModules(
        string path, IReadOnlyList<StoredNetwork> networks, StoredModules load, Device device, TranslationSettings settings)
    {
        var stored = Choose(path, networks, settings.Direction);
        var spec = stored.Generator!;
        var answers = AskedConditions.Of(settings, spec, stored.Options, device);
        if (spec.Conditions is { } takes)
        {
            return [.. answers.Select(given => new SavedGenerator(takes.Bind(load, given), stored.Options, spec))];
        }

        return load(stored.Name) is Layer network
            ? [new SavedGenerator(network, stored.Options, spec)]
            : throw new RunException($"{path}: {stored.Name} takes more than one picture, which translating can't give it");
    }

    /// <summary>The generator for a direction, by default the first.</summary>
    /// <exception cref="RunException">there is none</exception>
    internal static StoredNetwork Choose(string path, IReadOnlyList<StoredNetwork> networks, Direction? direction)
    {
        var generators = networks.Where(n => n.IsGenerator).ToList();
        if (generators.Count == 0)
        {
            var options = networks[0].Options;
            throw new RunException(FamilyCatalog.Of(options).Generation(options) is { } generation
                ? $"{path}: a {options.Model} makes pictures from {generation.From} and translates none; use 'generate' in place of " +
                    "'translate'"
                : $"{path}: holds no generator, only {string.Join(", ", networks.Select(n => n.Name))}");
        }

        var first = generators[0];
        if (direction is not { } asked || !first.KnowsItsDirection)
        {
            return first;
        }

        return generators.FirstOrDefault(g => g.Generator!.Direction == asked)
            ?? throw new RunException($"{path}: has no generator for {OptionsJson.TextOf(asked)}; it has " +
                $"{string.Join(" and ", generators.Select(g => $"{g.Name} for {OptionsJson.TextOf(g.Generator!.Direction)}"))}");
    }
}
