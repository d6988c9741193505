namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// The installed <c>ffmpeg</c> and <c>ffprobe</c>, which decode and encode clips; raw frames are exchanged through pipes.
/// </summary>
/// <param name="Program">path of <c>ffmpeg</c></param>
/// <param name="Probe">path of <c>ffprobe</c></param>
internal sealed record Ffmpeg(string Program, string Probe)
{
    private const string Variable = "ILGPUGAN_FFMPEG";

    /// <summary>Largest accepted answer in bytes.</summary>
    private const int LargestAnswer = 1 << 24;

    /// <summary>Bytes of an ordinary answer, rounded up.</summary>
    private const int UsualAnswer = 1 << 14;

    /// <summary>How long a program that is asked may be silent.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Finds the programs: by the environment variable <c>ILGPUGAN_FFMPEG</c>, or the first in the path.</summary>
    /// <param name="clip">the clip; messages begin with its name</param>
    /// <param name="environment">returns the value of a variable, null if it is not set; null for the process's own variables</param>
    /// <exception cref="PictureException">they are not installed</exception>
    public static Ffmpeg Find(string clip, Func<string, string?>? environment = null)
    {
        var read = environment ?? Environment.GetEnvironmentVariable;
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

    /// <summary>Asks one of the programs, and waits until it exits.</summary>
    /// <param name="program">path of the program</param>
    /// <param name="clip">the clip; messages begin with its name</param>
    /// <param name="arguments">arguments of the program</param>
    /// <returns>its answer, null if that exceeds the limit; and the reason if it failed</returns>
    /// <exception cref="PictureException">it can't be started, or does not answer</exception>
    internal (string? Text, string? Failure) Answer(string program, string clip, string[] arguments)
    {
        using var process = FfmpegProcess.Start(program, clip, arguments);
        process.CloseInput();
        try
        {
            if (ReadAll(process.Output, Patience) is not { } text)
            {
                return (null, null);
            }

            process.End(Patience);
            return (text, process.Failure());
        }
        catch (TimeoutException e)
        {
            throw new PictureException(
                $"{clip}: {program} does not answer: it has been silent for {Patience.TotalSeconds:0} seconds; see whether the file's " +
                    "disk and that program work, and try again", e);
        }
    }

    /// <summary>Reads a program's whole answer; null if it exceeds the limit.</summary>
    /// <exception cref="TimeoutException">nothing came for longer than the patience</exception>
    internal static string? ReadAll(Stream output, TimeSpan patience)
    {
        var bytes = new byte[UsualAnswer];
        var count = 0;
        while (true)
        {
            var reading = output.ReadAsync(bytes.AsMemory(count)).AsTask();
            if (Task.WaitAny([reading], patience) < 0)
            {
                throw new TimeoutException();
            }

            var read = reading.GetAwaiter().GetResult();
            count += read;
            if (read == 0)
            {
                return Encoding.UTF8.GetString(bytes, 0, count);
            }

            if (count == LargestAnswer)
            {
                return null;
            }

            if (count == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(2 * count, LargestAnswer));
            }
        }
    }

    /// <summary>The words of each line of a list that ffmpeg prints.</summary>
    private IEnumerable<string[]> Columns(string clip, string list) => Answer(Program, clip, ["-v", "error", list]) is ({ } text, null)
        ? text.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        : [];

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;
}
