using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// The frames of a clip, upright, as 8-bit RGB of BT.709 at a constant rate: if the clip's own rate varies, frames are repeated, or left
/// out where it is too high, so that sound stays in sync. HDR and wide colours are converted if ffmpeg can, and fields are joined.
/// </summary>
internal sealed class ClipReader : IFrameSource
{
    /// <summary>Frames that may be missing, as headers are not exact: this part of all, and so many.</summary>
    private const double Inexact = 0.05;
    private const int Few = 2;

    private readonly FfmpegProcess _process;
    private int _read;

    private ClipReader(Ffmpeg ffmpeg, ClipInfo info)
    {
        (Ffmpeg, Info) = (ffmpeg, info);
        var converts = info.Colours.Needed.Count > 0 && ffmpeg.HasFilters(info.File, info.Colours.Needed);
        foreach (var remark in Remarks(info, converts))
        {
            PictureRemarks.Add(info.File, remark);
        }

        _process = FfmpegProcess.Start(ffmpeg.Program, info.File, Arguments(info, converts));
        _process.CloseInput();
    }

    public ClipInfo Info { get; }

    public int? Count => Info.Frames;

    /// <summary>Errors that did not stop ffmpeg, such as a damaged frame; null if none.</summary>
    public string? Warning => _process.ErrorText;

    /// <summary>What is missing at the end, which is known after the last frame; null if nothing.</summary>
    public string? Shortage { get; private set; }

    internal Ffmpeg Ffmpeg { get; }

