using System.Text.Json;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Experiments;

/// <summary>An earlier result of a claim, with other steps, seeds or another setting: a part of what was tried.</summary>
/// <param name="Steps">of training</param>
/// <param name="Seeds">in their order</param>
/// <param name="Setting">as the claim described it then</param>
/// <param name="Differences">with their gains, intervals and verdicts</param>
public sealed record ClaimTrial(
    int Steps, IReadOnlyList<ulong> Seeds, string Setting, IReadOnlyList<DifferenceResult> Differences)
{
    private static readonly JsonSerializerOptions s_strict =
        new(ClaimResult.Json) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <inheritdoc cref="ClaimResult.Verdict"/>
    public ClaimVerdict Verdict => DifferenceResult.Together(Differences);

    /// <summary>Reads the result in an experiment's folder, behind what was tried before it.</summary>
    /// <param name="place">a folder with <c>table.json</c>, or such a file under another name</param>
    /// <param name="family">whose claim it must be</param>
    /// <param name="claim">which must have all its measures</param>
    /// <exception cref="RunException">there is no result, it is damaged, or it is that of another claim</exception>
    internal static IReadOnlyList<ClaimTrial> Read(string place, string family, Claim claim)
    {
        var file = Directory.Exists(place) ? Path.Combine(place, ExperimentRunner.JsonName) : place;
        if (!File.Exists(file))
        {
            throw new RunException($"{place}: holds no result of an experiment");
        }

        var stored = Parsed(file);
        if (stored.Family != family)
        {
            throw new RunException($"{file}: is a result of {stored.Family}, not of {family}");
        }

        List<ClaimTrial> trials = [.. stored.Tried ?? [], new(stored.Steps, stored.Seeds, stored.Setting, stored.Differences)];
        var foreign = trials.SelectMany(t => t.Differences).FirstOrDefault(d => claim.Measures.All(m => m.Name != d.Measure));
        return foreign is null
            ? trials
            : throw new RunException($"{file}: compares by '{foreign.Measure}', which the claim of {family} does not measure");
    }

    /// <summary>Whether two of them differ in nothing but their results.</summary>
    internal bool IsLike(ClaimTrial other) => Steps == other.Steps && Seeds.SequenceEqual(other.Seeds) && Setting == other.Setting;

    private static Stored Parsed(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(File.ReadAllText(file), s_strict) is { Seeds.Count: > 0, Differences.Count: > 0 } read
                ? read
                : throw new RunException($"{file}: is not the result of a claim, or is damaged");
        }
        catch (JsonException e)
        {
            throw new RunException($"{file}: is not the result of a claim, or is damaged", e);
        }
    }

    /// <summary>What is read of <see cref="ClaimResult.ToJson"/>.</summary>
    private sealed record Stored(
        string Family, int Steps, IReadOnlyList<ulong> Seeds, string Setting, IReadOnlyList<DifferenceResult> Differences,
        IReadOnlyList<ClaimTrial>? Tried = null);
}
