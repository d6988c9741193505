using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.CycleGan;

/// <summary>
/// The claims of Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial networks", and of what such a
/// cycle hides, on the photographs and label maps of the CMP facades.
/// </summary>
internal static class CycleGanClaims
{
    public static IReadOnlyList<Claim> All { get; } = [];
}
