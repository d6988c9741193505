using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Experiments;

/// <summary>The claims of all families.</summary>
internal static class ClaimCatalogue
{
    public static IReadOnlyList<Claim> All { get; } = [.. FamilyCatalog.All.SelectMany(f => f.Claims)];

    /// <exception cref="OptionsException">there is no such claim; the message lists the known ones</exception>
    public static Claim Find(string name) => All.FirstOrDefault(c => c.Name == name)
        ?? throw new OptionsException($"there is no claim '{name}'; there are {string.Join(", ", All.Select(c => c.Name))}");
}
