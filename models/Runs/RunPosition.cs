using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Runs;

/// <summary>The best evaluation of a run on held-out pictures so far.</summary>
public sealed record BestSoFar
{
    /// <summary>Name of the metric: <c>ssim</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>Best value so far.</summary>
    public required double Value { get; init; }

    /// <summary>Steps taken when it was reached.</summary>
    public required long Step { get; init; }

    /// <summary>Evaluations since then, without improvement.</summary>
    public required int Misses { get; init; }

    /// <summary>
    /// Whether the pictures were chosen from all over the held-out ones. Older builds took the first by name, and did not say so.
    /// </summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal bool IsSpread { get; init; }
}

/// <summary>What is still to be done after a step that was taken.</summary>
internal enum DueWork
{
    None,

    /// <summary>Checkpoints; an evaluation has been done.</summary>
    Checkpoints,

    /// <summary>Sample pictures, an evaluation and checkpoints.</summary>
    All,
}

/// <summary>
/// The progress of a run. Together with networks, optimisers and pools it is all that a resume needs: every random number is a function of
/// it.
/// </summary>
internal sealed record RunPosition
{
    /// <summary>Steps taken.</summary>
    public long Step { get; init; }

    /// <summary>Samples per epoch; with a different number, a resumed run would see different pictures.</summary>
    public int Samples { get; init; }

    /// <summary>Wall time of the training so far, through all resumes: steps, samples, evaluations and checkpoints.</summary>
    public double Seconds { get; init; }

    /// <summary>Processor time of the same, of all threads: what another program on the machine took is not in it.</summary>
    [JsonInclude]
    internal double ProcessorSeconds { get; init; }

    /// <summary>Sum of the quality losses in the epoch so far, for the plateau policy.</summary>
    public double EpochLossSum { get; init; }

    /// <summary>Steps of the epoch so far that reported quality losses.</summary>
    public long EpochLossCount { get; init; }

    /// <summary>Set, not initialised: the generated reader would leave null where a file has no such entry.</summary>
    public LearningRateSchedule.PlateauState Schedule { get; set; } = new(float.MaxValue, 0, 1);

    /// <summary>Null before the first evaluation, or without evaluations.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BestSoFar? Best { get; init; }

    /// <summary>A hash of the weights of the generator that the run imitates; null if it imitates none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Teacher { get; init; }

    /// <summary>A hash over names and lengths of the files that the run was started with; null if it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Data { get; init; }

    /// <summary>A hash over the labels or points that the run was started with; null if there are none, or if it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Labels { get; init; }

    /// <summary>Bits of the vectors in which the CPU computed the last step; null on other devices, and if it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Vectors { get; init; }

    /// <summary>Damaged files that the run leaves out; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LeftOutFile>? LeftOut { get; init; }

    /// <summary>Files over which the training ended, by their names within the data set; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Damaged { get; init; }

    /// <summary>
    /// What was not done after the last step, because something failed there or a stop was asked for; a training that goes on begins with
    /// it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DueWork Due { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, RunPositionContext.Default.RunPosition);

    /// <summary>Reads the output of <see cref="ToJson"/>; null if it says so.</summary>
    /// <exception cref="JsonException">the text is damaged</exception>
    internal static RunPosition? Parse(string json) => JsonSerializer.Deserialize(json, RunPositionContext.Default.RunPosition);

    /// <summary>Whether the values are possible; a damaged file may hold anything.</summary>
    internal bool IsValid =>
        Step >= 0 && Samples >= 0 && double.IsFinite(Seconds) && double.IsFinite(ProcessorSeconds)
        && double.IsFinite(EpochLossSum) && EpochLossCount >= 0 && Schedule is not null && Enum.IsDefined(Due)
        && LeftOut?.Any(f => f?.File is null || f.Reason is null) is not true && Damaged?.Contains(null!) is not true
        && (Best is null || (Best.Metric is not null && Best.Step >= 0 && Best.Step <= Step && Best.Misses >= 0));
}

/// <summary>Writes and reads positions without reflection, which trimmed and native programs lack.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RunPosition))]
internal sealed partial class RunPositionContext : JsonSerializerContext;
