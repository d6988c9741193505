using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.Unsb;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Kim et al. 2024: a bridge is better than CUT and CycleGAN, and its later steps refine what the first one makes.
/// </summary>
internal static class UnsbClaim
{
    private const string Refinement = "refinement";

    private static readonly int[] s_fewer = [1, 3];

    public static Claim Night { get; } = CutClaim.Night with
    {
        Name = UnsbFamily.Name,
        Sentence = "A bridge of five steps makes better pictures of the other domain than its first step alone and than one generator " +
            "with a contrastive loss, trained on as many pictures.",
        Source = "Kim et al. 2024, horse to zebra: FID of UNSB 35.7, CUT 45.5, CycleGAN 77.2",
        Setting = CutClaim.Night.Setting + " A step of the bridge sees a second picture by day: it takes two steps where the others take " +
            "three. Refinement is by how much the patch distance falls from one step to five; a generator of one step has none.",
        Learnt = "Five steps refine what the first makes, from 55 to 47, and are far nearer than CycleGAN's 79; CUT's one step has 45. " +
            "Before, 1200 steps were few for five steps of translation.",
        Steps = 6000,
        Seeds = 3,
        FirstSeed = 11,
        Variants =
        [
            new("unsb", "UNSB", steps => [new ClaimPart("", UnsbOptions.Small() with { Steps = steps / 2 * 2 }) { SampleWeight = 3 }]),
            .. CutClaim.Night.Variants.Select(v => v with
            {
                Parts = steps => [.. v.Parts(steps / 2 * 3).Select(part => part with { SampleWeight = 2 })],
            }),
        ],
        Measures =
        [
            .. CutClaim.Night.Measures,
            new(Refinement, "how much smaller the patch distance is after five steps than after one", HigherIsBetter: true) { Digits = 1 },
            .. s_fewer.Select(n => new ClaimMeasure($"{CutClaim.Distance} {n}", $"difference after {Counted.Of(n, "step")}", false)),
            .. s_fewer.Select(n => new ClaimMeasure($"{CutClaim.Patches} {n}", $"patch distance after {Counted.Of(n, "step")}", false)
            {
                Digits = 1,
            }),
        ],
        Differences =
        [
            new("unsb", "cut", Refinement) { Least = 3 },
            new("unsb", "cut", CutClaim.Patches) { Least = 5 },
            new("unsb", "cyclegan", CutClaim.Patches) { IsApart = true },
            new("unsb", "cut", CutClaim.Distance) { IsApart = true },
        ],
        Judge = Judge,
    };

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var found = CutClaim.Night.Judge(variant);
        var values = new Dictionary<string, double>(found.Values);
        foreach (var steps in s_fewer)
        {
            var fewer = variant.Model is UnsbModel bridge
                ? CutClaim.Compared(variant, batch => bridge.Translate(batch.A, steps))
                : found.Values;
            (values[$"{CutClaim.Distance} {steps}"], values[$"{CutClaim.Patches} {steps}"]) =
                (fewer[CutClaim.Distance], fewer[CutClaim.Patches]);
        }

        values[Refinement] = values[$"{CutClaim.Patches} 1"] - values[CutClaim.Patches];
        return found with { Values = values };
    }
}
