using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Experiments;

/// <summary>The claims of all families that are small enough to be tried on a processor.</summary>
public static class ExperimentCatalogue
{
    public static IReadOnlyList<Experiment> All { get; } = [.. FamilyCatalog.All.SelectMany(f => f.Experiments)];

    /// <exception cref="OptionsException">there is no such experiment; the message lists what there is</exception>
    public static Experiment Find(string name) => All.FirstOrDefault(e => e.Name == name)
        ?? throw new OptionsException($"there is no experiment '{name}'; there are {string.Join(", ", All.Select(e => e.Name))}");
}