    /// <exception cref="PictureException">there is no ffmpeg, no such file, or no clip in it</exception>
    public static ClipReader Open(string file) => File.Exists(file)
        ? Open(Ffmpeg.Find(file), file)
        : throw new PictureException($"{file}: there is no such file");

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
            throw new PictureException($"{Info.File}: ffmpeg's frames can't be read: {e.Message}", e);
        }

        if (count == samples.Length)
        {
            _read++;
            return new Picture(new Image(Info.Width, Info.Height, 3, samples));
        }

        var reason = _process.Failure() ?? (count > 0 ? "the last frame is incomplete" : _read == 0 ? Warning ?? "there are none" : null);
        PictureException.ThrowIf(reason is not null, $"{Info.File}: ffmpeg stopped after {Counted.Of(_read, "frame")}: {reason}");

        if (IsCutOff())
        {
            Shortage = $"only {_read} of about {Info.Frames} frames could be read: the clip is damaged or cut off, and the result ends " +
                "where they end";
        }

        foreach (var remark in RemarksAtEnd())
        {
            PictureRemarks.Add(Info.File, remark);
        }

        return null;
    }

    /// <summary>What the header did not say of the frames' times and sizes.</summary>
    private IEnumerable<string> RemarksAtEnd()
    {
        var rate = Info.Rate.PerSecond.ToString("0.##", CultureInfo.InvariantCulture);
        if (Info.KeepsFrames && _process.LeftOut > 0)
        {
            yield return $"{Counted.Of(_process.LeftOut, "frame")} of it had to be left out, being closer together than {rate} a second";
        }

        if (_process.HasPrinted)
        {
            yield return $"the size of its frames changes: those of other sizes are scaled into {Info.Width}x{Info.Height} pixels, with " +
                "black borders where their shape is another";
        }

        // One or two are repeated where times are rounded, or sound begins first; of a clip that is cut off, those that are damaged.
        if (!Info.IsVariable && Shortage is null && _process.Repeated > Math.Max(Few, _read / 100))
        {
            yield return $"its frame rate varies; the result has a constant {rate} frames a second, of which " +
                $"{Counted.Of(_process.Repeated, "frame")} had to be repeated";
        }
    }

    /// <summary>
    /// Whether the clip ends before its header says. Where the header counts the stored frames and as many were read, it does not: the last
    /// one may be shown for long. Otherwise the packets decide: sound may go on after the pictures, the clock may jump, and an edit list
    /// may hide frames that are stored.
    /// </summary>
    private bool IsCutOff()
    {
        const double most = 1 - Inexact;
        var read = _read - _process.Repeated + _process.LeftOut;
        if (Info.Frames is not { } frames || _read >= frames - Math.Max(Few, Inexact * frames)
            || (Info.Stored is { } stored ? read >= most * stored : Info.WarnsOfItsEnd && Warning is null))
        {
            return false;
        }

        var (end, shown) = Packets();
        return end < most * frames / Info.Rate.PerSecond || (Info.Stored is not null && (shown == 0 || read < most * shown));
    }

    /// <summary>
    /// Seconds until the end of the last packet of all tracks, null if unknown; and the number of frames that are to be shown, 0 if
    /// unknown.
    /// </summary>
    private (double? End, int Shown) Packets()
    {
        var (text, _) = Ffmpeg.Answer(
            Ffmpeg.Probe, Info.File,
            [
                "-v", "error", "-show_entries", "packet=stream_index,pts_time,duration_time,flags", "-of", "csv=p=0",
                "-i", ClipFile.Address(Info.File),
            ]);
        string[][] packets = [.. (text ?? "").Split('\n').Select(line => line.Split(',')).Where(packet => packet.Length >= 4)];
        return (
            packets.Max(packet => SecondsOf(packet[1]) + (SecondsOf(packet[2]) ?? 0)),
            packets.Count(packet => packet[0] == Invariant.Text($"{Info.Stream}") && !packet[3].Contains('D', StringComparison.Ordinal)));

        static double? SecondsOf(string? text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
    }

    /// <summary>Kills ffmpeg; a thread that waits for a frame wakes up.</summary>
    internal void Stop() => _process.Kill();

    public void Dispose() => _process.Dispose();

    /// <summary>
    /// If the frame size changes, frames are scaled into the first size, because raw frames in a pipe carry no size, and keep their shape
    /// as it is shown. The sizes that such frames get are printed as errors, since ffmpeg itself does not tell of the change.
    /// </summary>
    private static string[] Arguments(ClipInfo info, bool converts)
    {
        var matrix = converts ? "auto" : info.Colours.MatrixFor(info.Width, info.Height);
        var (width, height, pixel) = (info.Width, info.Height, info.PixelAspect?.Replace(':', '/') ?? "1");
        var isFirst = $"eq(iw,{width})*eq(ih,{height})";
        return
        [
            "-v", "repeat+error", "-nostdin", "-progress", "pipe:2", "-i", ClipFile.Address(info.File), "-map", $"0:{info.Stream}",
            "-vf", $"{(info.IsInterlaced ? "yadif," : "")}" +
                $"{(converts ? info.Colours.Conversion(width, height) : "")}" +
                $"scale='if({isFirst},{width},print(min({width},ceil({height}*dar/({pixel}))),16))'" +
                $":'if({isFirst},{height},min({height},ceil({width}*({pixel})/dar)))'" +
                $":flags=bicubic+accurate_rnd+full_chroma_int:in_color_matrix={matrix},format=rgb24" +
                $",pad={width}:{height}:(ow-iw)/2:(oh-ih)/2",
            "-r", $"{info.Rate}", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1",
        ];
    }

    private static IEnumerable<string> Remarks(ClipInfo info, bool converts)
    {
        var colours = info.Colours;
        if (colours.Hdr is { } kind)
        {
            yield return converts
                ? $"it is HDR ({kind}): its colours are converted to BT.709, and light above white is compressed"
                : $"it is HDR ({kind}), which this ffmpeg can't convert, as it lacks the filters zscale and tonemap: its colours are " +
                    "taken for ordinary ones and come out grey and pale; convert the clip to SDR first, or install an ffmpeg that has them";
        }
        else if (colours.IsWide)
        {
            yield return converts
                ? $"its wide colours ({colours.Primaries}) are converted to BT.709"
                : $"its wide colours ({colours.Primaries}) are taken for those of BT.709 and come out pale, since this ffmpeg lacks the " +
                    "filter zscale";
        }

        if (colours.Odd is { } odd && !(converts && colours.Hdr is not null))
        {
            yield return converts
                ? $"its colours, which are stored as {odd}, are converted to BT.709"
                : $"its colours are stored as {odd}, which this ffmpeg can't convert, as it lacks the filter zscale: they come out " +
                    "wrong; convert the clip first, or install an ffmpeg that has it";
        }

        if (colours.Bits > 8)
        {
            yield return $"its {colours.Bits} bits a channel become 8";
        }

        if (colours.HasAlpha)
        {
            yield return "its transparency is lost";
        }

        if (info.IsInterlaced)
        {
            yield return "it is interlaced: its fields are joined to whole frames, and the result is not interlaced";
        }

        if (info.Frames is null)
        {
            yield return "how long it is can't be told: if it is cut off, that is not noticed";
        }

        if (info.IsVariable)
        {
            var rate = info.Rate.PerSecond.ToString("0.##", CultureInfo.InvariantCulture);
            yield return $"its frame rate varies; the result has a constant {rate} frames a second: " + (info.KeepsFrames
                ? "frames are repeated, and none is lost"
                : "frames are repeated where it is lower, and left out where it is higher");
        }
    }
}
