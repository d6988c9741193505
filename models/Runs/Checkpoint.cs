using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Runs;

/// <summary>
/// The state of a run in one safetensors file: networks under the reference's keys (<c>netG.model.model.0.weight</c>), optimiser state
/// (<c>optG.netG.….exp_avg</c>), pooled images (<c>pool_A.0</c>), moving averages of weights (<c>average.netG.….weight.average</c>), and
/// options and position as metadata.
/// </summary>
internal sealed record Checkpoint(TrainingOptions Options, RunPosition Position)
{
    private const string Kind = "ilgpugan-checkpoint";
    private const int Version = 1;

    /// <summary>An entry of files whose options are all of their family: the first versions wrote those of others, too.</summary>
    internal const string OwnOptionsKey = "own-options";

    private const string AveragePart = "average";

    /// <inheritdoc cref="CheckpointCopy.Reserve"/>
    public static Action Reserve(GanModel model, CheckpointCopy copy) => PartsOf(model).Reserve(copy);

    /// <summary>Copies a model's state, to be written beside the steps that follow.</summary>
    /// <param name="model">the model</param>
    /// <param name="position">where the training is</param>
    /// <param name="copy">takes the tensors; must not be taken again before the file is written</param>
    /// <param name="described">further metadata: what is known of the generators; null for none</param>
    /// <returns>
    /// writes the file atomically: a failure, an <see cref="IOException"/>, leaves the old file; the action is
    /// <see cref="CheckpointCopy.Write"/>'s
    /// </returns>
    /// <exception cref="NotFiniteNumberException">a value is infinite or NaN</exception>
    public static Action<string, Action<double>> Copied(
        GanModel model, RunPosition position, CheckpointCopy copy, IReadOnlyDictionary<string, string>? described = null)
    {
        PartsOf(model).CopyTo(copy);
        var metadata = new Checkpoint(model.Options, position).ToMetadata();
        foreach (var (key, value) in described ?? new Dictionary<string, string>())
        {
            metadata[key] = value;
        }

        return (path, before) => copy.Write(path, metadata, before);
    }

    /// <summary>The metadata of the file.</summary>
    internal Dictionary<string, string> ToMetadata() => new()
    {
        ["format"] = Kind,
        ["version"] = $"{Version}",
        ["options"] = Options.ToJson(),
        [OwnOptionsKey] = "1",
        ["position"] = Position.ToJson(),
    };

    /// <summary>The metadata of a checkpoint, without its tensors.</summary>
    /// <exception cref="IOException">
    /// the file is missing or damaged (<see cref="CheckpointFormatException"/>), or is not a checkpoint of this program
    /// </exception>
    public static Checkpoint Read(string path)
    {
        using var file = TensorFile.Open(path);
        return Read(file);
    }

