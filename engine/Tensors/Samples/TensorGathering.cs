using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>All-gather of tensors.</summary>
internal static class TensorGathering
{
    /// <summary>The tensors of all ranks, in the order of the ranks. With one rank these are the given ones, else new ones.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="own">this rank's tensors: any number, of any shapes</param>
    /// <param name="device">the device of the new tensors</param>
    public static List<Tensor> Of(IRanks ranks, List<Tensor> own, Device device)
    {
        if (ranks.Count == 1)
        {
            return own;
        }

        var all = new List<Tensor>();
        foreach (var block in ranks.GatherAll(Packed(own)))
        {
            var reader = new BinaryReader(new MemoryStream(block));
            while (reader.BaseStream.Position < block.Length)
            {
                var shape = new Shape([.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt32())]);
                var values = MemoryMarshal.Cast<byte, float>(reader.ReadBytes(checked((int)shape.Count * sizeof(float))));
                all.Add(Tensor.From(values, shape, device));
            }
        }

        return all;
    }

    private static byte[] Packed(List<Tensor> tensors)
    {
        var block = new MemoryStream();
        var writer = new BinaryWriter(block);
        foreach (var tensor in tensors)
        {
            writer.Write(tensor.Shape.Rank);
            for (var i = 0; i < tensor.Shape.Rank; i++)
            {
                writer.Write(tensor.Shape[i]);
            }

            writer.Write(MemoryMarshal.AsBytes(tensor.ToArray().AsSpan()));
        }

        return block.ToArray();
    }
}
