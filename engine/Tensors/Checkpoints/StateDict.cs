using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Checkpoints;

/// <summary>Loads weights from a file into a network, by state-dict keys.</summary>
public static class StateDict
{
    private const int MaxProblemsShown = 3;

    /// <summary>Fills every tensor of a network from a file, by key.</summary>
    /// <param name="network">a network on a device, or one that moves to a device while the file is still open: it is filled then</param>
    /// <param name="file">a checkpoint of any format</param>
    /// <param name="prefix">prefix of the keys in the file, such as <c>netG.</c></param>
    /// <param name="refuse">called with the key, without the prefix, of a tensor with infinite or NaN values</param>
    /// <exception cref="CheckpointFormatException">
    /// keys are missing, unknown, of other shapes, or of integers; it names the first ones
    /// </exception>
    public static void LoadState(this Module network, TensorFile file, string prefix = "", Action<string>? refuse = null) =>
        network.LoadPart(file, prefix, _ => false, refuse);

    /// <summary>The same from a file that may hold tensors of others under the prefix, too.</summary>
    /// <param name="isOthers">whether a name that is none of the network's may stand in the file all the same</param>
    /// <inheritdoc cref="LoadState"/>
    internal static void LoadPart(
        this Module network, TensorFile file, string prefix, Func<string, bool> isOthers, Action<string>? refuse = null)
    {
        var tensors = network.NamedTensors(prefix).ToDictionary(t => t.Name, t => t.Tensor);
        var shapes = file.Entries
            .Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal) && (tensors.ContainsKey(e.Name) || !isOthers(e.Name)))
            .ToDictionary(e => e.Name, e => e.Shape);
        RequireSame(tensors, shapes, file.Path);
        foreach (var (name, tensor) in tensors.Where(t => shapes.ContainsKey(t.Key)))
        {
            tensor.Load(file, name, () => refuse?.Invoke(name[prefix.Length..]));
        }
    }

    /// <summary>Fills a tensor from a file: now if it is on a device, else when it moves to one.</summary>
    /// <param name="tensor">a tensor of the stored shape</param>
    /// <param name="file">the file, open until then</param>
    /// <param name="name">the tensor's name in the file</param>
    /// <param name="refuse">called if it has infinite or NaN values</param>
    /// <exception cref="CheckpointFormatException">the file has integers for it, and it is no counter</exception>
    public static void Load(this ModuleTensor tensor, TensorFile file, string name, Action refuse)
    {
        if (tensor.Role != TensorRole.Counter && file.Find(name) is { Type: { IsFloat: false } type })
        {
            throw new CheckpointFormatException(
                file.Path, $"its {name} is {type}: quantized weights are not read, since their scales are not among them; take the file " +
                    "with the floats that they were made of");
        }

        tensor.Initialize(value =>
        {
            var reader = file.Reader(name);
            value.CopyFrom(reader.Read);
            reader.Finish();
            if (!reader.AllFinite)
            {
                refuse();
            }
        });
    }

    /// <summary>Copies every tensor of another network with the same layers.</summary>
    /// <param name="network">a network on a device</param>
    /// <param name="other">the network to copy</param>
    /// <param name="source">the file of the other network, for messages</param>
    /// <param name="prefix">prefix of the keys, for messages</param>
    /// <exception cref="CheckpointFormatException">the networks differ; it names the first differences</exception>
    public static void CopyState(this Module network, Module other, string source, string prefix)
    {
        var others = other.NamedTensors(prefix).ToDictionary(t => t.Name, t => t.Tensor);
        var tensors = network.NamedTensors(prefix).ToDictionary(t => t.Name, t => t.Tensor);
        RequireSame(tensors, others.ToDictionary(t => t.Key, t => t.Value.Shape.ToLongs()), source);
        foreach (var (name, tensor) in tensors)
        {
            tensor.Value.CopyFrom(others[name].Value.ToArray());
        }
    }

    private static void RequireSame(Dictionary<string, ModuleTensor> tensors, Dictionary<string, long[]> shapes, string source)
    {
        var problems = tensors.Where(t => !shapes.ContainsKey(t.Key) && t.Value.Role != TensorRole.Counter).Select(t => $"lacks {t.Key}")
            .Concat(tensors.Where(t => shapes.TryGetValue(t.Key, out var s) && !s.AsSpan().SequenceEqual(t.Value.Shape.ToLongs()))
                .Select(t => $"has {t.Key} of shape [{string.Join(',', shapes[t.Key])}] where the network has {t.Value.Shape}"))
            .Concat(shapes.Keys.Where(k => !tensors.ContainsKey(k)).Select(k => $"holds {k}, which the network has not"))
            .ToList();
        if (problems.Count > 0)
        {
            var more = problems.Count > MaxProblemsShown ? $" and {problems.Count - MaxProblemsShown} more" : "";
            throw new CheckpointFormatException(
                source, $"is of another network: it {string.Join(", ", problems.Take(MaxProblemsShown))}{more}");
        }
    }

    /// <summary>Reads a tensor of a file to a device.</summary>
    /// <exception cref="CheckpointFormatException">the file has no tensor of the name, or it is damaged</exception>
    public static Tensor ReadTensor(TensorFile file, string name, Device device)
    {
        var array = file.Read(name);
        return Tensor.From(array.AsSingle(), new Shape(Array.ConvertAll(array.Shape, e => checked((int)e))), device);
    }
}
