namespace IlgpuGan.Cli.Terminal;

/// <summary>Times as people say them.</summary>
internal static class Durations
{
    public static string Rough(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes:00} min",
        { TotalMinutes: >= 1 } => $"{(int)time.TotalMinutes} min {time.Seconds:00} s",
        _ => $"{time.TotalSeconds:0} s",
    };
}
