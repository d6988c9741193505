using IlgpuGan.Models.Training;

namespace IlgpuGan.Models.Data;

/// <summary>What a run learns from, and the pictures kept back to look at while it does.</summary>
/// <param name="Train">samples of the training steps</param>
/// <param name="HeldOut">samples never trained on, without crops or mirroring by chance; where there are none, the training samples so prepared</param>
public sealed record RunData(PairSource Train, PairSource HeldOut)
{
    private static readonly string[] s_heldOutSplits = ["val", "test"];
    private static readonly string[] s_splits = [.. s_heldOutSplits, "train"];

    /// <summary>The data set that options name: <c>DATA/train…</c>, and <c>DATA/val…</c> or <c>DATA/test…</c> if there is one.</summary>
    /// <exception cref="DataException">folders or pictures are missing</exception>
    public static RunData Open(TrainingOptions options)
    {
        if (options.Data.Length == 0)
        {
            throw new DataException("--data is missing: the folder of the data set, which holds train (pairs) or trainA and trainB");
        }

        if (!Directory.Exists(options.Data))
        {
            throw new DataException($"{options.Data}: there is no such folder");
        }

        var train = OpenSplit(options, "train");
        var split = s_heldOutSplits.FirstOrDefault(name => Exists(options, name));
        return new RunData(train, split is null ? OpenSplit(options, "train", forEvaluation: true) : OpenSplit(options, split, forEvaluation: true));
    }

    /// <summary>One split of a data set: aligned for pix2pix, unaligned for CycleGAN.</summary>
    /// <param name="forEvaluation">without chance: no mirroring, no random crops, in the order of names</param>
    public static PairSource OpenSplit(TrainingOptions options, string split, bool forEvaluation = false)
    {
        var settings = options.DataSettings();
        settings = forEvaluation ? settings.ForEvaluation() with { MaxSamples = 0 } : settings;
        var folder = Path.Combine(options.Data, split);
        return options.Model == ModelKind.Pix2Pix ? AlignedFolder.Open(folder, settings) : UnalignedFolder.Open(folder, settings);
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

    private static bool Exists(TrainingOptions options, string split)
    {
        var folder = Path.Combine(options.Data, split);
        return Directory.Exists(folder + "A") || (Directory.Exists(folder) && (options.Model == ModelKind.Pix2Pix || Directory.Exists(Path.Combine(folder, "A"))));
    }
}
