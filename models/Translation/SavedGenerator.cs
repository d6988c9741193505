using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Reference;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Translation;

/// <summary>A generator out of a file: of a run of this program, or of the reference program by what its tensors look like.</summary>
/// <param name="Network">with its weights, on a device</param>
/// <param name="Options">what it was trained with; of a foreign file only what can be told from it</param>
/// <param name="InputChannels">channels that it reads</param>
public sealed record SavedGenerator(Module Network, TrainingOptions Options, int InputChannels)
{
    /// <param name="path">a run's directory, one of its checkpoints, or a weights file (safetensors, <c>.pth</c>)</param>
    /// <param name="device">where it is to run</param>
    /// <param name="direction">for CycleGAN which of the two generators; null for the direction of training</param>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static SavedGenerator Open(string path, Device device, Direction? direction = null)
    {
        var file = Directory.Exists(path) ? new RunDirectory(path).Latest : path;
        if (!File.Exists(file))
        {
            throw new RunException(Directory.Exists(path) ? $"{path}: holds no run ({file} is missing)" : $"{path}: there is no such file or run");
        }

        using var tensors = TensorFile.Open(file);
        return Checkpoint.IsCheckpoint(tensors)
            ? OfRun(tensors, Checkpoint.Read(tensors).Options, device, direction)
            : OfReference(tensors, device, direction);
    }

    private static SavedGenerator OfRun(TensorFile file, TrainingOptions options, Device device, Direction? direction)
    {
        var backwards = direction is { } asked && asked != options.Direction;
        if (backwards && options.Model == ModelKind.Pix2Pix)
        {
            throw new RunException($"{file.Path}: was trained {Name(options.Direction)} and has no generator for the other direction");
        }

        var (input, output) = backwards ? (options.OutputNc, options.InputNc) : (options.InputNc, options.OutputNc);
        var prefix = options.Model == ModelKind.Pix2Pix ? "netG." : backwards ? "netG_B." : "netG_A.";
        var network = options.CreateGenerator(input, output).To(device);
        network.LoadState(file, prefix);
        return new SavedGenerator(network, options, input);
    }

    private static SavedGenerator OfReference(TensorFile file, Device device, Direction? direction)
    {
        var wanted = direction == Direction.BToA ? "netG_B" : "netG_A";
        var reasons = new List<string>();
        foreach (var prefix in ReferenceKeys.Prefixes(file.Entries).OrderByDescending(p => p == wanted))
        {
            if (!ReferenceKeys.TryDetect(file.Entries, prefix, out var found, out var reason))
            {
                reasons.Add(reason);
            }
            else if (ReferenceOptions.ForGenerator(found.Architecture) is { } options)
            {
                var network = options.CreateGenerator(options.InputNc, options.OutputNc).To(device);
                network.LoadState(file, found);
                return new SavedGenerator(network, options, options.InputNc);
            }
            else
            {
                reasons.Add($"{(prefix.Length > 0 ? prefix : "it")} is a {found.Architecture}, no generator");
            }
        }

        throw new RunException($"{file.Path}: holds no generator that is known here: {string.Join("; ", reasons)}");
    }

    private static string Name(Direction direction) => direction == Direction.AToB ? "AtoB" : "BtoA";
}
