using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Interop;

/// <summary>A network in a file, ready to be built. Valid while its <see cref="NetworkFile"/> is open.</summary>
public sealed class StoredNetwork
{
    private readonly string _path;
    private readonly Func<Module> _create;
    private readonly Action<Module, Action<string>> _fill;

    /// <param name="path">the file</param>
    /// <param name="name">its name in a run</param>
    /// <param name="options">what describes it</param>
    /// <param name="create">builds it without weights</param>
    /// <param name="fill">gives it its weights, and tells the key of one that is not finite</param>
    internal StoredNetwork(string path, string name, TrainingOptions options, Func<Module> create, Action<Module, Action<string>> fill) =>
        (_path, Name, Options, _create, _fill) = (path, name, options, create, fill);

    /// <summary>Its name in a run: <c>netG</c>, <c>netG_A</c>, <c>netD</c>, …</summary>
    public string Name { get; }

    /// <summary>Options that describe it: a run's own, or those that fit what was found.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Its input and output; null for a network that is not a generator.</summary>
    public GeneratorSpec? Generator => FamilyCatalog.Of(Options).Generators(Options).FirstOrDefault(g => g.Network == Name);

    public bool IsGenerator => Generator is not null;

    /// <summary>Its graph's inputs and output, if it is a generator of other inputs than one picture; else null.</summary>
    public GraphGenerator? Graph =>
        FamilyCatalog.Of(Options).GraphGenerators(Options).FirstOrDefault(n => n.Network == Name);

    /// <summary>False for a lone generator of another program, which could be either.</summary>
    public bool HasKnownDirection { get; internal init; } = true;

    /// <summary>Whether the file is a graph that normalises by the running statistics of training.</summary>
    public bool UsesRunningStatistics { get; internal init; }

    /// <summary>
    /// Tensors of the file that the network does without; see <see cref="IlgpuGan.Tensors.Formats.Reference.ReferenceNetwork.Dropped"/>.
    /// </summary>
    public IReadOnlyList<string> Dropped { get; internal init; } = [];

    /// <summary>The network with its weights, in training mode as all new networks.</summary>
    /// <exception cref="InteropException">a weight is not a finite number</exception>
    /// <exception cref="CheckpointFormatException">the file is damaged, or its options are not those of its tensors</exception>
    public Module Load(Device device)
    {
        var network = _create();
        _fill(network, key => throw new InteropException($"{_path}: {key} of {Name} holds values that are not finite numbers"));
        return network.To(device); // Now the tensors have memory, and are read straight into it.
    }
}
