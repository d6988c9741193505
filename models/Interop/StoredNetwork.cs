using IlgpuGan.Models.Families;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Interop;

/// <summary>A network in a file, which can be loaded while its <see cref="NetworkFile"/> is open.</summary>
public sealed class StoredNetwork
{
    private readonly string _path;
    private readonly Func<Module> _create;
    private readonly Action<Module, Action<string>> _fill;

    /// <param name="path">the file</param>
    /// <param name="name">name of the network in a run</param>
    /// <param name="options">options that describe the network</param>
    /// <param name="create">creates the network without weights</param>
    /// <param name="fill">loads the weights; calls the action with the key of a tensor that is not finite</param>
    internal StoredNetwork(string path, string name, TrainingOptions options, Func<Module> create, Action<Module, Action<string>> fill) =>
        (_path, Name, Options, _create, _fill) = (path, name, options, create, fill);

    /// <summary>Name in a run: <c>netG</c>, <c>netG_A</c>, <c>netD</c>, …</summary>
    public string Name { get; }

    /// <summary>Options that describe the network: those of the run, or inferred from the tensors.</summary>
    public TrainingOptions Options { get; private set; }

    /// <summary>Input and output of a generator; null for other networks.</summary>
    public GeneratorSpec? Generator => FamilyCatalog.Of(Options).Generators(Options).FirstOrDefault(g => g.Network == Name);

    public bool IsGenerator => Generator is not null;

    /// <summary>Inputs and output of the graph of a generator whose input is not a single picture; otherwise null.</summary>
    public GraphGenerator? Graph =>
        FamilyCatalog.Of(Options).GraphGenerators(Options).FirstOrDefault(n => n.Network == Name);

    /// <summary>What its file says of it besides options; null for files of other programs, and if it is no generator.</summary>
    public WeightsDescription? Description { get; internal init; }

    /// <summary>
    /// Name in the file: the prefix of its keys, <c>params_ema</c> or <c>state_dict.generator_AB</c>; empty if they have none.
    /// </summary>
    internal string NameInFile { get; init; } = "";

    /// <summary>
    /// Why only the graph can be run: its constants are not the network's weights, or it computes something else; null if not.
    /// </summary>
    internal string? OnlyAsGraph { get; set; }

    /// <summary>Whether the file lacks the running statistics of batch norms, because its graph takes those of each picture.</summary>
    internal bool LacksStatistics { get; init; }

    /// <summary>
    /// Whether its instance norms have statistics of a training in the file (<see cref="Dropped"/>), or had them in that which it was made
    /// from: PyTorch's evaluation would use them.
    /// </summary>
    internal bool DropsStatistics { get; init; }

    /// <summary>Whether a run has taken steps, none of which trained the network: its stage has yet to begin.</summary>
    internal bool IsUntrained { get; init; }

    /// <summary>Whether its weights are the moving averages of a run.</summary>
    internal bool HoldsAverages { get; init; }

    /// <summary>False for a single generator of another program, whose direction is unknown.</summary>
    public bool HasKnownDirection { get; internal init; } = true;

    /// <summary>Whether the file is a graph that normalises with running statistics, or its weights come from one.</summary>
    public bool UsesRunningStatistics { get; internal init; }

    /// <summary>
    /// Tensors of the file that the network does not need; see <see cref="IlgpuGan.Tensors.Formats.Reference.ReferenceNetwork.Dropped"/>.
    /// </summary>
    public IReadOnlyList<string> Dropped { get; internal init; } = [];

    /// <summary>Creates the network, for its layers alone.</summary>
    internal Module CreateEmpty() => _create();

    /// <summary>Loads the network with all that belongs to it, for a run or for another file.</summary>
    /// <exception cref="InteropException">the file lacks the running statistics of batch norms</exception>
    /// <inheritdoc cref="Load"/>
    public Module LoadWhole(Device device) => LacksStatistics
        ? throw new InteropException(
            $"{_path}: was exported with each picture's own statistics, so it lacks those of the training; take a .pth or safetensors " +
                "of the model, or export it anew: ilgpugan export --batch-norm running")
        : Load(device);

    /// <summary>Loads the network with its weights, in training mode like all new networks.</summary>
    /// <exception cref="InteropException">a weight is not a finite number, or the file is a graph of something else</exception>
    /// <exception cref="CheckpointFormatException">the file is damaged, or its options don't match its tensors</exception>
    public Module Load(Device device)
    {
        if (OnlyAsGraph is { } why)
        {
            throw new InteropException(
                $"{_path}: {why}; take the weights that it was made from; translate runs the graph if it knows its operators");
        }

        var network = _create();
        _fill(network, key => throw new InteropException($"{_path}: {key} of {Name} holds values that are not finite numbers"));
        network.MoveTo(device); // Allocates the tensors; they are read directly into their final memory.
        foreach (var norm in network.Descendants().OfType<SpectralNorm>().Where(n => HoldsAverages || n.HasOddVectors))
        {
            norm.RenewVectors();
        }

        return network;
    }

    /// <summary>
    /// Makes a generator with smooth scaling one for paintings, by photographs [1, C, H, W]; see <see cref="ResNetGenerator.FoldEncoder"/>.
    /// </summary>
    /// <exception cref="InteropException">it is none</exception>
    internal void ToPainting(Module network, IEnumerable<Tensor> photographs)
    {
        var options = Options as TranslationOptions;
        var kind = options?.Generator;
        if (network is not ResNetGenerator generator || kind?.Scaling != ScalingKind.Smooth)
        {
            throw new InteropException(
                $"{Name} of {_path} is no generator such as resnet6-smooth, " +
                    "whose encoder's norms could be folded");
        }

        generator.FoldEncoder(photographs);
        kind = kind with { Scaling = ScalingKind.Painting };
        Options = options! with { Generator = kind };
    }
}
