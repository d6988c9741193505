using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Families;

/// <summary>Converts labels as text, <c>ring</c> or <c>blue_roof,grey_wall</c>, to label vectors.</summary>
internal static class LabelText
{
    /// <summary>The word for a label vector of zeros.</summary>
    private const string NoLabel = "none";

    /// <summary>
    /// Length of a label vector: the labels of all sets, concatenated, and with several sets one more element per set, which is 1 for the
    /// label's own set.
    /// </summary>
    public static int PlacesOf(IReadOnlyList<LabelSet> sets) => sets.Sum(set => set.Names.Count) + (sets.Count > 1 ? sets.Count : 0);

    /// <summary>
    /// The label vector of a text; null if a name is in no set, the names are in different sets, or a set allows only one of them.
    /// </summary>
    /// <param name="sets">one of which has the label</param>
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

    /// <summary>An option, as typed, that puts a set's labels where another set has them; nothing if they stand there.</summary>
    /// <param name="option">that names the labels: <c>--labels</c></param>
    /// <param name="own">the set</param>
    /// <param name="other">the other set</param>
    public static IReadOnlyList<string> InOrderOf(string option, LabelSet own, LabelSet other)
    {
        var ordered = ClassOrder.Arranged(own.Names, other.Names, place => Place(own, other.Names[place]));
        return ordered.Take(own.Names.Count).SequenceEqual(own.Names) ? [] : [option, string.Join(',', ordered)];
    }

    private static int Place(LabelSet set, string name) =>
        set.Names.ToList().FindIndex(label => label.Equals(name, StringComparison.OrdinalIgnoreCase));
}
