using System.Numerics.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Tensors.Checkpoints;

/// <summary>
/// The named tensors of a training: networks, optimisers, moving averages and further tensors, written to one safetensors file and read
/// back. A tensor's name is <c>PART.KEY</c>: keys of a network are those of its state dict, keys of an optimiser or an average those of its
/// state. <see cref="TrainingState"/> adds the step and random states; other metadata are the caller's.
/// </summary>
/// <param name="device">the device of the tensors</param>
internal sealed class CheckpointParts(Device device)
{
    private readonly List<Part> _parts = [];

    /// <summary>Adds a network: <c>NAME.KEY</c> for each key of its state dict.</summary>
    /// <exception cref="ArgumentException">the name is taken</exception>
    public void Add(string name, Module network) => Add(new NetworkPart(name, network, _parts));

    /// <summary>Adds an optimiser's moments and step counts.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public void Add(string name, Optimizer optimizer) => Add(new StatePart(name, optimizer.State, optimizer.LoadState));

    /// <summary>Adds moving averages of weights.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public void Add(string name, WeightAverage average) => Add(new StatePart(name, average.State, average.LoadState));

    /// <summary>Adds a tensor under exactly this name; <see cref="Read"/> overwrites it.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public void Add(string name, Tensor tensor) => Add(new TensorPart(name, tensor));

    /// <summary>Adds a list of variable length, such as an image pool, as <c>NAME.0</c>, <c>NAME.1</c>, ….</summary>
    /// <param name="name">name of the list</param>
    /// <param name="tensors">returns the tensors to write</param>
    /// <param name="restore">receives the tensors that were read; they end with <see cref="Read"/> unless it keeps them</param>
    /// <exception cref="ArgumentException">the name is taken</exception>
    public void Add(string name, Func<IEnumerable<Tensor>> tensors, Action<IReadOnlyList<Tensor>> restore) =>
        Add(new ListPart(name, tensors, restore));

    /// <summary>Writes the file atomically: a failure leaves an older file as it was.</summary>
    /// <param name="path">the file</param>
    /// <param name="metadata">metadata of the file</param>
    /// <exception cref="IOException">the disk is full, or the file can't be written</exception>
    /// <exception cref="NotFiniteNumberException">a value is infinite or no number; nothing is written</exception>
    public void Write(string path, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = device.Step();
        var tensors = _parts.SelectMany(part => part.Tensors()).ToList();
        var staging = new Staging();
        SafetensorsWriter.Write(
            path, [.. tensors.Select(t => t.Entry)], i => staging.BytesOf(tensors[i].Entry, tensors[i].Value), metadata);
    }

    /// <inheritdoc cref="CheckpointCopy.Reserve"/>
    public Action Reserve(CheckpointCopy copy)
    {
        using var scope = device.Step();
        return copy.Reserve(_parts.SelectMany(part => part.Tensors()));
    }

    /// <summary>Copies the tensors to the host's memory, so that they can be written while they change.</summary>
    /// <param name="copy">takes them; its memory is used again</param>
    /// <exception cref="NotFiniteNumberException">a value is infinite or no number; the copy is of no use then</exception>
    public void CopyTo(CheckpointCopy copy)
    {
        using var scope = device.Step();
        copy.Take(_parts.SelectMany(part => part.Tensors()));
    }

