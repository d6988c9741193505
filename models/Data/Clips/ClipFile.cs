namespace IlgpuGan.Models.Data.Clips;

/// <summary>File names of clips, and the formats in which clips are written.</summary>
internal static class ClipFile
{
    private static readonly string[] s_x264 = ["-c:v", "libx264", "-crf", "18", "-preset", "medium"];
    private static readonly string[] s_ofFilms = ["aac", "mp3", "ac3", "eac3", "alac"];

    private static readonly string[] s_fastStart = ["-movflags", "+faststart"];

    /// <summary>Output formats by extension. Sound and subtitles that the format holds are copied; others are encoded anew.</summary>
    private static readonly Dictionary<string, ClipFormat> s_written = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp4"] = new("mp4", s_x264, s_fastStart, [.. s_ofFilms, "opus"], "aac", ["mov_text"], "mov_text"),
        [".m4v"] = new("mp4", s_x264, s_fastStart, [.. s_ofFilms, "opus"], "aac", ["mov_text"], "mov_text"),
        [".mov"] = new("mov", s_x264, s_fastStart, [.. s_ofFilms, "pcm_s16le", "pcm_s24le"], "aac", ["mov_text"], "mov_text"),
        [".mkv"] = new(
            "matroska", s_x264, [], [.. s_ofFilms, "opus", "vorbis", "flac", "dts", "pcm_s16le", "pcm_s24le"], "aac",
            ["subrip", "ass", "ssa", "webvtt", "dvd_subtitle", "dvb_subtitle", "hdmv_pgs_subtitle"], "srt"),
        [".webm"] = new(
            "webm", ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-row-mt", "1"], [], ["opus", "vorbis"], "libopus", ["webvtt"],
            "webvtt"),
    };

    private static readonly string[] s_read =
        [.. s_written.Keys, ".avi", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv", ".3gp", ".ts", ".mts", ".m2ts"];

    /// <summary>Whether a file name has a clip's extension, ignoring case.</summary>
    public static bool HasClipName(string path) => s_read.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Path of a clip's translation: the output file, or the clip's name in an output folder.</summary>
    /// <param name="input">a clip</param>
    /// <param name="output">a clip file, or a folder</param>
    /// <exception cref="PictureException">
    /// clips can't be written with its extension, or the output is the input, or in a folder that is named a file beside the input
    /// </exception>
    public static string OutputFor(string input, string output)
    {
        var name = Path.GetFileName(input);
        var isNamed = !Directory.Exists(output) && Path.GetExtension(output).Length > 0;
        var path = isNamed ? output
            : Path.Combine(output, s_written.ContainsKey(Path.GetExtension(name)) ? name : Path.ChangeExtension(name, ".mp4"));
        _ = FormatOf(path);
        new Originals(input).RefuseOver(path);
        if (!isNamed)
        {
            Originals.RefuseBeside(input, path);
        }

        return path;
    }

    /// <exception cref="PictureException">clips can't be written with this extension</exception>
    internal static ClipFormat FormatOf(string path) => s_written.TryGetValue(Path.GetExtension(path), out var format)
        ? format
        : throw new PictureException(
            $"{path}: clips are written as {string.Join(", ", s_written.Keys)}, not '{Path.GetExtension(path).ToLowerInvariant()}'");

    /// <summary>A path that ffmpeg never interprets as an option or a URL.</summary>
    internal static string Address(string path) => "file:" + Path.GetFullPath(path);
}

/// <summary>Output format of a clip.</summary>
/// <param name="Muxer">ffmpeg's name of the format</param>
/// <param name="Pictures">ffmpeg's options for the frames</param>
/// <param name="Options">ffmpeg's options for the file</param>
/// <param name="KeptSound">audio codecs that the format supports</param>
/// <param name="Sound">ffmpeg's encoder for all other sound</param>
/// <param name="KeptTexts">codecs of subtitles that the format supports</param>
/// <param name="Texts">ffmpeg's encoder for all other subtitles that are texts</param>
internal sealed record ClipFormat(
    string Muxer, string[] Pictures, string[] Options, string[] KeptSound, string Sound, string[] KeptTexts, string Texts);
