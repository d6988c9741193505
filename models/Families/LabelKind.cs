namespace IlgpuGan.Models.Families;

/// <summary>The kind of a data set's labels.</summary>
public enum LabelKind
{
    /// <summary>Attributes if the data set has <c>attributes.csv</c>, else classes.</summary>
    Auto,

    /// <summary>Several per picture, from <c>attributes.csv</c>.</summary>
    Attributes,

    /// <summary>One per picture, each class a folder.</summary>
    Classes,
}

/// <summary>Labels that a user requests, checked against those of a data set.</summary>
internal static class RequestedLabels
{
    /// <summary>The kind of a folder's labels, and the comma-separated selection of them.</summary>
    /// <param name="folder">the training split</param>
    /// <param name="kind">the requested kind</param>
    /// <param name="requested">names separated by commas; empty for all labels</param>
    /// <param name="option">name of the option that requests them, for messages</param>
    /// <exception cref="PictureException">the folder has no labels, or lacks a requested one</exception>
    public static (LabelKind Kind, string Labels) In(string folder, LabelKind kind, string requested, string option)
    {
        var (areClasses, names) = LabelledPictures.Labels(folder, kind.AreClasses());
        var chosen = requested.Length > 0 ? requested.Split(',', StringSplitOptions.TrimEntries) : names;
        return chosen.FirstOrDefault(label => !names.Contains(label)) is { } missing
            ? throw new PictureException(
                $"{folder}: has no {(areClasses ? "folder" : "attribute")} '{missing}' of {option}; it has {string.Join(", ", names)}")
            : (areClasses ? LabelKind.Classes : LabelKind.Attributes, string.Join(',', chosen));
    }

    /// <summary>Whether labels are classes; null to find out from the data.</summary>
    public static bool? AreClasses(this LabelKind kind) => kind == LabelKind.Auto ? null : kind == LabelKind.Classes;
}
