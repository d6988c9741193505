using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Training;

/// <summary>Weights to start from: those of a checkpoint, of whatever step and options as long as the networks are the same.</summary>
internal static class WeightSource
{
    /// <summary>Fills those networks of a trainer that a file holds; a file without prefixes goes to the first generator.</summary>
    /// <exception cref="CheckpointFormatException">the file holds none of them, or they have other layers</exception>
    public static void LoadNetworks(string path, GanTrainer trainer)
    {
        using var file = TensorFile.Open(path);
        var found = trainer.Networks.Where(n => file.Entries.Any(e => e.Name.StartsWith(n.Name + ".", StringComparison.Ordinal))).ToList();
        foreach (var (name, network) in found)
        {
            network.LoadState(file, name + ".");
        }

        if (found.Count == 0)
        {
            trainer.Networks[0].Network.LoadState(file);
        }
    }
}
