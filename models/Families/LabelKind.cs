using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families;

/// <summary>What a picture's label is.</summary>
public enum LabelKind
{
    /// <summary>Attributes where the data have <c>attributes.csv</c>, else classes.</summary>
    Auto,

    /// <summary>Several at once, from <c>attributes.csv</c>.</summary>
    Attributes,

    /// <summary>One of several, each a folder.</summary>
    Classes,
}

/// <summary>Labels that a user asks for, held against those that a data set has.</summary>
internal static class AskedLabels
{
    /// <summary>What labels a folder has, and which of them are asked for, separated by commas.</summary>
    /// <param name="folder">the split of training</param>
    /// <param name="kind">what is asked for</param>
    /// <param name="asked">names separated by commas; empty for all that there are</param>
    /// <param name="option">that asks, for messages</param>
    /// <exception cref="DataException">there are none, or not these</exception>
    public static (LabelKind Kind, string Labels) In(string folder, LabelKind kind, string asked, string option)
    {
        var (areClasses, names) = LabelledPictures.Labels(folder, kind.AreClasses());
        var chosen = asked.Length > 0 ? asked.Split(',', StringSplitOptions.TrimEntries) : names;
        return chosen.FirstOrDefault(label => !names.Contains(label)) is { } missing
            ? throw new DataException(
                $"{folder}: has no {(areClasses ? "folder" : "attribute")} '{missing}' of {option}; it has {string.Join(", ", names)}")
            : (areClasses ? LabelKind.Classes : LabelKind.Attributes, string.Join(',', chosen));
    }

    /// <summary>Whether classes are asked for; null to look.</summary>
    public static bool? AreClasses(this LabelKind kind) => kind == LabelKind.Auto ? null : kind == LabelKind.Classes;
}