    /// <summary>Reads a file's tensors into the parts. A file that does not fit may have overwritten some of them.</summary>
    /// <param name="file">a file written by <see cref="Write"/></param>
    /// <exception cref="CheckpointFormatException">a tensor is missing, unknown, of another shape, or damaged</exception>
    public void Read(TensorFile file)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var network in _parts.OfType<NetworkPart>())
        {
            network.Load(file, device, read);
        }

        try
        {
            using var scope = device.Step();
            foreach (var part in _parts.Where(part => part is not NetworkPart))
            {
                part.Load(file, device, read);
            }
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new CheckpointFormatException(file.Path, $"what it holds beside the networks is damaged: {e.Message}", e);
        }

        if (file.Entries.FirstOrDefault(e => !read.Contains(e.Name)) is { } left)
        {
            throw new CheckpointFormatException(file.Path, $"holds {left.Name}, which the run has not");
        }
    }

    private void Add(Part part)
    {
        KernelRecording.Current?.Refuse("adds to what a checkpoint holds", "add it before the step");
        if (_parts.Exists(p => p.Name == part.Name))
        {
            throw new ArgumentException($"checkpoint: two parts are named '{part.Name}'", nameof(part));
        }

        _parts.Add(part);
    }

    private static TensorEntry EntryOf(string name, Tensor value, bool counter = false) =>
        new(name, counter ? ElementType.I64 : ElementType.F32, value.Shape.ToLongs());

    private abstract class Part(string name)
    {
        public string Name => name;

        public abstract IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors();

        /// <summary>Reads the part's tensors, and adds their names to <paramref name="read"/>.</summary>
        public abstract void Load(TensorFile file, Device device, HashSet<string> read);

        protected static bool Take(TensorFile file, string entry, HashSet<string> read)
        {
            var there = file.Contains(entry);
            if (there)
            {
                read.Add(entry);
            }

            return there;
        }

        /// <summary>Refuses a file that has the part's tensors in other shapes: the numbers would fill them all the same.</summary>
        protected void RequireShapes(TensorFile file)
        {
            foreach (var (own, _) in Tensors())
            {
                if (file.Find(own.Name) is { } stored && !stored.Shape.AsSpan().SequenceEqual(own.Shape))
                {
                    throw new CheckpointFormatException(
                        file.Path,
                        $"has {own.Name} of shape [{string.Join(',', stored.Shape)}] where the run has [{string.Join(',', own.Shape)}]");
                }
            }
        }
    }

    private sealed class NetworkPart(string name, Module network, List<Part> parts) : Part(name)
    {
        public override IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors() =>
            network.NamedTensors(Name + ".").Select(t => (EntryOf(t.Name, t.Value, t.Tensor.Role == TensorRole.Counter), t.Value));

        public override void Load(TensorFile file, Device device, HashSet<string> read)
        {
            network.LoadPart(file, Name + ".", IsOthers);
            read.UnionWith(network.NamedTensors(Name + ".").Select(t => t.Name));
        }

        /// <summary>Whether an entry belongs to a part whose name continues this one's: netG.ema beside netG.</summary>
        private bool IsOthers(string entry) => parts.Exists(part =>
            part.Name.StartsWith(Name + ".", StringComparison.Ordinal)
                && (entry == part.Name || entry.StartsWith(part.Name + ".", StringComparison.Ordinal)));
    }

    private sealed class StatePart(
        string name, Func<IEnumerable<NamedValue>> state, Action<Func<string, float[]?>> load) : Part(name)
    {
        public override IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors() =>
            state().Select(s => (EntryOf($"{Name}.{s.Name}", s.Value), s.Value));

        public override void Load(TensorFile file, Device device, HashSet<string> read)
        {
            load(key => Take(file, $"{Name}.{key}", read) ? Numbers(file, $"{Name}.{key}") : null);

            // Only now: before its first step an optimiser has no state of which to know the shapes.
            RequireShapes(file);
        }

        /// <summary>The stored numbers; a negative step count is refused.</summary>
        private static float[] Numbers(TensorFile file, string name)
        {
            var values = file.Read(name).ToSingle();
            return values.Length > 0 && (values[0] >= 0 || !name.EndsWith(".step", StringComparison.Ordinal))
                ? values
                : throw new CheckpointFormatException(file.Path, $"'{name}' is damaged");
        }
    }

    private sealed class TensorPart(string name, Tensor tensor) : Part(name)
    {
        public override IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors() => [(EntryOf(Name, tensor), tensor)];

        public override void Load(TensorFile file, Device device, HashSet<string> read)
        {
            if (!Take(file, Name, read))
            {
                throw new CheckpointFormatException(file.Path, $"lacks {Name}");
            }

            RequireShapes(file);
            using var stored = StateDict.ReadTensor(file, Name, device);
            tensor.CopyFrom(stored.ToArray());
        }
    }

    private sealed class ListPart(string name, Func<IEnumerable<Tensor>> tensors, Action<IReadOnlyList<Tensor>> restore) : Part(name)
    {
        public override IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors() =>
            tensors().Select((value, i) => (EntryOf($"{Name}.{i}", value), value));

        public override void Load(TensorFile file, Device device, HashSet<string> read) => restore(
            [.. Enumerable.Range(0, int.MaxValue).TakeWhile(i => Take(file, $"{Name}.{i}", read))
                .Select(i => StateDict.ReadTensor(file, $"{Name}.{i}", device))]);
    }

    /// <summary>A host buffer through which the tensors go to the file, one after the other.</summary>
    private sealed class Staging
    {
        private float[] _values = [];

        public ReadOnlyMemory<byte> BytesOf(TensorEntry entry, Tensor tensor)
        {
            if (_values.Length < tensor.Count)
            {
                _values = new float[tensor.Count];
            }

            var values = _values.AsMemory(0, (int)tensor.Count);
            tensor.CopyTo(values.Span);
            if (!TensorPrimitives.IsFiniteAll<float>(values.Span))
            {
                throw CheckpointCopy.NotFinite(entry);
            }

            return CheckpointCopy.BytesOf(entry, values);
        }
    }
}
