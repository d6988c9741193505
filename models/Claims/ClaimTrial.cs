using System.Text.Json.Serialization;

namespace IlgpuGan.Claims;

/// <summary>An earlier result of a claim, with other steps or another setting.</summary>
/// <param name="Steps">training steps</param>
/// <param name="Seeds">the seeds in order</param>
/// <param name="Setting">setting of the claim at that time</param>
/// <param name="Differences">differences with gains, intervals and verdicts</param>
internal sealed record ClaimTrial(
    int Steps, IReadOnlyList<ulong> Seeds, string Setting, IReadOnlyList<DifferenceResult> Differences)
{
    /// <inheritdoc cref="ClaimResult.Conditions"/>
    [JsonInclude]
    internal IReadOnlyList<ConditionResult> Conditions { get; init; } = [];

    /// <inheritdoc cref="ClaimResult.Verdict"/>
    public ClaimVerdict Verdict => DifferenceResult.Together(Differences, Conditions);
}
