namespace IlgpuGan.Models.Training;

/// <summary>An option that differs between the run on disk and what is asked for now.</summary>
/// <param name="Name">its name on the command line, without dashes</param>
/// <param name="Stored">value that the run on disk has</param>
/// <param name="Asked">value that is asked for now</param>
/// <param name="MayChange">whether a run can go on with the new value</param>
public sealed record OptionDifference(string Name, string Stored, string Asked, bool MayChange)
{
    public override string ToString() => $"--{Name} is {Asked} but the run has {Stored}";
}

/// <summary>What may change when a run goes on: its length, where it runs, and how often it reports. All else decides its bits.</summary>
public static class OptionsComparison
{
    private static readonly HashSet<string> s_changeable =
    [
        "data", "epochs", "epochs-decay", "steps", "threads", "device", "eager", "save-epoch-freq", "save-steps", "keep-last", "sample-freq", "log-freq",
    ];

    public static IReadOnlyList<OptionDifference> DifferencesFrom(this TrainingOptions asked, TrainingOptions stored) =>
    [
        .. asked.ToEntries().Zip(stored.ToEntries())
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => new OptionDifference(pair.First.Key, pair.Second.Value, pair.First.Value, s_changeable.Contains(pair.First.Key))),
    ];

    /// <summary>Refuses to go on with options that would make the run another one.</summary>
    /// <exception cref="OptionsException">names each option that can't be changed</exception>
    public static void RequireResumable(this TrainingOptions asked, TrainingOptions stored)
    {
        var fixedOnes = asked.DifferencesFrom(stored).Where(d => !d.MayChange).ToList();
        if (fixedOnes.Count > 0)
        {
            throw new OptionsException($"a run goes on with the options it began with: {string.Join("; ", fixedOnes)}");
        }
    }
}
