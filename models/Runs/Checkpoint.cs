using System.Runtime.InteropServices;
using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Runs;

/// <summary>
/// A run at one moment, in one safetensors file: networks under the reference's keys (<c>netG.model.model.0.weight</c>), optimiser state
/// (<c>optG.netG.….exp_avg</c>), pooled images (<c>pool_A.0</c>), and as metadata the options and the position.
/// </summary>
public sealed record Checkpoint(TrainingOptions Options, RunPosition Position)
{
    private const string Kind = "ilgpugan-checkpoint";
    private const int Version = 1;

    /// <summary>Writes a whole new file or leaves the old one: never a part.</summary>
    /// <exception cref="IOException">the disk is full, or the file can't be written</exception>
    /// <exception cref="NotFiniteNumberException">a value is infinite or no number; nothing is written</exception>
    public static void Save(string path, GanModel model, RunPosition position)
    {
        using var scope = model.Device.Step();
        var tensors = new List<(TensorEntry Entry, Tensor Value)>();
        foreach (var (name, network) in model.Networks)
        {
            tensors.AddRange(network.NamedTensors(name + ".").Select(t => (EntryOf(t.Name, t.Value, t.Tensor.Role == TensorRole.Counter), t.Value)));
        }

        foreach (var (name, optimizer) in model.Optimizers)
        {
            tensors.AddRange(optimizer.State().Select(s => (EntryOf($"{name}.{s.Name}", s.Value), s.Value)));
        }

        foreach (var (name, pool) in model.Pools)
        {
            tensors.AddRange(pool.Images().Select((image, i) => (EntryOf($"{name}.{i}", image), image)));
        }

        tensors.AddRange(model.States.Select(s => (EntryOf($"state.{s.Name}", s.Value), s.Value)));

        var metadata = new Checkpoint(model.Options, position).ToMetadata();
        var staging = new Staging();
        SafetensorsWriter.Write(path, [.. tensors.Select(t => t.Entry)], i => staging.BytesOf(tensors[i].Entry, tensors[i].Value), metadata);
    }

    /// <summary>The text beside the tensors, by which a file says what it is of.</summary>
    internal Dictionary<string, string> ToMetadata() => new()
    {
        ["format"] = Kind,
        ["version"] = $"{Version}",
        ["options"] = Options.ToJson(),
        ["position"] = JsonSerializer.Serialize(Position),
    };

    /// <summary>What a checkpoint is of, without its tensors.</summary>
    /// <exception cref="IOException">the file is missing or damaged (<see cref="CheckpointFormatException"/>), or not one of ours</exception>
    public static Checkpoint Read(string path)
    {
        using var file = TensorFile.Open(path);
        return Read(file);
    }

    /// <summary>The options and position in an open file.</summary>
    public static Checkpoint Read(TensorFile file)
    {
        var options = ReadOptions(file);
        try
        {
            return JsonSerializer.Deserialize<RunPosition>(file.Metadata["position"]) is { IsSound: true } position
                ? new Checkpoint(options, position)
                : throw new CheckpointFormatException(file.Path, 0, "its metadata are damaged: no run can be at its position");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw Damaged(file, e);
        }
    }

    /// <summary>The options alone in an open file: what who wants the networks needs to know.</summary>
    internal static TrainingOptions ReadOptions(TensorFile file)
    {
        if (!IsCheckpoint(file))
        {
            throw new CheckpointFormatException(file.Path, 0, "holds weights, but no options and no position of a run");
        }

        if (!int.TryParse(file.Metadata.GetValueOrDefault("version"), out var version) || version is < 1 or > Version)
        {
            throw new CheckpointFormatException(file.Path, 0, $"is a checkpoint of version {file.Metadata.GetValueOrDefault("version")}, which a newer program wrote");
        }

        return OptionsIn(file);
    }

    /// <summary>The options that a file's metadata hold: not what somebody asks for, so what is wrong with them is damage.</summary>
    /// <exception cref="CheckpointFormatException">there are none, or no run can have them</exception>
    internal static TrainingOptions OptionsIn(TensorFile file)
    {
        try
        {
            return file.Metadata.TryGetValue("options", out var json) ? OptionsJson.Parse(json, "the options").Validated() : throw Damaged(file);
        }
        catch (OptionsException e)
        {
            throw new CheckpointFormatException(file.Path, 0, $"its metadata are damaged: {e.Message}", e);
        }
    }

    private static CheckpointFormatException Damaged(TensorFile file, Exception? cause = null) => new(file.Path, 0, "its metadata are damaged", cause);

    /// <summary>Whether a file says it is a run's checkpoint.</summary>
    public static bool IsCheckpoint(TensorFile file) => file.Metadata.GetValueOrDefault("format") == Kind;

    /// <summary>Puts a checkpoint's networks, optimisers and pools into a model of the same options, and returns its position.</summary>
    /// <exception cref="CheckpointFormatException">the file does not fit the networks, or is damaged</exception>
    public static RunPosition Load(string path, GanModel model)
    {
        using var file = TensorFile.Open(path);
        var checkpoint = Read(file);
        foreach (var (name, network) in model.Networks)
        {
            network.LoadState(file, name + ".");
        }

        var read = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, optimizer) in model.Optimizers)
            {
                optimizer.LoadState(key => Take($"{name}.{key}") ? ReadState(file, $"{name}.{key}") : null);
            }

            using var scope = model.Device.Step();
            foreach (var (name, pool) in model.Pools)
            {
                pool.Restore([.. Enumerable.Range(0, int.MaxValue).TakeWhile(i => Take($"{name}.{i}")).Select(i => StateDict.ReadTensor(file, $"{name}.{i}", model.Device))]);
            }

            foreach (var (name, state) in model.States)
            {
                if (!Take($"state.{name}"))
                {
                    throw new CheckpointFormatException(file.Path, 0, $"lacks state.{name}");
                }

                using var stored = StateDict.ReadTensor(file, $"state.{name}", model.Device);
                state.CopyFrom(stored.ToArray());
            }
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new CheckpointFormatException(file.Path, 0, $"what it holds beside the networks is damaged: {e.Message}", e);
        }

        var left = file.Entries.FirstOrDefault(e => !read.Contains(e.Name) && !model.Networks.Any(n => e.Name.StartsWith(n.Name + ".", StringComparison.Ordinal)));
        return left is null
            ? checkpoint.Position
            : throw new CheckpointFormatException(file.Path, 0, $"holds {left.Name}, which the run has not");

        bool Take(string entry)
        {
            var there = file.Contains(entry);
            if (there)
            {
                read.Add(entry);
            }

            return there;
        }
    }

    /// <summary>An optimiser's numbers; of steps there can't be less than none.</summary>
    private static float[] ReadState(TensorFile file, string name)
    {
        var values = file.Read(name).ToSingle();
        return values.Length > 0 && (values[0] >= 0 || !name.EndsWith(".step", StringComparison.Ordinal))
            ? values
            : throw new CheckpointFormatException(file.Path, 0, $"'{name}' is damaged");
    }

    private static TensorEntry EntryOf(string name, Tensor value, bool counter = false) =>
        new(name, counter ? ElementType.I64 : ElementType.F32, Array.ConvertAll(value.Shape.ToArray(), e => (long)e));

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
