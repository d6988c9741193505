using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>A matrix product of some channels at one place, for the filters of one phase.</summary>
/// <param name="Place">index of the element of a transformed tile</param>
/// <param name="Phase">index of the phase</param>
/// <param name="Channel">first channel in the Winograd domain</param>
/// <param name="Depth">number of channels</param>
/// <param name="IsFirst">true to overwrite the sums, false to accumulate</param>
/// <param name="Part">index among the phases that read these channels at this place</param>
/// <param name="Parts">number of these phases</param>
internal readonly record struct ChunkStep(int Place, int Phase, int Channel, int Depth, bool IsFirst, int Part, int Parts);

/// <summary>
/// The products of a chunk in order. Where a residue of the input or a phase of the output has fewer taps than others, as in 3 × 3 with
/// stride 2, it lacks the highest tap of the grid, and its transformed weight is zero at infinity, since that point depends on the highest
/// tap alone. These products are skipped: 15 of 64 in that example.
/// </summary>
internal sealed class ChunkSchedule
{
    /// <param name="blockDepth">most channels of a step</param>
    public ChunkSchedule(WinogradPlan plan, int blockDepth)
    {
        var steps = new List<ChunkStep>();
        var zeros = new List<(int Place, int Phase)>();
        for (var place = 0; place < plan.Places; place++)
        {
            var phases = Enumerable.Range(0, plan.Phases.Length)
                .Where(p => Enumerable.Range(0, plan.Residues).Any(r => Reads(plan, place, p, r))).ToArray();
            zeros.AddRange(Enumerable.Range(0, plan.Phases.Length).Except(phases).Select(p => (place, p)));
            var first = steps.Count;
            foreach (var (channel, end) in Runs(plan, place))
            {
                for (var block = channel; block < end; block += blockDepth)
                {
                    for (var i = 0; i < phases.Length; i++)
                    {
                        steps.Add(new ChunkStep(
                            place, phases[i], block, Math.Min(blockDepth, end - block), steps.Count < first + phases.Length, i,
                            phases.Length));
                    }
                }
            }
        }

        Steps = [.. steps];
        Zeros = [.. zeros];
    }

    public ChunkStep[] Steps { get; }

    /// <summary>Places at which a phase has no products: its sums there are zeros.</summary>
    public (int Place, int Phase)[] Zeros { get; }

    /// <summary>Multiply-adds per filter and tile in all phases.</summary>
    public long Depth => Steps.Sum(step => (long)step.Depth);

    /// <summary>
    /// True if a phase's transformed weight for a residue is not zero at a place; at infinity, if the highest row or column of its taps is
    /// not empty.
    /// </summary>
    private static bool Reads(WinogradPlan plan, int place, int phase, int residue)
    {
        var (row, column) = Math.DivRem(place, plan.Points);
        var last = plan.Taps - 1;
        var count = plan.Taps * plan.Taps;
        var taps = Enumerable.Range(0, count).Where(tap => plan.Phases[phase].WeightTaps[(residue * count) + tap] >= 0).ToArray();
        return taps.Length > 0
            && (row < plan.Points - 1 || taps.Any(tap => tap / plan.Taps == last))
            && (column < plan.Points - 1 || taps.Any(tap => tap % plan.Taps == last));
    }

    /// <summary>Channels that any phase reads at a place.</summary>
    private static List<(int First, int End)> Runs(WinogradPlan plan, int place)
    {
        var channels = plan.Correlation.Channels;
        var runs = new List<(int First, int End)>();
        for (var residue = 0; residue < plan.Residues; residue++)
        {
            if (!Enumerable.Range(0, plan.Phases.Length).Any(p => Reads(plan, place, p, residue)))
            {
                continue;
            }

            var first = residue * channels;
            if (runs.Count > 0 && runs[^1].End == first)
            {
                first = runs[^1].First;
                runs.RemoveAt(runs.Count - 1);
            }

            runs.Add((first, (residue + 1) * channels));
        }

        return runs;
    }
}
