namespace IlgpuGan.Models.Families;

/// <summary>The kind of a data set's labels.</summary>
public enum LabelKind
{
    /// <summary>Attributes where the data have <c>attributes.csv</c>, else classes.</summary>
    Auto,

    /// <summary>Several per picture, from <c>attributes.csv</c>.</summary>
    Attributes,

    /// <summary>One of several, each a folder.</summary>
    Classes,
}

/// <summary>Labels that a user requests, checked against those of a data set.</summary>
internal static class RequestedLabels
{
    /// <summary>The kind of a folder's labels, and the comma-separated selection of them.</summary>
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
