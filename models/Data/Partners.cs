namespace IlgpuGan.Models.Data;

/// <summary>
/// The partners of one folder's pictures in another folder: those of the same names but for extensions, how accents are stored, and what
/// all names of a folder share (<c>x_labelIds.png</c> and <c>x_leftImg8bit.jpg</c>). Where no names agree, those at the same places in
/// name order.
/// </summary>
internal static class Partners
{
    /// <summary>Most files without a partner that a message names.</summary>
    private const int MostNamed = 5;

    /// <summary>The partner of each picture, in the order of the pictures. <see cref="PictureRemarks"/> hears of pairs by order.</summary>
    /// <param name="folder">folder that the names of the pictures are relative to</param>
    /// <param name="pictures">the pictures</param>
    /// <param name="others">the folder of the partners</param>
    /// <param name="mayHaveMore">whether there may be pictures among the others that are nobody's partner</param>
    /// <exception cref="PictureException">a picture has no partner or two; the message names it</exception>
    public static IReadOnlyList<string> Of(string folder, IReadOnlyList<string> pictures, PictureList others, bool mayHaveMore = false)
    {
        var named = PictureFolder.ByName(others);
        string[] keys = [.. named.Keys];
        string[] names = [.. pictures.Select(picture => PictureFolder.Composed(PictureFolder.NameIn(folder, picture)))];
        var (own, theirs) = BestForms(names, keys);
        var byForm = theirs.Zip(keys, (form, key) => (form, key)).ToDictionary(f => f.form, f => named[f.key], StringComparer.Ordinal);
        string[] lonely = [.. pictures.Where((_, i) => !byForm.ContainsKey(own[i]))];
        if (lonely.Length == pictures.Count)
        {
            if (pictures.Count != others.Pictures.Count)
            {
                throw new PictureException(
                    $"{others.Folder}: holds {Counted.Of(others.Pictures.Count, "picture")}, but {folder} {pictures.Count}, and no names " +
                        "agree; give pictures that belong together the same name");
            }

            PictureRemarks.Add(
                folder,
                $"no name in it is in {others.Folder}, so the i-th of one is taken with the i-th of the other, beginning with " +
                    $"{Path.GetFileName(pictures[0])} and {Path.GetFileName(others.Pictures[0])}");
            return others.Pictures;
        }

        var taken = own.ToHashSet(StringComparer.Ordinal);
        string[] unused = mayHaveMore ? [] : [.. byForm.Where(f => !taken.Contains(f.Key)).Select(f => f.Value).Order(PathOrder.Here)];
        return lonely.Length + unused.Length == 0
            ? [.. own.Select(name => byForm[name])]
            : throw new PictureException(string.Join("; ", Lacking(lonely, others.Folder).Concat(Lacking(unused, folder))));
    }

    /// <summary>The names of others, those of them that have a partner by its name.</summary>
    /// <param name="own">names of pictures; at least one</param>
    /// <param name="others">names of the pictures in the folder of the partners; at least one</param>
    public static string[] Renamed(string[] own, string[] others)
    {
        var (forms, theirs) = BestForms(own, others);
        var byForm = forms.Zip(own).DistinctBy(f => f.First).ToDictionary(f => f.First, f => f.Second, StringComparer.Ordinal);
        return Array.Exists(theirs, byForm.ContainsKey) ? [.. theirs.Select((form, i) => byForm.GetValueOrDefault(form, others[i]))]
            : own.Length == others.Length ? own // By order.
            : others;
    }

    private static IEnumerable<string> Lacking(string[] files, string folder)
    {
        if (files.Length > 0)
        {
            var more = files.Length - MostNamed;
            yield return $"{string.Join(", ", files.Take(MostNamed))}{(more > 0 ? $" and {Counted.Of(more, "other")}" : "")}: " +
                $"{(files.Length > 1 ? "have" : "has")} no partner of the same name in {folder}";
        }
    }

    /// <summary>The forms of both folders' names in which most of them agree; of equal ones those that are cut least.</summary>
    private static (string[] Own, string[] Theirs) BestForms(string[] own, string[] theirs)
    {
        var best = (Own: own, Theirs: theirs);
        var most = Agreeing(best.Own, best.Theirs);
        if (most == own.Length && most == theirs.Length)
        {
            return best;
        }

        List<string[]> others = [.. Forms(theirs)];
        foreach (var form in Forms(own))
        {
            foreach (var other in others)
            {
                var agreeing = Agreeing(form, other);
                (best, most) = agreeing > most ? ((form, other), agreeing) : (best, most);
            }
        }

        return best;
    }

    private static int Agreeing(string[] own, string[] theirs) => own.ToHashSet(StringComparer.Ordinal).Intersect(theirs).Count();

    /// <summary>
    /// The names, then without parts that all of them begin and end with: a beginning up to its last letter, an ending from one of its
    /// separators on. The folders before a name stay, or are cut off if they are those of all names.
    /// </summary>
    private static IEnumerable<string[]> Forms(string[] names)
    {
        var folder = names[0][..(names[0].LastIndexOf('/') + 1)];
        return folder.Length > 0 && Array.TrueForAll(names, name => name.LastIndexOf('/') + 1 == folder.Length && name.StartsWith(
            folder, StringComparison.Ordinal))
            ? FormsOf(names).Concat(FormsOf(Array.ConvertAll(names, name => name[folder.Length..])))
            : FormsOf(names);
    }

    private static IEnumerable<string[]> FormsOf(string[] names)
    {
        string[] stems = [.. names.Select(name => name[(name.LastIndexOf('/') + 1)..])];
        var shortest = stems.Min(stem => stem.Length);
        var start = Shared(shortest, i => Array.TrueForAll(stems, stem => stem[i] == stems[0][i]));
        start = stems[0][..start].TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']).Length;
        var end = Shared(shortest, i => Array.TrueForAll(stems, stem => stem[^(i + 1)] == stems[0][^(i + 1)]));
        int[] ends = [0, .. Enumerable.Range(1, end).Where(length => stems[0][^length] is '_' or '-' or '.' or ' ')];
        foreach (var first in new[] { 0, start }.Distinct())
        {
            foreach (var last in ends.Where(last => first + last < shortest))
            {
                string[] form = [.. names.Zip(stems, (name, stem) => name[..^stem.Length] + stem[first..^last])];
                if (form.Distinct(StringComparer.Ordinal).Count() == form.Length)
                {
                    yield return form;
                }
            }
        }

        static int Shared(int most, Func<int, bool> isShared) => Enumerable.Range(0, most).TakeWhile(isShared).Count();
    }
}
