using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Splits the two directions of a step between two processes with identical models and batches. The processes exchange gradients,
/// pictures and losses.
/// </summary>
/// <param name="ranks">two of them</param>
/// <param name="device">where the step runs</param>
internal sealed class SharedDirections(IRanks ranks, Device device)
{
    private readonly PartReduction _parts = new(ranks, device);

    /// <summary>Number of the step's losses that are exchanged.</summary>
    private int _exchanged;

    /// <summary>Combines the gradients of the model's optimisers.</summary>
    public IGradientReducer Reducer => _parts;

    /// <summary>Begins a step: none of its losses is exchanged yet.</summary>
    public void Begin() => _exchanged = 0;

    /// <summary>Whether this process computes a direction, 0 or 1.</summary>
    public bool ComputesDirection(int direction) => _parts.Part == direction;

    /// <summary>The tensors of both directions, of which this process has computed one.</summary>
    public (Tensor First, Tensor Second) GatherBoth(Tensor? first, Tensor? second)
    {
        var all = _parts.Gather((first ?? second)!);
        return (all[0], all[1]);
    }

    /// <summary>
    /// Replaces the losses that this process reported since the last call by those of both, those of the first direction first.
    /// </summary>
    public void Exchange(ReportedLosses reported)
    {
        foreach (var block in _parts.Gather(Packed(reported.SplitAt(_exchanged))))
        {
            using var reader = new BinaryReader(new MemoryStream(block));
            while (reader.BaseStream.Position < block.Length)
            {
                reported.Add(reader.ReadString(), Tensor.From([reader.ReadSingle()], new Shape(1), device));
            }
        }

        _exchanged = reported.Count;
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
