
namespace IlgpuGan.Models.Data;

/// <summary>The splits of a data set, by folder name.</summary>
internal static class DataSplits
{
    /// <summary>Most data sets that a message names.</summary>
    private const int MostNamed = 3;

    private static readonly string[] s_splits = ["val", "test", "train"];

    /// <summary>Endings of split folders: of pairs, of two sets, of label maps.</summary>
    private static readonly string[] s_endings = ["", "A", "_label"];

    /// <summary>Checks that a data set has a split.</summary>
    /// <exception cref="PictureException">it has no split of that name; the message names the existing ones</exception>
    public static void Require(string data, string split)
    {
        var folder = Path.Combine(data, split);
        if (!Directory.Exists(data) || Directory.Exists(folder) || Directory.Exists(folder + "A"))
        {
            return; // Other errors are reported when the pictures are listed.
        }

        string[] there = [.. In(data)];
        var further = there.Length > 0 ? $"--split can be {string.Join(" or ", there)}"
            : Elsewhere(Path.TrimEndingDirectorySeparator(data), place => In(place).Any());
        throw new PictureException($"{folder}: there is no such folder{(further is null ? "" : $"; {further}")}");
    }

    /// <summary>Where a data set is that was looked for in a folder: around a split of it, or one folder deeper.</summary>
    /// <param name="data">an existing folder</param>
    /// <param name="isSet">whether a folder is such a data set</param>
    /// <returns>a clause that says what to type; null if there is none</returns>
    public static string? Elsewhere(string data, Func<string, bool> isSet)
    {
        var name = Path.GetFileName(data);
        if (s_splits.Any(split => s_endings.Append("B").Any(ending => name == split + ending)))
        {
            var parent = Path.GetDirectoryName(data) is { Length: > 0 } above ? above : ".";
            return isSet(parent) ? $"{data} is a part of a data set, which is named as a whole: --data {ShellWord.Of(parent)}" : null;
        }

        string[] sets = [.. FolderWalk.FoldersIn(data).Select(folder => Path.Combine(data, folder)).Where(isSet)];
        return sets switch
        {
            [] => null,
            [var one] => $"the data set is one folder deeper: --data {ShellWord.Of(one)}",
            _ => $"data sets are one folder deeper: --data {string.Join(" or ", sets.Take(MostNamed).Select(ShellWord.Of))}",
        };
    }

    private static IEnumerable<string> In(string data) =>
        s_splits.Where(name => s_endings.Any(ending => Directory.Exists(Path.Combine(data, name + ending))));
}
