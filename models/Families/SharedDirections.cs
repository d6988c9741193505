using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families;

/// <summary>
/// The two directions of a step, each done by one of two processes, whose models and batches are alike: gradients, pictures and losses of
/// either are handed to the other.
/// </summary>
/// <param name="ranks">two of them</param>
/// <param name="device">where the step runs</param>
internal sealed class SharedDirections(IRanks ranks, Device device)
{
    private readonly PartReduction _parts = new(ranks, device);

    /// <summary>Number of the step's losses that both processes have.</summary>
    private int _known;

    /// <summary>Combines the gradients of the model's optimisers.</summary>
    public IGradientReducer Reducer => _parts;

    /// <summary>Begins a step, of which no loss is known yet.</summary>
    public void Begin() => _known = 0;

    /// <summary>Whether this process does a direction, 0 or 1.</summary>
    public bool Does(int direction) => _parts.Part == direction;

    /// <summary>Losses of both directions, of which this process has computed one.</summary>
    public (Tensor First, Tensor Second) OfBoth(Tensor? first, Tensor? second)
    {
        var all = _parts.Gather((first ?? second)!);
        return (all[0], all[1]);
    }

    /// <summary>
    /// Replaces the losses that this process reported since the last time by those of both, those of the first direction first.
    /// </summary>
    public void Meet(ReportedLosses reported)
    {
        foreach (var block in _parts.Gather(Packed(reported.CutAt(_known))))
        {
            using var reader = new BinaryReader(new MemoryStream(block));
            while (reader.BaseStream.Position < block.Length)
            {
                reported.Add(reader.ReadString(), Tensor.From([reader.ReadSingle()], new Shape(1), device));
            }
        }

        _known = reported.Count;
    }

    private static byte[] Packed(ReportedLosses losses)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        if (losses.Count > 0)
        {
            foreach (var (name, value) in losses.Names.Zip(losses.Values().ToArray()))
            {
                writer.Write(name);
                writer.Write(value);
            }
        }

        return bytes.ToArray();
    }
}
