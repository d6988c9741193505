using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Training;

/// <summary>
/// The training samples of a run, and the held-out samples for sample pictures and evaluation. Runs may share them: the damaged pictures
/// that one leaves out stay in them.
/// </summary>
/// <param name="Train">samples of the training steps</param>
/// <param name="HeldOut">
/// samples that are never trained on, without random crops or flips; if there are none, the training samples prepared that way
/// </param>
public sealed record RunData(SampleSource Train, SampleSource HeldOut)
{
    /// <summary>Samples of the training steps.</summary>
    public SampleSource Train { get; init; } = Train ?? throw new ArgumentNullException(nameof(Train));

    /// <summary>Samples that are never trained on; see <see cref="HasHeldOut"/>.</summary>
    public SampleSource HeldOut { get; init; } = HeldOut ?? throw new ArgumentNullException(nameof(HeldOut));

    /// <summary>Whether <see cref="HeldOut"/> really holds samples that are never trained on.</summary>
    public bool HasHeldOut { get; init; } = true;

    private static readonly string[] s_heldOutSplits = ["val", "test"];

    /// <summary>
    /// Opens the data set named in the options: <c>DATA/train…</c>, and <c>DATA/val…</c> or <c>DATA/test…</c> if it exists.
    /// </summary>
    /// <exception cref="PictureException">folders or pictures are missing</exception>
    public static RunData Open(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Open(FamilyCatalog.Of(options), options);
    }

    /// <inheritdoc cref="Open(TrainingOptions)"/>
    internal static RunData Open(Family family, TrainingOptions options)
    {
        RequireFolder(family, options);
        return WithHeldOut(family, options, WithAdvice(family, options, () => family.OpenData(options, "train")));
    }

    /// <summary>Options with what follows from the data set that they name, and that data set.</summary>
    /// <exception cref="PictureException">folders or pictures are missing</exception>
    /// <exception cref="OptionsException">options are invalid, or don't fit the data set</exception>
    internal static (TrainingOptions Options, RunData Data) Completed(Family family, TrainingOptions options)
    {
        RequireFolder(family, options);
        var (completed, train) = WithAdvice(family, options, () => family.OpenTraining(options));
        return (completed, WithHeldOut(family, completed, train));
    }

    private static RunData WithHeldOut(Family family, TrainingOptions options, SampleSource train)
    {
        var split = s_heldOutSplits.FirstOrDefault(name => family.HasSplit(options, name));
        return new RunData(train, family.OpenData(options, split ?? "train", forEvaluation: true)) { HasHeldOut = split is not null };
    }

    /// <summary>Opens training data; the message of what can't be opened says what is there instead.</summary>
    private static T WithAdvice<T>(Family family, TrainingOptions options, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (PictureException e) when (DataAdvice.For(family, options) is { } advice) // If the advice fails, the message stays.
        {
            throw new PictureException($"{e.Message.TrimEnd('.')}; {advice}", e) { File = e.File };
        }
    }

    /// <summary>Checks that the options name a data set and that it exists.</summary>
    /// <exception cref="PictureException">they don't</exception>
    private static void RequireFolder(Family family, TrainingOptions options)
    {
        if (options.Data.Length == 0)
        {
            throw new PictureException($"--data is missing: the folder of the data set, which holds {family.Info.Data}");
        }

        if (!Directory.Exists(options.Data) && !(family.Info.LearnsFromOneFile && File.Exists(options.Data)))
        {
            throw new PictureException($"{options.Data}: there is no such {(family.Info.LearnsFromOneFile ? "file or folder" : "folder")}");
        }
    }
}
