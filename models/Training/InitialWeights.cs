using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Initial weights from another run, at any step and with any options, or from another program. The networks must have the same layers, or
/// extend the stored ones (<see cref="IGrownNetwork"/>).
/// </summary>
internal static class InitialWeights
{
    /// <summary>
    /// Loads the networks in a run or a file into the model's networks of the same names. If no name matches, the file's first generator is
    /// loaded into the model's first network.
    /// </summary>
    /// <exception cref="RunException">the file does not exist, or holds no network of this model</exception>
    /// <exception cref="CheckpointFormatException">the layers differ, or the file is damaged</exception>
    public static void LoadNetworks(string path, GanModel model)
    {
        using var file = NetworkFile.Open(path);
        var pairs = file.Networks.Join(model.Networks, s => s.Name, n => n.Name, (stored, own) => (Stored: stored, Own: own)).ToList();
        if (pairs.Count == 0)
        {
            var generator = file.Networks.FirstOrDefault(n => n.IsGenerator)
                ?? throw new RunException($"{path}: holds {string.Join(", ", file.Networks.Select(n => n.Name))}, but training begins " +
                    $"with {string.Join(", ", model.Networks.Select(n => n.Name))}");
            pairs.Add((generator, model.Networks[0]));
        }

        foreach (var (stored, own) in pairs)
        {
            var loaded = stored.Load(model.Device);
            if (own.Network is not IGrownNetwork grown || !grown.TryInitializeFrom(loaded))
            {
                own.Network.CopyState(loaded, file.Path, own.Name + ".");
            }
        }
    }
}
