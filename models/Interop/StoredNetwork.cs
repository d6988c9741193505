using IlgpuGan.Models.Data;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Interop;

/// <summary>A network that lies in a file, ready to be built. Valid while its <see cref="NetworkFile"/> is open.</summary>
public sealed class StoredNetwork
{
    private readonly TensorFile _file;
    private readonly Func<Module> _create;
    private readonly Func<string, string> _nameInFile;

    internal StoredNetwork(TensorFile file, string name, TrainingOptions options, Func<Module> create, Func<string, string> nameInFile) =>
        (_file, Name, Options, _create, _nameInFile) = (file, name, options, create, nameInFile);

    /// <summary>Its name in a run: <c>netG</c>, <c>netG_A</c>, <c>netD</c>, …</summary>
    public string Name { get; }

    /// <summary>Options that describe it: a run's own, or those that fit what was found.</summary>
    public TrainingOptions Options { get; }

    public bool IsGenerator => NetworkNames.IsGenerator(Name);

    /// <summary>Channels that a generator reads.</summary>
    public int InputChannels => Name == "netG_B" ? Options.OutputNc : Options.InputNc;

    /// <summary>What a generator translates: CycleGAN's netG_B goes back.</summary>
    public Direction Direction => Name == "netG_B" ? Other(Options.Direction) : Options.Direction;

    /// <summary>False for a lone generator of another program, which could be either.</summary>
    public bool KnowsItsDirection { get; internal init; } = true;

    /// <summary>Tensors of the file that the network does without; see <see cref="IlgpuGan.Tensors.Formats.Reference.ReferenceNetwork.Dropped"/>.</summary>
    public IReadOnlyList<string> Dropped { get; internal init; } = [];

    /// <summary>The network with its weights, in training mode as all new networks.</summary>
    /// <exception cref="InteropException">a tensor is missing, has another shape, or holds values that are not finite numbers</exception>
    /// <exception cref="CheckpointFormatException">the file is damaged</exception>
    public Module Load(Device device)
    {
        var network = _create();
        var shapes = _file.Entries.ToDictionary(e => e.Name, e => e.Shape, StringComparer.Ordinal);
        Check(network, shapes);
        network.To(device);
        foreach (var (key, tensor) in network.NamedTensors())
        {
            var name = _nameInFile(key);
            if (shapes.ContainsKey(name))
            {
                var values = _file.Read(name).ToSingle();
                tensor.Value.CopyFrom(Array.TrueForAll(values, float.IsFinite)
                    ? values
                    : throw new InteropException($"{_file.Path}: {name} holds values that are not finite numbers"));
            }
        }

        return network;
    }

    private static Direction Other(Direction direction) => direction == Direction.AToB ? Direction.BToA : Direction.AToB;

    /// <summary>Old files count no batches; everything else must be there.</summary>
    private void Check(Module network, Dictionary<string, long[]> shapes)
    {
        foreach (var (key, tensor) in network.NamedTensors())
        {
            var name = _nameInFile(key);
            var found = shapes.TryGetValue(name, out var shape);
            if (!found && tensor.Role != TensorRole.Counter)
            {
                throw new InteropException($"{_file.Path}: {name} is missing");
            }

            if (found && !shape.AsSpan().SequenceEqual(Array.ConvertAll(tensor.Shape.ToArray(), extent => (long)extent)))
            {
                throw new InteropException($"{_file.Path}: {name} has the shape [{string.Join(',', shape!)}] where the network has {tensor.Shape}");
            }
        }
    }
}
