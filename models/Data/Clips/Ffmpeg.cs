namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// The installed <c>ffmpeg</c> and <c>ffprobe</c>, which decode and encode clips; raw frames are exchanged through pipes.
/// </summary>
/// <param name="Program">path of <c>ffmpeg</c></param>
/// <param name="Probe">path of <c>ffprobe</c></param>
internal sealed record Ffmpeg(string Program, string Probe)
{
    private const string Variable = "ILGPUGAN_FFMPEG";

    /// <summary>Finds the programs: by the environment variable <c>ILGPUGAN_FFMPEG</c>, or the first in the path.</summary>
    /// <param name="clip">the clip; messages begin with its name</param>
    /// <exception cref="PictureException">they are not installed</exception>
    public static Ffmpeg Find(string clip) => Find(clip, Environment.GetEnvironmentVariable);

    /// <inheritdoc cref="Find(string)"/>
    /// <param name="clip">the clip; messages begin with its name</param>
    /// <param name="read">reads an environment variable; null if it is not set</param>
    internal static Ffmpeg Find(string clip, Func<string, string?> read)
    {
        if (read(Variable) is { Length: > 0 } named)
        {
            var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(named))!, Executable("ffprobe"));
            return new[] { named, beside }.FirstOrDefault(program => !File.Exists(program)) is { } missing
                ? throw new PictureException($"{clip}: {Variable} is {named}, but there is no file {missing}")
                : new Ffmpeg(Path.GetFullPath(named), beside);
        }

        var folders = (read("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return InPath("ffmpeg") is { } program && InPath("ffprobe") is { } probe
            ? new Ffmpeg(program, probe)
            : throw new PictureException($"{clip}: clips are read and written by ffmpeg, which is not installed; install it (ffprobe " +
                $"comes with it), or say in {Variable} where it is");

        string? InPath(string name) =>
            folders.Select(folder => Path.GetFullPath(Path.Combine(folder, Executable(name)))).FirstOrDefault(File.Exists);
    }

    /// <summary>Whether it has these filters.</summary>
    /// <exception cref="PictureException">it can't be started</exception>
    internal bool HasFilters(string clip, IEnumerable<string> names)
    {
        var filters = Columns(clip, "-filters").Select(line => line.ElementAtOrDefault(1)).ToHashSet();
        return names.All(filters.Contains);
    }

    /// <summary>The codecs that it decodes.</summary>
    /// <exception cref="PictureException">it can't be started</exception>
    internal string[] Decoded(string clip) =>
        [.. Columns(clip, "-codecs").Where(line => line is [['D', ..], _, ..]).Select(line => line[1])];

    /// <summary>The names of its encoders.</summary>
    /// <exception cref="PictureException">it can't be started</exception>
    internal string[] Encoders(string clip) => [.. Columns(clip, "-encoders").Where(line => line.Length > 1).Select(line => line[1])];

    /// <summary>The words of each line of a list that ffmpeg prints.</summary>
    private IEnumerable<string[]> Columns(string clip, string list)
    {
        using var process = FfmpegProcess.Start(Program, clip, ["-v", "error", list]);
        process.CloseInput();
        var text = ClipInfo.ReadAll(process.Output) ?? "";
        return process.Failure() is null ? text.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : [];
    }

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;
}
