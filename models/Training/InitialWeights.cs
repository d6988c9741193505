using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Weights from other runs, at any step and with any options, or from another program: initial ones, and those of a teacher. Initial
/// weights need networks with the same layers, or such as extend the stored ones (<see cref="IGrownNetwork"/>).
/// </summary>
internal static class InitialWeights
{
    /// <summary>
    /// Loads the networks in a run or a file into the model's networks of the same names. If no name matches, the file's first generator is
    /// loaded into the model's first network.
    /// </summary>
    /// <param name="path">a run or a file</param>
    /// <param name="network">name of the only network to load, in the file or in a run; null for all that fit</param>
    /// <param name="model">the model to train</param>
    /// <exception cref="RunException">the file does not exist, or holds no network of this model</exception>
    /// <exception cref="CheckpointFormatException">the layers differ, or the file is damaged</exception>
    public static void LoadNetworks(string path, string? network, GanModel model)
    {
        using var file = NetworkFile.Open(path, network);
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
            var loaded = stored.LoadWhole(model.Device);
            if (own.Network is not IGrownNetwork grown || !grown.TryInitializeFrom(loaded))
            {
                own.Network.CopyState(loaded, file.Path, own.Name + ".");
            }
        }
    }

    /// <summary>Loads the trained generator that a model imitates, if it imitates one. Its dropout is off.</summary>
    /// <exception cref="RunException">the file does not exist, or its generator takes more than a picture</exception>
    /// <exception cref="CheckpointFormatException">the file is damaged</exception>
    /// <returns>a hash of its weights; null if the model imitates none</returns>
    public static string? LoadTeacher(GanModel model)
    {
        if (model.TeacherPath is not { } path)
        {
            return null;
        }

        using var file = NetworkFile.Open(path);
        var stored = file.Networks.FirstOrDefault(n => n.IsGenerator);
        if (stored?.Generator is not { Conditions: null } || stored.Load(model.Device) is not Layer teacher)
        {
            throw new RunException($"{path}: holds no generator from one picture to another, so there is nothing to imitate");
        }

        teacher.RequiresGrad = false;
        foreach (var dropout in teacher.Descendants().OfType<Dropout>())
        {
            dropout.Eval();
        }

        model.LearnFrom(teacher);
        return WeightsHash.Of(teacher);
    }
}
