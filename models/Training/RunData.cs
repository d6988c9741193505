using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Training;

/// <summary>The training samples of a run, and the held-out samples for sample pictures and evaluation.</summary>
/// <param name="Train">samples of the training steps</param>
/// <param name="HeldOut">
/// samples that are never trained on, without random crops or flips; if there are none, the training samples prepared that way
/// </param>
public sealed record RunData(SampleSource Train, SampleSource HeldOut)
{
    /// <summary>Whether <see cref="HeldOut"/> really holds samples that are never trained on.</summary>
    public bool HasHeldOut { get; init; } = true;

    private static readonly string[] s_heldOutSplits = ["val", "test"];

    /// <summary>
    /// Opens the data set named in the options: <c>DATA/train…</c>, and <c>DATA/val…</c> or <c>DATA/test…</c> if it exists.
    /// </summary>
    /// <exception cref="DataException">folders or pictures are missing</exception>
    public static RunData Open(TrainingOptions options)
    {
        var family = FamilyCatalog.Of(options);
        return Open(options, (split, forEvaluation) => family.OpenData(options, split, forEvaluation));
    }

    /// <summary>The same with a given function to open a split.</summary>
    /// <param name="options">name the data set</param>
    /// <param name="openSplit">opens a split by its name; the flag is true for evaluation</param>
    internal static RunData Open(TrainingOptions options, Func<string, bool, SampleSource> openSplit)
    {
        RequireFolder(options);
        var family = FamilyCatalog.Of(options);
        var train = WithAdvice(options, () => openSplit("train", false));
        var split = s_heldOutSplits.FirstOrDefault(name => family.HasSplit(options, name));
        return new RunData(train, openSplit(split ?? "train", true)) { HasHeldOut = split is not null };
    }

    /// <summary>Options with what follows from the data set that they name.</summary>
    /// <exception cref="DataException">folders or pictures are missing</exception>
    /// <exception cref="OptionsException">options are invalid, or don't fit the data set</exception>
    internal static TrainingOptions Completed(TrainingOptions options)
    {
        RequireFolder(options);
        return WithAdvice(options, () => FamilyCatalog.Of(options).Completed(options)).Validated();
    }

    /// <summary>Opens training data; the message of what can't be opened says what is there instead.</summary>
    private static T WithAdvice<T>(TrainingOptions options, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (DataException e) when (DataAdvice.For(options) is { } advice) // A failure of the advice itself leaves the message as it is.
        {
            throw new DataException($"{e.Message.TrimEnd('.')}; {advice}", e) { File = e.File };
        }
    }

    /// <summary>Checks that the options name a data set and that it exists.</summary>
    /// <exception cref="DataException">they don't</exception>
    private static void RequireFolder(TrainingOptions options)
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
