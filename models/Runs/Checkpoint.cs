using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Runs;

/// <summary>
/// A run at one moment, in one safetensors file: networks under the reference's keys (<c>netG.model.model.0.weight</c>), optimiser state
/// (<c>optG.netG.….exp_avg</c>), pooled images (<c>pool_A.0</c>), moving averages of weights (<c>average.netG.….weight.average</c>), and as
/// metadata the options and the position.
/// </summary>
public sealed record Checkpoint(TrainingOptions Options, RunPosition Position)
{
    private const string Kind = "ilgpugan-checkpoint";
    private const int Version = 1;
    private const string AveragePart = "average";

    /// <summary>Writes a whole new file or leaves the old one: never a part.</summary>
    /// <exception cref="IOException">the disk is full, or the file can't be written</exception>
    /// <exception cref="NotFiniteNumberException">a value is infinite or no number; nothing is written</exception>
    public static void Save(string path, GanModel model, RunPosition position)
    {
        PartsOf(model).Write(path, new Checkpoint(model.Options, position).ToMetadata());
    }

    /// <summary>The metadata by which a file describes its contents.</summary>
    internal Dictionary<string, string> ToMetadata() => new()
    {
        ["format"] = Kind,
        ["version"] = $"{Version}",
        ["options"] = Options.ToJson(),
        ["position"] = JsonSerializer.Serialize(Position),
    };

    /// <summary>The metadata of a checkpoint, without its tensors.</summary>
    /// <exception cref="IOException">
    /// the file is missing or damaged (<see cref="CheckpointFormatException"/>), or not one of ours
    /// </exception>
    public static Checkpoint Read(string path)
    {
        using var file = TensorFile.Open(path);
        return Read(file);
    }

    /// <summary>The options and position in an open file.</summary>
    public static Checkpoint Read(TensorFile file)
    {
        var options = ReadOptions(file);
        try
        {
            return JsonSerializer.Deserialize<RunPosition>(file.Metadata["position"]) is { IsSound: true } position
                ? new Checkpoint(options, position)
                : throw new CheckpointFormatException(file.Path, "its metadata are damaged: no run can be at its position");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw Damaged(file, e);
        }
    }

    /// <summary>The options alone in an open file: enough to build the networks.</summary>
    internal static TrainingOptions ReadOptions(TensorFile file)
    {
        if (!IsCheckpoint(file))
        {
            throw new CheckpointFormatException(file.Path, "holds weights, but no options and no position of a run");
        }

        if (!int.TryParse(file.Metadata.GetValueOrDefault("version"), out var version) || version is < 1 or > Version)
        {
            throw new CheckpointFormatException(
                file.Path, $"is a checkpoint of version {file.Metadata.GetValueOrDefault("version")}, which a newer program wrote");
        }

        return OptionsIn(file);
    }

    /// <summary>The options in a file's metadata: not user input, so an error in them means that the file is damaged.</summary>
    /// <exception cref="CheckpointFormatException">there are none, or no run can have them</exception>
    internal static TrainingOptions OptionsIn(TensorFile file)
    {
        try
        {
            return file.Metadata.TryGetValue("options", out var json)
                ? OptionsJson.Parse(json, "the options").Validated()
                : throw Damaged(file);
        }
        catch (OptionsException e)
        {
            throw new CheckpointFormatException(file.Path, $"its metadata are damaged: {e.Message}", e);
        }
    }

    private static CheckpointFormatException Damaged(TensorFile file, Exception? cause = null) =>
        new(file.Path, 0, "its metadata are damaged", cause);

    /// <summary>Whether a file's metadata are those of a run's checkpoint.</summary>
    public static bool IsCheckpoint(TensorFile file) => file.Metadata.GetValueOrDefault("format") == Kind;

    /// <summary>Puts a checkpoint's networks, optimisers and pools into a model of the same options, and returns its position.</summary>
    /// <exception cref="CheckpointFormatException">the file does not fit the networks, or is damaged</exception>
    public static RunPosition Load(string path, GanModel model)
    {
        using var file = TensorFile.Open(path);
        var checkpoint = Read(file);
        PartsOf(model).Read(file);
        return checkpoint.Position;
    }

    /// <summary>The name of the moving average of a network's tensor; null if the file holds no averages of the network.</summary>
    /// <param name="file">a checkpoint</param>
    /// <param name="network">its name in the run</param>
    internal static Func<string, string>? AverageNames(TensorFile file, string network)
    {
        var prefix = $"{AveragePart}.{network}.";
        return file.Entries.Any(e => e.Name.StartsWith(prefix, StringComparison.Ordinal)) ? key => $"{prefix}{key}.average" : null;
    }

    /// <summary>The tensors of a model that a checkpoint holds, in the order of the file.</summary>
    private static CheckpointParts PartsOf(GanModel model)
    {
        var parts = new CheckpointParts(model.Device);
        foreach (var (name, network) in model.Networks)
        {
            parts.Add(name, network);
        }

        foreach (var (name, optimizer) in model.Optimizers)
        {
            parts.Add(name, optimizer);
        }

        foreach (var (name, pool) in model.Pools)
        {
            parts.Add(name, pool.Images, pool.Restore);
        }

        foreach (var (name, state) in model.States)
        {
            parts.Add($"state.{name}", state);
        }

        if (model.Average is { } average)
        {
            parts.Add(AveragePart, average);
        }

        return parts;
    }
}
