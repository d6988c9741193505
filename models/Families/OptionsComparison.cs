namespace IlgpuGan.Models.Families;

/// <summary>An option that differs between the run on disk and the request.</summary>
/// <param name="Name">its name on the command line, without dashes</param>
/// <param name="Stored">value in the run on disk</param>
/// <param name="Asked">requested value</param>
/// <param name="MayChange">whether a run can be resumed with the new value</param>
internal sealed record OptionDifference(string Name, string Stored, string Asked, bool MayChange)
{
    public override string ToString() => $"--{Name} is {Asked} but the run has {Stored}";
}

/// <summary>
/// The options that may change when a run is resumed: the path of its data, and those marked with <see cref="OptionAttribute.MayChange"/>,
/// such as its length, its device, and how often it reports. All others determine its bits. Of these, some may become a value with which
/// any device can go on (<see cref="OptionAttribute.MayBecome"/>).
/// </summary>
internal static class OptionsComparison
{
    /// <exception cref="OptionsException">the two are of different families</exception>
    public static IReadOnlyList<OptionDifference> DifferencesFrom(this TrainingOptions asked, TrainingOptions stored)
    {
        if (asked.GetType() != stored.GetType())
        {
            throw new OptionsException($"the run is of {stored.Model}, not of {asked.Model}");
        }

        return
        [
            .. OptionDescription.Of(asked.GetType()).Where(o => !Equals(o.Get(asked), o.Get(stored)))
                .Select(o => new OptionDifference(
                    o.Name, OptionsJson.TextOf(o.Get(stored)), OptionsJson.TextOf(o.Get(asked)),
                    o.IsData || o.Attribute is { MayChange: true } || o.Attribute?.MayBecome?.Equals(o.Get(asked)) == true)),
        ];
    }

    /// <summary>Throws if an option differs that can't be changed when a run is resumed.</summary>
    /// <exception cref="OptionsException">names each option that can't be changed</exception>
    public static void RequireResumable(this TrainingOptions asked, TrainingOptions stored)
    {
        var fixedOnes = asked.DifferencesFrom(stored).Where(d => !d.MayChange).ToList();
        if (fixedOnes.Count > 0)
        {
            throw new OptionsException($"these options can't be changed when a run is resumed: {string.Join("; ", fixedOnes)}");
        }
    }
}
