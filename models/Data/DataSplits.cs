namespace IlgpuGan.Models.Data;

/// <summary>The splits of a data set, by folder name.</summary>
internal static class DataSplits
{
    private static readonly string[] s_splits = ["val", "test", "train"];

    /// <summary>Endings of split folders: of pairs, of two sets, of label maps.</summary>
    private static readonly string[] s_endings = ["", "A", "_label"];

    /// <summary>Checks that a data set has a split.</summary>
    /// <exception cref="DataException">it has no split of that name; the message names the existing ones</exception>
    public static void Require(string data, string split)
    {
        var folder = Path.Combine(data, split);
        if (!Directory.Exists(data) || Directory.Exists(folder) || Directory.Exists(folder + "A"))
        {
            return; // Other errors are reported when the pictures are listed.
        }

        string[] there = [.. s_splits.Where(name => s_endings.Any(ending => Directory.Exists(Path.Combine(data, name + ending))))];
        throw new DataException(
            $"{folder}: there is no such folder{(there.Length > 0 ? $"; --split can be {string.Join(" or ", there)}" : "")}");
    }
}
