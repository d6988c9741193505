using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Checkpoints;

/// <summary>Weights from a file into a network, by state-dict keys.</summary>
public static class StateDict
{
    private const int MostNamed = 3;

    /// <summary>Fills every tensor of a network from a file's tensors of the same keys behind a prefix.</summary>
    /// <param name="network">a network on a device, or one that gets to a device while the file is still open: it is filled then</param>
    /// <param name="file">a checkpoint of any format</param>
    /// <param name="prefix">what stands before the keys in the file, such as <c>netG.</c></param>
    /// <param name="refuse">told the key, without the prefix, of a tensor that holds other values than finite numbers</param>
    /// <exception cref="CheckpointFormatException">keys are missing, left over, or of other shapes; it names the first ones</exception>
    public static void LoadState(this Module network, TensorFile file, string prefix = "", Action<string>? refuse = null)
    {
        var tensors = network.NamedTensors(prefix).ToDictionary(t => t.Name, t => t.Tensor);
        var shapes = file.Entries.Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(e => e.Name, e => e.Shape);
        RequireSame(tensors, shapes, file.Path);
        foreach (var (name, tensor) in tensors.Where(t => shapes.ContainsKey(t.Key)))
        {
            tensor.Load(file, name, () => refuse?.Invoke(name[prefix.Length..]));
        }
    }

    /// <summary>Fills a tensor with a file's: now if it is on a device, else as soon as it gets there.</summary>
    /// <param name="tensor">a tensor of the file's shape</param>
    /// <param name="file">the file</param>
    /// <param name="name">what it is called there</param>
    /// <param name="refuse">called if it holds other values than finite numbers</param>
    public static void Load(this ModuleTensor tensor, TensorFile file, string name, Action refuse) => tensor.Initialize(value =>
    {
        var reader = file.Reader(name);
        value.CopyFrom(reader.Read);
        reader.Finish();
        if (!reader.AllFinite)
        {
            refuse();
        }
    });

    /// <summary>Fills every tensor of a network from those of another one with the same layers.</summary>
    /// <param name="network">a network on a device</param>
    /// <param name="other">the network to copy</param>
    /// <param name="source">the file that it is from, for messages</param>
    /// <param name="prefix">what stands before the keys, for messages</param>
    /// <exception cref="CheckpointFormatException">the layers are others; it names the first ones</exception>
    public static void CopyState(this Module network, Module other, string source, string prefix)
    {
        var others = other.NamedTensors(prefix).ToDictionary(t => t.Name, t => t.Tensor);
        var tensors = network.NamedTensors(prefix).ToDictionary(t => t.Name, t => t.Tensor);
        RequireSame(tensors, others.ToDictionary(t => t.Key, t => Extents(t.Value.Shape)), source);
        foreach (var (name, tensor) in tensors)
        {
            tensor.Value.CopyFrom(others[name].Value.ToArray());
        }
    }

    private static void RequireSame(Dictionary<string, ModuleTensor> tensors, Dictionary<string, long[]> shapes, string source)
    {
        var problems = tensors.Where(t => !shapes.ContainsKey(t.Key) && t.Value.Role != TensorRole.Counter).Select(t => $"lacks {t.Key}")
            .Concat(tensors.Where(t => shapes.TryGetValue(t.Key, out var s) && !s.AsSpan().SequenceEqual(Extents(t.Value.Shape)))
                .Select(t => $"has {t.Key} of shape [{string.Join(',', shapes[t.Key])}] where the network has {t.Value.Shape}"))
            .Concat(shapes.Keys.Where(k => !tensors.ContainsKey(k)).Select(k => $"holds {k}, which the network has not"))
            .ToList();
        if (problems.Count > 0)
        {
            var more = problems.Count > MostNamed ? $" and {problems.Count - MostNamed} more" : "";
            throw new CheckpointFormatException(
                source, $"is of another network: it {string.Join(", ", problems.Take(MostNamed))}{more}");
        }
    }

    /// <summary>A tensor of a file, on a device.</summary>
    /// <exception cref="CheckpointFormatException">there is none of the name, or it is damaged</exception>
    public static Tensor ReadTensor(TensorFile file, string name, Device device)
    {
        var array = file.Read(name);
        return Tensor.From(array.AsSingle(), new Shape(Array.ConvertAll(array.Shape, e => checked((int)e))), device);
    }

    private static long[] Extents(Shape shape) => Array.ConvertAll(shape.ToArray(), e => (long)e);
}
