using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// The frames of a clip, upright, as 8-bit RGB at a constant rate: if the clip's own rate varies, frames are repeated or dropped, so that
/// sound stays in sync.
/// </summary>
public sealed class ClipReader : IFrameSource
{
    private readonly FfmpegProcess _process;
    private int _read;

    private ClipReader(Ffmpeg ffmpeg, ClipInfo info)
    {
        (Ffmpeg, Info) = (ffmpeg, info);
        _process = FfmpegProcess.Start(ffmpeg.Program, info.File, Arguments(info));
        _process.CloseInput();
    }

    public ClipInfo Info { get; }

    public int? Count => Info.Frames;

    /// <summary>Errors that did not stop ffmpeg, such as a damaged frame; null if none.</summary>
    public string? Warning => _process.ErrorText;

    internal Ffmpeg Ffmpeg { get; }

    /// <exception cref="DataException">there is no ffmpeg, no such file, or no clip in it</exception>
    public static ClipReader Open(string file) => File.Exists(file)
        ? Open(Ffmpeg.Find(file), file)
        : throw new DataException($"{file}: there is no such file");

    /// <inheritdoc cref="Open(string)"/>
    internal static ClipReader Open(Ffmpeg ffmpeg, string file) => new(ffmpeg, ClipInfo.Read(ffmpeg, file));

    public Picture? Next()
    {
        var samples = new byte[3 * Info.Width * Info.Height];
        int count;
        try
        {
            count = _process.Output.ReadAtLeast(samples, samples.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new DataException($"{Info.File}: ffmpeg's frames can't be read: {e.Message}", e);
        }

        if (count == samples.Length)
        {
            _read++;
            return new Picture(new Image(Info.Width, Info.Height, 3, samples));
        }

        var reason = _process.Failure() ?? (count > 0 ? "the last frame is incomplete" : _read == 0 ? Warning ?? "there are none" : null);
        return reason is null ? null : throw new DataException($"{Info.File}: ffmpeg stopped after {Counted.Of(_read, "frame")}: {reason}");
    }

    /// <summary>Kills ffmpeg; a thread that waits for a frame wakes up.</summary>
    internal void Stop() => _process.Kill();

    public void Dispose() => _process.Dispose();

    /// <summary>If the frame size changes, frames are scaled to the first size, because raw frames in a pipe carry no size.</summary>
    private static string[] Arguments(ClipInfo info) =>
    [
        "-v", "error", "-nostdin", "-i", ClipFile.Address(info.File), "-map", $"0:{info.Stream}",
        "-vf", $"scale={info.Width}:{info.Height}:flags=bicubic+accurate_rnd+full_chroma_int",
        "-r", $"{info.Rate}", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1",
    ];
}
