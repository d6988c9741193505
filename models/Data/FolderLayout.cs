namespace IlgpuGan.Models.Data;

/// <summary>Detects the layout of a folder: class folders, an attribute table, or two sets or pairs in two folders.</summary>
internal static class FolderLayout
{
    private static readonly string[] s_splits = ["train", "val", "test"];

    /// <summary>Whether a picture's place in a data set may be that of a pair side by side: in a split, or in no folder.</summary>
    public static bool MayHoldPairs(string folder, string file) => PartsOf(folder, file) is [var first, .. var others]
        && (others.Length == 0 || (s_splits.Contains(first) && others[0] is not ("A" or "B")));

    /// <summary>
    /// A line for each split with pairs or single pictures, classes, attributes or two folders. <see cref="PictureRemarks"/> hears of what
    /// is of no class.
    /// </summary>
    /// <param name="folder">a data set, or one split of it</param>
    /// <param name="pictures">all pictures in it</param>
    /// <param name="problems">receives the problems that training would refuse</param>
    public static IEnumerable<string> Describe(string folder, IReadOnlyList<string> pictures, List<string> problems)
    {
        List<string>? learnt = null;
        foreach (var place in s_splits.Select(split => Path.Combine(folder, split)).Prepend(folder))
        {
            var own = pictures.Where(p => place == folder || PartsOf(folder, p)[0] == Path.GetFileName(place)).ToList();
            if (AttributeTable.IsIn(place) && Attributes(place, own, problems) is { } attributes)
            {
                yield return attributes;
            }

            if (Classes(place, own, problems) is { Count: > 1 } classes)
            {
                yield return $"{place}: {classes.Count} classes: {string.Join(", ", classes.Select(c => $"{c.Value} of {c.Key}"))}";
                var names = classes.ConvertAll(c => c.Key);
                learnt = place == folder || Path.GetFileName(place) == s_splits[0] ? names : learnt;
                LabelledPictures.RemarkOnOthers(place, names, learnt ?? names);
            }
            else if (Loose(folder, place, own) is { } loose)
            {
                yield return loose;
            }

            if (place != folder && TwoFolders(place, problems) is { } sets)
            {
                yield return sets;
            }
        }
    }

    /// <summary>
    /// How often each attribute is 1; null if the table can't be read. Rows without a picture and pictures without a row are problems.
    /// </summary>
    private static string? Attributes(string folder, List<string> pictures, List<string> problems)
    {
        var path = AttributeTable.PathIn(folder);
        try
        {
            var table = AttributeTable.Read(folder);
            var named = table.Rows.Select(r => Path.GetFullPath(r.File)).ToHashSet(StringComparer.Ordinal);
            problems.AddRange(table.Rows.Where(r => !Path.Exists(r.File)).Select(r => $"{path}: names {r.File}, which is not there"));
            problems.AddRange(pictures.Where(p => !named.Contains(Path.GetFullPath(p))).Select(p => $"{p}: has no row in {path}"));
            return $"{path}: {string.Join(", ", table.Names.Select((name, a) => $"{name} of {table.Rows.Count(r => r.Values[a] > 0)}"))}";
        }
        catch (PictureException problem)
        {
            problems.Add(problem.Message);
            return null;
        }
    }

    /// <summary>
    /// The class folders with their numbers of pictures: folders that are not splits, and several if there are pictures beside them;
    /// otherwise none. Empty folders are problems, unless pictures beside the folders say that these may be no classes.
    /// </summary>
    private static List<KeyValuePair<string, int>> Classes(string folder, List<string> pictures, List<string> problems)
    {
        var classes = pictures.CountBy(p => PartsOf(folder, p) is [var first, _, ..] ? first : "")
            .OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
        var loose = classes.RemoveAll(c => c.Key.Length == 0) > 0;
        if (classes.Count == 0 || classes.Any(c => IsSplit(c.Key)) || (loose && (classes.Count == 1 || AttributeTable.IsIn(folder))))
        {
            return [];
        }

        if (!loose)
        {
            var names = FolderWalk.FoldersIn(folder).Where(name => !IsSplit(name) && !PictureFile.HasLayersName(name));
            problems.AddRange(names.Except(classes.Select(c => c.Key))
                .Select(name => $"{Path.Combine(folder, name)}: holds no pictures; each class needs some"));
        }

        return classes;
    }

    /// <summary>Whether the pictures directly in a split, or in no folder at all, are pairs side by side; null if there are none.</summary>
    private static string? Loose(string folder, string place, List<string> pictures)
    {
        var loose = pictures.Count(p => PartsOf(place, p).Length == 1);
        if (loose == 0 || loose < pictures.Count || !pictures.TrueForAll(PictureFile.HasPictureName))
        {
            return null;
        }

        string what;
        try
        {
            what = AlignedFolder.Open(place).AreSinglePictures ? $"{Counted.Of(loose, "single picture")}, no pairs side by side"
                : $"{Counted.Of(loose, "picture")}, halved where a family learns from pairs side by side";
        }
        catch (PictureException)
        {
            return null; // Its files' own problems are named.
        }

        return $"{place}: {what}" + (place == folder && !IsSplit(Path.GetFileName(Path.GetFullPath(folder)))
            ? $"; training reads {Path.Combine(folder, "train")}: 'ilgpugan data split' makes train, val and test of a folder"
            : "");
    }

    /// <summary>Whether two folders <c>NAMEA</c> and <c>NAMEB</c> hold pairs or two sets; null if they don't exist.</summary>
    private static string? TwoFolders(string name, List<string> problems)
    {
        var (a, b) = (name + "A", name + "B");
        if (!Directory.Exists(a) && !Directory.Exists(b))
        {
            return null;
        }

        if (!name.EndsWith("train", StringComparison.Ordinal) && !PictureList.IsIn(a) && !PictureList.IsIn(b))
        {
            return $"{a} and {b}: empty, as if they were not there";
        }

        IReadOnlyList<string> inA, inB;
        try
        {
            (inA, inB) = (PictureList.Of(a).Pictures, PictureList.Of(b).Pictures);
        }
        catch (PictureException problem)
        {
            problems.Add(problem.Message);
            return null;
        }

        var sets = $"{a} and {b}: {inA.Count} and {Counted.Of(inB.Count, "picture")}";
        try
        {
            return AlignedFolder.OfTwo(a, b).Warning() ?? $"{sets}, pairs under equal names";
        }
        catch (PictureException problem)
        {
            return $"{sets}, no pairs: {problem.Message}";
        }
    }

    /// <summary>The names on the way from a folder to a file in it.</summary>
    private static string[] PartsOf(string folder, string file) => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar);

    private static bool IsSplit(string name) =>
        name is "A" or "B"
            || s_splits.Any(split => name == split || name == split + "A" || name == split + "B" || name.StartsWith(
                split + "_", StringComparison.Ordinal));
}
