namespace IlgpuGan.Models.Data.Labels;

/// <summary>The result of checking a data set of label maps: one line per split, and one message per unusable sample.</summary>
internal sealed record LabelReport(IReadOnlyList<string> Lines, IReadOnlyList<string> Problems);

/// <summary>Checks whether the folders of label maps, photographs and instance maps are consistent.</summary>
internal static class LabelCheck
{
    private const string Suffix = "_label";

    private static readonly DataSettings s_asStored = new() { Preprocess = PreprocessMode.None, SideMultiple = 1 };

    /// <summary>Reads all samples of a folder that holds <c>NAME_label</c> folders; null for another folder.</summary>
    public static LabelReport? Run(string folder)
    {
        string[] splits = Directory.Exists(folder)
            ? [.. FolderWalk.FoldersIn(folder).Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
                .Select(name => name[..^Suffix.Length])]
            : [];
        if (splits.Length == 0)
        {
            return null;
        }

        var (lines, problems) = (new List<string>(), new List<string>());
        IReadOnlyList<IndexColour> colours = [];
        foreach (var split in splits.OrderBy(name => name != "train")) // The palettes of the others are compared with it.
        {
            if (!LabelFolders.HaveMaps(folder, split) && (split != "train" || LabelSource.Exists(folder, split)))
            {
                lines.Add($"{split}{Suffix}: empty, as if it were not there");
                continue;
            }

            try
            {
                var source = LabelSource.OpenUncoded(folder, split, s_asStored);
                var coding = source.Coding;
                lines.Add(Invariant.Text(
                    $"{split}: {Counted.Of(source.Count, "label map")}, classes 0 to " +
                        $"{coding.Classes - 1}{(coding.HasUnknown ? " and unknown (255)" : "")}, {Instances(source)}"));
                problems.AddRange(DataCheck.Run(source).Select(p => p.Message));
                colours = LabelCoding.OneNumbering([.. colours, .. coding.IndexColours]);
            }
            catch (PictureException e)
            {
                problems.Add(e.Message);
            }
        }

        return new LabelReport(lines, problems);
    }

    private static string Instances(LabelSource source) =>
        source is LabelFolders { HasInstances: true } ? "with instance maps" : "without instance maps";
}
