using System.Text.Json.Nodes;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>What papers claim about families, to be tested against baselines: a file in <c>Papers</c> for each family.</summary>
internal static class ClaimCatalogue
{
    /// <summary>The claims about each family, by its name, in the order of the families.</summary>
    private static readonly Dictionary<string, IReadOnlyList<Claim>> s_families = Read();

    public static IReadOnlyList<Claim> All { get; } = [.. s_families.Values.SelectMany(claims => claims)];

    /// <summary>The entries of all files, by name.</summary>
    internal static IReadOnlyDictionary<string, JsonObject> Entries =>
        Files().SelectMany(f => f.Entries).ToDictionary(e => e.Key, e => e.Value!.AsObject());

    public static IReadOnlyList<Claim> Of(Family family) => s_families.GetValueOrDefault(family.Info.Name, []);

    /// <exception cref="OptionsException">there is no such claim; the message lists the known ones</exception>
    public static Claim Find(string name) => All.FirstOrDefault(c => c.Name == name)
        ?? throw new OptionsException($"there is no claim '{name}'; there are {string.Join(", ", All.Select(c => c.Name))}");

    private static Dictionary<string, IReadOnlyList<Claim>> Read()
    {
        var reader = new ClaimReader(Entries);
        return Files().ToDictionary(
            file => file.Family,
            file => (IReadOnlyList<Claim>)[.. file.Entries.Where(e => e.Value!["sentence"] is not null).Select(e => reader.Read(e.Key))]);
    }

    private static IEnumerable<(string Family, JsonObject Entries)> Files()
    {
        NoiseFamilies.Register();
        foreach (var family in FamilyCatalog.All.Select(f => f.Info.Name))
        {
            using var file = typeof(ClaimCatalogue).Assembly.GetManifestResourceStream($"{family}.json");
            if (file is not null)
            {
                yield return (family, JsonNode.Parse(file)!.AsObject());
            }
        }
    }
}
