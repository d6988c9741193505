namespace IlgpuGan.Models.Data;

/// <summary>The parts of a data set, by the names of their folders.</summary>
internal static class DataSplits
{
    private static readonly string[] s_splits = ["val", "test", "train"];

    /// <summary>Of pairs, two sets, and label maps.</summary>
    private static readonly string[] s_endings = ["", "A", "_label"];

    /// <summary>Checks that a data set has a split, whether of pairs or of two sets.</summary>
    /// <exception cref="DataException">it has none of that name; the message names those that it has</exception>
    public static void Require(string data, string split)
    {
        var folder = Path.Combine(data, split);
        if (!Directory.Exists(data) || Directory.Exists(folder) || Directory.Exists(folder + "A"))
        {
            return; // What else may be wrong is found, and named, where the pictures are listed.
        }

        string[] there = [.. s_splits.Where(name => s_endings.Any(ending => Directory.Exists(Path.Combine(data, name + ending))))];
        throw new DataException(
            $"{folder}: there is no such folder{(there.Length > 0 ? $"; --split can be {string.Join(" or ", there)}" : "")}");
    }
}
