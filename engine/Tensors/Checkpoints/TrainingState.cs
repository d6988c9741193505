using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Tensors.Checkpoints;

/// <summary>
/// Saves and loads the state of a custom training loop between two steps, in one file: networks, optimisers, moving averages, further
/// tensors, random states, and the step. A process that adds the same parts and loads the file continues with the same bits as one that
/// never stopped, if its data depend on <see cref="Step"/> alone. For one thread at a time, that of its device.
/// </summary>
/// <param name="device">the device of the tensors</param>
public sealed class TrainingState(Device device)
{
    private const string Kind = "ilgpugan-training";
    private const int Version = 1;
    private const string RandomPrefix = "random.";

    /// <summary>Of the random states of networks: a name of its own, so that none is that of a state which the program adds.</summary>
    private const string NetworkPrefix = "network_random.";

    private readonly CheckpointParts _parts = new(device);
    private readonly List<(string Name, Module Network)> _networks = [];
    private readonly Dictionary<string, RandomState> _random = new(StringComparer.Ordinal);

    /// <summary>Number of steps taken; the loop sets it.</summary>
    /// <exception cref="RecordingException">set in a step that is being recorded</exception>
    public long Step
    {
        get;
        set => field = KernelRecording.Unrecorded(value, "the step of a training's state");
    }

    /// <summary>
    /// Adds a network, with the random state of its dropout and noise; its tensors are named like <c>netG.model.0.weight</c>. Returns this.
    /// </summary>
    /// <exception cref="ArgumentException">the name is taken</exception>
    public TrainingState Add(string name, Module network)
    {
        _parts.Add(name, network);
        _networks.Add((name, network));
        return this;
    }

    /// <summary>Adds an optimiser's moments and step counts. Returns this.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public TrainingState Add(string name, Optimizer optimizer)
    {
        _parts.Add(name, optimizer);
        return this;
    }

    /// <summary>Adds moving averages of weights. Returns this.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public TrainingState Add(string name, WeightAverage average)
    {
        _parts.Add(name, average);
        return this;
    }

    /// <summary>Adds a further tensor, such as a fixed noise; loading overwrites it. Returns this.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public TrainingState Add(string name, Tensor tensor)
    {
        _parts.Add(name, tensor);
        return this;
    }

    /// <summary>Adds a random state: its step and its count of draws. Returns this.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public TrainingState Add(string name, RandomState random)
    {
        KernelRecording.Current?.Refuse("adds to what a checkpoint holds", "add it before the step");
        if (!_random.TryAdd(name, random))
        {
            throw new ArgumentException($"checkpoint: two random states are named '{name}'", nameof(name));
        }

        return this;
    }

    /// <summary>Writes the file atomically: a failure leaves an older file as it was.</summary>
    /// <param name="path">a safetensors file</param>
    /// <exception cref="IOException">the disk is full, or the file can't be written</exception>
    /// <exception cref="NotFiniteNumberException">a value is infinite or no number; nothing is written</exception>
    public void Save(string path)
    {
        var metadata = new Dictionary<string, string> { ["format"] = Kind, ["version"] = $"{Version}", ["step"] = Text(Step) };
        foreach (var (name, random) in _random)
        {
            metadata[RandomPrefix + name] = Text(random);
        }

        foreach (var (key, random) in RandomOfNetworks())
        {
            metadata[key] = Text(random);
        }

        _parts.Write(path, metadata);
    }

    /// <summary>Loads a file if it exists: call it at the start of a program that can be resumed.</summary>
    /// <param name="path">a file written by <see cref="Save"/></param>
    /// <returns>whether the file exists</returns>
    /// <inheritdoc cref="Load"/>
    public bool LoadIfExists(string path)
    {
        var exists = File.Exists(path);
        if (exists)
        {
            Load(path);
        }

        return exists;
    }

