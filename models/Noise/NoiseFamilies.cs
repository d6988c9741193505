namespace IlgpuGan.Models.Families;

/// <summary>The families that generate pictures from noise.</summary>
public static class NoiseFamilies
{
    /// <summary>
    /// Adds the families to <see cref="FamilyCatalog"/>: call it once, before anything else. A program that doesn't call it can't read
    /// their runs. Thread-safe; a second call changes nothing.
    /// </summary>
    public static void Register() => FamilyCatalog.Register(
    [
        new PlainGan.GanFamily(),
        new PlainGan.DcganFamily(),
        new PlainGan.WganFamily(),
        new PlainGan.WganGpFamily(),
        new LapGan.LapGanFamily(),
        new ProgressiveGan.ProgressiveGanFamily(),
        new Ebgan.EbganFamily(),
        new Began.BeganFamily(),
        new Gman.GmanFamily(),
        new MadGan.MadGanFamily(),
        new TripleGan.TripleGanFamily(),
        new StackGan.StackGanFamily(),
        new StackGanV2.StackGanV2Family(),
        new R3Gan.R3GanFamily(),
    ]);
}
