namespace IlgpuGan.Models.Experiments;

/// <summary>An earlier result of a claim, with other steps or another setting: a part of what was tried.</summary>
/// <param name="Steps">of training</param>
/// <param name="Seeds">in their order</param>
/// <param name="Setting">as the claim described it then</param>
/// <param name="Differences">with their gains, intervals and verdicts</param>
public sealed record ClaimTrial(
    int Steps, IReadOnlyList<ulong> Seeds, string Setting, IReadOnlyList<DifferenceResult> Differences)
{
    /// <inheritdoc cref="ClaimResult.Verdict"/>
    public ClaimVerdict Verdict => DifferenceResult.Together(Differences);
}
