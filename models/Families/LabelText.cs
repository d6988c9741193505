namespace IlgpuGan.Models.Families;

/// <summary>Labels as people write them, <c>ring</c> or <c>blue_roof,grey_wall</c>, and as networks read them.</summary>
public static class LabelText
{
    /// <summary>The word for a label vector of zeros.</summary>
    private const string NoLabel = "none";

    /// <summary>
    /// Places of a label vector: one behind the other those of all sets, and of several sets, one for each, which is 1 for the label's.
    /// </summary>
    public static int PlacesOf(IReadOnlyList<LabelSet> sets) => sets.Sum(set => set.Names.Count) + (sets.Count > 1 ? sets.Count : 0);

    /// <summary>
    /// The label vector that a text names; null where a name is of no set, names are of several, or more than there can be.
    /// </summary>
    /// <param name="sets">of which the label is one's</param>
    /// <param name="text">names separated by commas, or <c>none</c></param>
    public static float[]? Vector(IReadOnlyList<LabelSet> sets, string text)
    {
        string[] names = text == NoLabel && !sets.Any(set => Place(set, NoLabel) >= 0) ? [] : text.Split(
            ',', StringSplitOptions.TrimEntries);
        var own = sets.ToList().FindIndex(set => names.All(name => Place(set, name) >= 0) && (!set.Exclude || names.Length == 1));
        if (own < 0)
        {
            return null;
        }

        var label = new float[PlacesOf(sets)];
        var first = sets.Take(own).Sum(set => set.Names.Count);
        foreach (var name in names)
        {
            label[first + Place(sets[own], name)] = 1;
        }

        if (sets.Count > 1)
        {
            label[^(sets.Count - own)] = 1;
        }

        return label;
    }

    /// <summary>The possible labels, for messages.</summary>
    public static string Choices(IReadOnlyList<LabelSet> sets) => string.Join("; or ", sets.Select(set =>
    {
        var all = string.Join(", ", set.Names);
        return set.Exclude ? $"one of {all}" : $"any of {all}, separated by commas, or '{NoLabel}'";
    }));

    private static int Place(LabelSet set, string name) =>
        set.Names.ToList().FindIndex(label => label.Equals(name, StringComparison.OrdinalIgnoreCase));
}