    /// <summary>
    /// Reads a file into the parts, and sets step and random states. A file that does not fit may have overwritten some parts.
    /// </summary>
    /// <param name="path">a file written by <see cref="Save"/></param>
    /// <exception cref="IOException">
    /// the file is missing, damaged, has other parts, or a random state of another seed (<see cref="CheckpointFormatException"/>)
    /// </exception>
    public void Load(string path)
    {
        using var file = TensorFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Kind)
        {
            throw new CheckpointFormatException(file.Path, "holds tensors, but no step and no random states of a training");
        }

        if (!int.TryParse(file.Metadata.GetValueOrDefault("version"), CultureInfo.InvariantCulture, out var version)
            || version is < 1 or > Version)
        {
            throw new CheckpointFormatException(
                file.Path, $"is of version {file.Metadata.GetValueOrDefault("version")}, which a newer program wrote");
        }

        if (!long.TryParse(file.Metadata.GetValueOrDefault("step"), CultureInfo.InvariantCulture, out var step) || step < 0)
        {
            throw Damaged(file, "step");
        }

        var stored = new List<(RandomState Random, uint Step, uint Draws)>();
        foreach (var (key, random) in RandomOfNetworks())
        {
            // Files of older programs have none of a network, and a program that chose another seed draws other numbers.
            if (Stored(file, key) is { } found && found.Seed == random.Seed)
            {
                stored.Add((random, found.Step, found.Draws));
            }
        }

        foreach (var (name, random) in _random)
        {
            var found = Stored(file, RandomPrefix + name)
                ?? throw new CheckpointFormatException(file.Path, $"lacks the random state '{name}'");
            stored.Add(found.Seed == random.Seed
                ? (random, found.Step, found.Draws)
                : throw new CheckpointFormatException(file.Path, $"its random state '{name}' is of seed {found.Seed}, not {random.Seed}"));
        }

        if (file.Metadata.Keys.FirstOrDefault(key => IsUnknownRandom(key)) is { } left)
        {
            throw new CheckpointFormatException(
                file.Path, $"holds the random state '{left[RandomPrefix.Length..]}', which the program has not");
        }

        _parts.Read(file);
        Step = step;
        foreach (var (random, randomStep, draws) in stored)
        {
            (random.Step, random.Draws) = (randomStep, draws);
        }

        bool IsUnknownRandom(string key) =>
            key.StartsWith(RandomPrefix, StringComparison.Ordinal) && !_random.ContainsKey(key[RandomPrefix.Length..]);
    }

    /// <summary>The random states of the networks, usually one for all layers of each, with their keys in the metadata.</summary>
    private IEnumerable<(string Key, RandomState Random)> RandomOfNetworks() => _networks.SelectMany(n =>
        n.Network.Descendants().Select(m => m.Random).OfType<RandomState>().Distinct()
            .Select((random, i) => ($"{NetworkPrefix}{n.Name}.{i}", random)));

    /// <summary>A random state of the metadata; null if they have none of the key.</summary>
    private static (ulong Seed, uint Step, uint Draws)? Stored(TensorFile file, string key)
    {
        if (!file.Metadata.TryGetValue(key, out var text))
        {
            return null;
        }

        if (text.Split(' ') is not [var first, var second, var third] || !ulong.TryParse(first, CultureInfo.InvariantCulture, out var seed)
            || !uint.TryParse(second, CultureInfo.InvariantCulture, out var step)
                || !uint.TryParse(third, CultureInfo.InvariantCulture, out var draws))
        {
            throw Damaged(file, key);
        }

        return (seed, step, draws);
    }

    private static CheckpointFormatException Damaged(TensorFile file, string what) =>
        new(file.Path, 0, $"its metadata are damaged: '{what}'");

    private static string Text(RandomState random) => $"{Text(random.Seed)} {Text(random.Step)} {Text(random.Draws)}";

    private static string Text(IFormattable number) => number.ToString(format: null, CultureInfo.InvariantCulture);
}
