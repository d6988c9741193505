using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>What papers claim about families, to be tested against baselines.</summary>
internal static class ClaimCatalogue
{
    /// <summary>The claims about each family, by its name, in the order of the families.</summary>
    private static readonly (string Family, IReadOnlyList<Claim> Claims)[] s_families =
    [
        ("pix2pix", Pix2PixClaims.All),
        ("cyclegan", CycleGanClaims.All),
        ("discogan", [DiscoGanClaim.Modes]),
        ("dualgan", [DualGanClaim.Labels]),
        ("cut", [CutClaim.Night]),
        ("unsb", [UnsbClaim.Night]),
        ("singan", [SinGanClaim.Patches]),
        ("bicyclegan", [BicycleGanClaim.Answers]),
        ("bridge", [BridgeClaim.Pairwise]),
        ("stargan", [StarGanClaim.Domains]),
        ("pix2pixhd", [Pix2PixHdClaim.Photographs]),
        ("spade", [SpadeClaim.Labels]),
        ("lapgan", [LapGanClaim.Pyramid]),
        ("pggan", [ProgressiveGanClaim.Growing]),
        ("ebgan", [EbganClaim.Grid, EbganClaim.Pretraining]),
        ("began", [BeganClaim.Measure]),
        ("gman", [GmanClaim.Judges]),
        ("madgan", [MadGanClaim.Mixture]),
        ("triplegan", [TripleGanClaim.FewLabels]),
        ("stackgan", [StackGanClaim.Stages]),
        ("stackgan-v2", [StackGanV2Claim.Tree]),
        ("r3gan", [R3GanClaim.Modes]),
    ];

    public static IReadOnlyList<Claim> All { get; } = [.. s_families.SelectMany(f => f.Claims)];

    public static IReadOnlyList<Claim> Of(Family family) => s_families.FirstOrDefault(f => f.Family == family.Info.Name).Claims ?? [];

    /// <exception cref="OptionsException">there is no such claim; the message lists the known ones</exception>
    public static Claim Find(string name) => All.FirstOrDefault(c => c.Name == name)
        ?? throw new OptionsException($"there is no claim '{name}'; there are {string.Join(", ", All.Select(c => c.Name))}");
}
