using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Training;

/// <summary>What a run learns from, and the pictures kept back to look at while it does.</summary>
/// <param name="Train">samples of the training steps</param>
/// <param name="HeldOut">
/// samples never trained on, without crops or mirroring by chance; where there are none, the training samples so prepared
/// </param>
public sealed record RunData(SampleSource Train, SampleSource HeldOut)
{
    /// <summary>Whether <see cref="HeldOut"/> are pictures never trained on.</summary>
    public bool HasHeldOut { get; init; } = true;

    private static readonly string[] s_heldOutSplits = ["val", "test"];

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
        return new RunData(train, openSplit(split ?? "train", true)) { HasHeldOut = split is not null };
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

        if (!Directory.Exists(options.Data) && !(family.Info.LearnsFromOneFile && File.Exists(options.Data)))
        {
            throw new DataException($"{options.Data}: there is no such {(family.Info.LearnsFromOneFile ? "file or folder" : "folder")}");
        }
    }
}
