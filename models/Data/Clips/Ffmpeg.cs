namespace IlgpuGan.Models.Data.Clips;

/// <summary>The programs that know the codecs of clips: raw frames go to and from them through pipes.</summary>
/// <param name="Program">path of <c>ffmpeg</c></param>
/// <param name="Probe">path of <c>ffprobe</c></param>
public sealed record Ffmpeg(string Program, string Probe)
{
    private const string Variable = "ILGPUGAN_FFMPEG";

    /// <summary>Those that the environment variable <c>ILGPUGAN_FFMPEG</c> names, or the first in the path.</summary>
    /// <param name="clip">that they are needed for; messages begin with it</param>
    /// <exception cref="DataException">they are not installed</exception>
    public static Ffmpeg Find(string clip) => Find(clip, Environment.GetEnvironmentVariable);

    /// <inheritdoc cref="Find(string)"/>
    /// <param name="clip">that they are needed for; messages begin with it</param>
    /// <param name="read">the value of an environment variable; null where there is none</param>
    internal static Ffmpeg Find(string clip, Func<string, string?> read)
    {
        if (read(Variable) is { Length: > 0 } named)
        {
            var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(named))!, Executable("ffprobe"));
            return new[] { named, beside }.FirstOrDefault(program => !File.Exists(program)) is { } missing
                ? throw new DataException($"{clip}: {Variable} is {named}, but there is no file {missing}")
                : new Ffmpeg(named, beside);
        }

        var folders = (read("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return InPath("ffmpeg") is { } program && InPath("ffprobe") is { } probe
            ? new Ffmpeg(program, probe)
            : throw new DataException($"{clip}: clips are read and written by ffmpeg, which is not installed; install it (ffprobe comes " +
                $"with it), or say in {Variable} where it is");

        string? InPath(string name) => folders.Select(folder => Path.Combine(folder, Executable(name))).FirstOrDefault(File.Exists);
    }

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;
}