    /// <summary>The options and position in a file; null if it is damaged or gone, or if another program can read it.</summary>
    public static Checkpoint? TryRead(string path)
    {
        try
        {
            return Read(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a newer program wrote a checkpoint, or one with further families: it is not damaged, and only that program can read it.
    /// </summary>
    public static bool IsOfAnother(string path)
    {
        try
        {
            using var file = TensorFile.Open(path);
            if (!IsCheckpoint(file) || VersionOf(file) > Version)
            {
                return IsCheckpoint(file);
            }

            _ = OptionsIn(file);
            return false;
        }
        catch (CheckpointFormatException e) when (e.InnerException is OptionsException { IsUnknownName: true })
        {
            return true;
        }
        catch (IOException)
        {
            return false; // Damaged or gone.
        }
    }

    /// <summary>
    /// Reads the latest checkpoint of a run. If it is damaged, the message names the newest intact one beside it; not if another program
    /// can read it, whose steps would be lost.
    /// </summary>
    /// <param name="run">the run's folder</param>
    /// <param name="read">reads the file</param>
    /// <exception cref="RunException">there is none</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    internal static T ReadLatest<T>(RunDirectory run, Func<string, T> read)
    {
        RequireRun(run);
        try
        {
            return read(run.Latest);
        }
        catch (CheckpointFormatException e) when (e.File == run.Latest && !IsOfAnother(run.Latest) && WayOn(run) is { Length: > 0 } wayOn)
        {
            throw new IOException(e.Message + OptionNames.In(wayOn), e);
        }
        catch (FileNotFoundException e) when (e.FileName is { } missing && Path.GetFullPath(missing) == Path.GetFullPath(run.Latest))
        {
            throw NoRun(run, e);
        }
    }

    /// <exception cref="RunException">the folder holds no run</exception>
    internal static void RequireRun(RunDirectory run)
    {
        if (!run.Exists)
        {
            throw NoRun(run);
        }
    }

    /// <summary>The exception for a folder without a latest checkpoint: a link to a file that is gone counts as there.</summary>
    private static RunException NoRun(RunDirectory run, FileNotFoundException? cause = null) => new(
        $"{run.Path}: holds no run ({run.Latest} is {(run.Exists ? "a link to a file that is " : "")}missing){WayOn(run)}", cause);

    /// <summary>A sentence that names the newest intact checkpoint beside the latest one; empty if there is none.</summary>
    internal static string WayOn(RunDirectory run)
    {
        var (file, step) = run.AllOthers().Select(other => (File: other, Step: StepOf(other))).DefaultIfEmpty((File: "", Step: -1L))
            .MaxBy(other => other.Step);
        return step >= 0
            ? $". The newest intact checkpoint is {file} (step {step}): name that file instead of the run, also for --resume"
            : "";

        static long StepOf(string file)
        {
            try
            {
                using var other = TensorFile.Open(file);
                _ = ReadOptions(other);
                return StepIn(other) ?? -1; // Native programs come here, too.
            }
            catch (IOException)
            {
                return -1; // Damaged, too.
            }
        }
    }

    /// <summary>The options and position in an open file.</summary>
    public static Checkpoint Read(TensorFile file)
    {
        var options = ReadOptions(file);
        try
        {
            return RunPosition.Parse(file.Metadata["position"]) is { IsValid: true } position
                ? new Checkpoint(options, position)
                : throw new CheckpointFormatException(file.Path, "its metadata are damaged: no run can be at its position");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw Damaged(file, e);
        }
    }

    /// <summary>Only the steps of an open checkpoint; null where they are not noted. Without reflection, for native programs.</summary>
    internal static long? StepIn(TensorFile file)
    {
        try
        {
            using var position = JsonDocument.Parse(file.Metadata.GetValueOrDefault("position", "{}"));
            return position.RootElement.ValueKind == JsonValueKind.Object
                && position.RootElement.TryGetProperty(nameof(RunPosition.Step), out var step) && step.TryGetInt64(out var steps)
                ? steps
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Damaged metadata are reported by who needs the whole position.
        }
    }

    /// <summary>Only the options in an open file: enough to build the networks.</summary>
    internal static TrainingOptions ReadOptions(TensorFile file)
    {
        if (!IsCheckpoint(file))
        {
            throw new CheckpointFormatException(
                file.Path, "holds weights alone, without the position of a run; take the run, or one of its checkpoints");
        }

        return VersionOf(file) switch
        {
            > Version => throw new CheckpointFormatException(
                file.Path, $"is a checkpoint of version {VersionOf(file)}, which a newer program wrote; go on with that program"),
            < 1 => throw Damaged(file),
            _ => OptionsIn(file),
        };
    }

    /// <summary>The version of a checkpoint's format; 0 if none is noted.</summary>
    private static int VersionOf(TensorFile file) =>
        int.TryParse(file.Metadata.GetValueOrDefault("version"), out var version) ? version : 0;

    /// <summary>
    /// The options in a file's metadata: not user input, so an error in them means that the file is damaged, and an unknown name that
    /// another program wrote it.
    /// </summary>
    /// <exception cref="CheckpointFormatException">there are none, or they are invalid or not known</exception>
    internal static TrainingOptions OptionsIn(TensorFile file)
    {
        try
        {
            if (!file.Metadata.TryGetValue("options", out var json))
            {
                throw Damaged(file);
            }

            var options = OptionsJson.Parse(json, "the options", mayMix: !file.Metadata.ContainsKey(OwnOptionsKey));
            return FamilyCatalog.Of(options).Info.Presets.Any(p => p.Name == options.Preset) ? options.Validated()
                : throw new OptionsException($"the options: there is no preset '{options.Preset}' of {options.Model}")
                {
                    IsUnknownName = true,
                };
        }
        catch (OptionsException e) when (e.IsUnknownName)
        {
            throw new CheckpointFormatException(
                file.Path, $"is not known to this program: a newer one wrote it, or its family is missing ({e.Message})", e);
        }
        catch (OptionsException e)
        {
            throw new CheckpointFormatException(file.Path, $"its metadata are damaged: {e.Message}", e);
        }
    }

    private static CheckpointFormatException Damaged(TensorFile file, Exception? cause = null) =>
        new(file.Path, 0, "its metadata are damaged", cause);

    /// <summary>Whether a file is a checkpoint of a run, by its metadata.</summary>
    public static bool IsCheckpoint(TensorFile file) => file.Metadata.GetValueOrDefault("format") == Kind;

    /// <summary>Loads a checkpoint's networks, optimisers and pools into a model with the same options. Returns its position.</summary>
    /// <exception cref="CheckpointFormatException">the file does not fit the networks, or is damaged</exception>
    public static RunPosition Load(string path, GanModel model)
    {
        using var file = TensorFile.Open(path);
        var checkpoint = Read(file);
        PartsOf(model).Read(file);
        return checkpoint.Position;
    }

    /// <summary>
    /// Maps a network's tensor name to the name of its moving average; null if the file holds no averages of the network.
    /// </summary>
    /// <param name="file">a checkpoint</param>
    /// <param name="network">its name in the run</param>
    internal static Func<string, string>? AverageNames(TensorFile file, string network)
    {
        var prefix = $"{AveragePart}.{network}.";
        return file.Entries.Any(e => e.Name.StartsWith(prefix, StringComparison.Ordinal)) ? key => $"{prefix}{key}.average" : null;
    }

    /// <summary>The tensors of a model that a checkpoint stores, in file order.</summary>
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
