using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Training;

/// <summary>What a message adds about a data set that a family can't open: what was found instead, and what to type.</summary>
internal static class DataAdvice
{
    /// <returns>a clause; null if nothing helpful was found</returns>
    public static string? For(Family family, TrainingOptions options)
    {
        var data = Path.TrimEndingDirectorySeparator(options.Data);
        return family.Info.LearnsFromOneFile ? null
            : Unpaired(family.Info, data)
            ?? (IsSet(family, options) ? null // The set is there, and the message says what is wrong with it.
                : DataSplits.Elsewhere(data, folder => IsSet(family, options with { Data = folder }))
                ?? Pairs(family.Info, data) ?? TwoFolders(family.Info, data) ?? NoFolders(family.Info, data));
    }

    private static bool IsSet(Family family, TrainingOptions options) => family.HasSplit(options, "train");

    /// <summary>Two sets, for a family that learns from pairs.</summary>
    private static string? Unpaired(FamilyInfo family, string data)
    {
        var (trainA, trainB) = (Path.Combine(data, "trainA"), Path.Combine(data, "trainB"));
        var (a, b) = (Names(trainA), Names(trainB));
        return family.LearnsFromPairs && a.Count > 0 && b.Count > 0 && !a.Overlaps(b)
            ? $"{trainA} and {trainB} are two sets without pairs: 'ilgpugan train {FirstFor(DataSituation.TwoSets).Info.Name}' learns " +
                "from such data"
            : null;
    }

    /// <summary>Pictures in one folder, here or nearby, for a family that learns from two sets.</summary>
    private static string? Pairs(FamilyInfo family, string data)
    {
        if (family.LearnsFrom != DataKind.TwoSets)
        {
            return null;
        }

        var other = FirstFor(DataSituation.Pairs);
        var train = Path.Combine(data, "train");
        var found = Names(train).Count is > 0 and var count ? $"{train} holds {Counted.Of(count, "picture")}"
            : DataSplits.Elsewhere(data, folder => IsSet(other, other.Defaults() with { Data = folder }));
        return found is null ? null : $"{found}; if these are pairs side by side, 'ilgpugan train {other.Info.Name}' learns from such data";
    }

    private static Family FirstFor(DataSituation situation) => FamilyCatalog.All.First(f => f.Info.FirstChoiceFor == situation);

    /// <summary>Two folders of pictures under other names.</summary>
    private static string? TwoFolders(FamilyInfo family, string data)
    {
        string[] folders = [.. FolderWalk.FoldersIn(data).Select(name => Path.Combine(data, name)).Where(PictureList.IsIn)];
        return folders is not [var a, var b] ? null : family.LearnsFrom switch
        {
            DataKind.Pairs => $"{a} and {b} hold pictures: {Making(data, "-pairs", made =>
                ["data", "combine", "--a", a, "--b", b, "--out", Path.Combine(made, "train")])}",
            DataKind.TwoSets => $"{a} and {b} hold pictures: if these are the two sets, name them {Path.Combine(data, "trainA")} and " +
                Path.Combine(data, "trainB"),
            _ => null,
        };
    }

    /// <summary>Pictures that lie in the folder itself.</summary>
    private static string? NoFolders(FamilyInfo family, string data)
    {
        if (Names(data).Count is not (> 0 and var count))
        {
            return null;
        }

        var split = Making(data, "-split", made => ["data", "split", "--data", data, "--out", made]);
        var advice = family.LearnsFrom != DataKind.TwoSets ? split
            : $"{family.Name} learns from two sets, {Path.Combine(data, "trainA")} and {Path.Combine(data, "trainB")}" +
                (AlignedFolder.Open(data).AreSinglePictures ? "" : "; if these are pairs side by side, " +
                    $"'ilgpugan train {FirstFor(DataSituation.Pairs).Info.Name}' learns from such data: {split}");
        return $"{data} itself holds {Counted.Of(count, "picture")}: {advice}";
    }

    /// <summary>The command that makes a data set beside a folder, and how to train on it.</summary>
    private static string Making(string data, string ending, Func<string, IEnumerable<string>> words)
    {
        var full = Path.GetFullPath(data);
        var made = Path.GetFileName(data) == Path.GetFileName(full) ? data + ending : full + ending;
        return $"make a data set of them and train with --data {ShellWord.Of(made)}: {ShellWord.Words(["ilgpugan", .. words(made)])}";
    }

    /// <summary>The names of the pictures directly in a folder, without their extensions; empty if there is no such folder.</summary>
    private static HashSet<string> Names(string folder) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder).Where(PictureFile.HasPictureName).Select(file => Path.GetFileNameWithoutExtension(file))];
}
