using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Tensors.Checkpoints;

/// <summary>
/// The tensors of a training by name: networks, optimisers, moving averages and tensors of one's own, written to one safetensors file and
/// read back. A tensor is called <c>PART.KEY</c>: a network's keys are those of its state dict, an optimiser's and an average's those of
/// their state. <see cref="TrainingState"/> adds step and random states; what else a file says of itself is for the caller to write.
/// </summary>
/// <param name="device">where the tensors are</param>
public sealed class CheckpointParts(Device device)
{
    private readonly List<Part> _parts = [];

    /// <summary>A network under its name; its keys follow behind a dot.</summary>
    /// <exception cref="ArgumentException">the name is taken</exception>
    public void Add(string name, Module network) => Add(new NetworkPart(name, network));

    /// <summary>An optimiser's moments and counts.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public void Add(string name, Optimizer optimizer) => Add(new StatePart(name, optimizer.State, optimizer.LoadState));

    /// <summary>Moving averages of weights.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public void Add(string name, WeightAverage average) => Add(new StatePart(name, average.State, average.LoadState));

    /// <summary>A tensor of one's own under exactly this name; reading writes into it.</summary>
    /// <inheritdoc cref="Add(string, Module)"/>
    public void Add(string name, Tensor tensor) => Add(new TensorPart(name, tensor));

    /// <summary>As many tensors as there are at the time, <c>NAME.0</c>, <c>NAME.1</c>, …, such as pooled images.</summary>
    /// <param name="name">of the list</param>
    /// <param name="tensors">those to write</param>
    /// <param name="restore">takes those that were read, which live as long as it wants</param>
    /// <exception cref="ArgumentException">the name is taken</exception>
    public void Add(string name, Func<IEnumerable<Tensor>> tensors, Action<IReadOnlyList<Tensor>> restore) =>
        Add(new ListPart(name, tensors, restore));

    /// <summary>Writes a whole new file or leaves the old one: never a part.</summary>
    /// <param name="path">the file</param>
    /// <param name="metadata">text beside the tensors</param>
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

    /// <summary>Puts a file's tensors into the parts. A file that does not fit may have filled some of them.</summary>
    /// <param name="file">what <see cref="Write"/> wrote</param>
    /// <exception cref="CheckpointFormatException">something is missing, left over, of another shape, or damaged</exception>
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
        if (_parts.Exists(p => p.Name == part.Name))
        {
            throw new ArgumentException($"checkpoint: two parts are named '{part.Name}'", nameof(part));
        }

        _parts.Add(part);
    }

    private static TensorEntry EntryOf(string name, Tensor value, bool counter = false) =>
        new(name, counter ? ElementType.I64 : ElementType.F32, Array.ConvertAll(value.Shape.ToArray(), e => (long)e));

    private abstract class Part(string name)
    {
        public string Name => name;

        public abstract IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors();

        /// <summary>Reads what is the part's, and notes the names in <paramref name="read"/>.</summary>
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
    }

    private sealed class NetworkPart(string name, Module network) : Part(name)
    {
        public override IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors() =>
            network.NamedTensors(Name + ".").Select(t => (EntryOf(t.Name, t.Value, t.Tensor.Role == TensorRole.Counter), t.Value));

        public override void Load(TensorFile file, Device device, HashSet<string> read)
        {
            network.LoadState(file, Name + ".");
            read.UnionWith(file.Entries.Select(e => e.Name).Where(e => e.StartsWith(Name + ".", StringComparison.Ordinal)));
        }
    }

    private sealed class StatePart(
        string name, Func<IEnumerable<(string Name, Tensor Value)>> state, Action<Func<string, float[]?>> load) : Part(name)
    {
        public override IEnumerable<(TensorEntry Entry, Tensor Value)> Tensors() =>
            state().Select(s => (EntryOf($"{Name}.{s.Name}", s.Value), s.Value));

        public override void Load(TensorFile file, Device device, HashSet<string> read) =>
            load(key => Take(file, $"{Name}.{key}", read) ? Numbers(file, $"{Name}.{key}") : null);

        /// <summary>Counts of steps can't be negative.</summary>
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

    /// <summary>Host memory through which one tensor after the other goes to the file.</summary>
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
            if (!AllFinite(values.Span))
            {
                throw new NotFiniteNumberException($"{entry.Name} holds values that are not finite numbers");
            }

            return entry.Type == ElementType.I64
                ? NamedArray.From(entry.Name, entry.Shape, (ReadOnlyMemory<long>)new[] { (long)values.Span[0] }).Bytes
                : NamedArray.From(entry.Name, entry.Shape, (ReadOnlyMemory<float>)values).Bytes;
        }

        /// <summary>A number that is infinite or none has all bits of its exponent set.</summary>
        private static bool AllFinite(ReadOnlySpan<float> values)
        {
            const uint exponent = 0x7F800000;
            foreach (var bits in MemoryMarshal.Cast<float, uint>(values))
            {
                if ((bits & exponent) == exponent)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
