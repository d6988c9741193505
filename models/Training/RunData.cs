using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Training;

/// <summary>What a run learns from, and the pictures kept back to look at while it does.</summary>
/// <param name="Train">samples of the training steps</param>
/// <param name="HeldOut">samples never trained on, without crops or mirroring by chance; where there are none, the training samples so prepared</param>
public sealed record RunData(SampleSource Train, SampleSource HeldOut)
{
    private static readonly string[] s_heldOutSplits = ["val", "test"];
    private static readonly string[] s_splits = [.. s_heldOutSplits, "train"];

    /// <summary>The data set that options name: <c>DATA/train…</c>, and <c>DATA/val…</c> or <c>DATA/test…</c> if there is one.</summary>
    /// <exception cref="DataException">folders or pictures are missing</exception>
    public static RunData Open(TrainingOptions options)
    {
        var family = FamilyCatalog.Of(options);
        return Open(options, (split, forEvaluation) => family.OpenData(options, split, forEvaluation));
    }

    /// <summary>The same with another way to open a split.</summary>
    /// <param name="options">whose data</param>
    /// <param name="openSplit">by the split's name, and whether it is for evaluation</param>
    internal static RunData Open(TrainingOptions options, Func<string, bool, SampleSource> openSplit)
    {
        RequireFolder(options);
        var family = FamilyCatalog.Of(options);
        var train = openSplit("train", false);
        var split = s_heldOutSplits.FirstOrDefault(name => family.HasSplit(options, name));
        return new RunData(train, openSplit(split ?? "train", true));
    }

    /// <summary>Checks that options name a data set that is there.</summary>
    /// <exception cref="DataException">they don't</exception>
    internal static void RequireFolder(TrainingOptions options)
    {
        var family = FamilyCatalog.Of(options);
        if (options.Data.Length == 0)
        {
            throw new DataException($"--data is missing: the folder of the data set, which holds {family.Info.Data}");
        }

        if (!Directory.Exists(options.Data))
        {
            throw new DataException($"{options.Data}: there is no such folder");
        }
    }

    /// <summary>Checks that a data set has a split, whether of pairs or of two sets.</summary>
    /// <exception cref="DataException">it has none of that name; the message names those that it has</exception>
    internal static void RequireSplit(string data, string split)
    {
        var folder = Path.Combine(data, split);
        if (!Directory.Exists(data) || Directory.Exists(folder) || Directory.Exists(folder + "A"))
        {
            return; // What else may be wrong is found, and named, where the pictures are listed.
        }

        string[] there = [.. s_splits.Where(name => Directory.Exists(Path.Combine(data, name)) || Directory.Exists(Path.Combine(data, name + "A")))];
        throw new DataException($"{folder}: there is no such folder{(there.Length > 0 ? $"; --split can be {string.Join(" or ", there)}" : "")}");
    }
}
