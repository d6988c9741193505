using System.Text.Json;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>Properties of a clip from <c>ffprobe</c>: size, frame rate, length and sound.</summary>
internal sealed record ClipInfo
{
    /// <summary>The highest rate at which a clip of varying rate is read, in frames a second.</summary>
    private const double Finest = 120;

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Width of a frame in pixels, after rotation to upright.</summary>
    public required int Width { get; init; }

    /// <summary>Height of a frame in pixels, after rotation to upright.</summary>
    public required int Height { get; init; }

    /// <summary>Frames per second; of a varying rate the finest, at which no frame is lost, or if that is too high, the average.</summary>
    public required FrameRate Rate { get; init; }

    /// <summary>Whether the frame rate varies; frames are still read at a constant rate: some are repeated, or left out.</summary>
    public bool IsVariable { get; init; }

    /// <summary>Whether every frame of a clip of varying rate is read.</summary>
    internal bool KeepsFrames { get; init; } = true;

    /// <summary>Number of frames, estimated from the file's header; null if unknown.</summary>
    public int? Frames { get; init; }

    /// <summary>Number of frames that are stored, by the file's header; null if unknown.</summary>
    internal int? Stored { get; init; }

    /// <summary>Whether ffmpeg warns if the file ends too early.</summary>
    internal bool WarnsOfItsEnd { get; init; }

    /// <summary>Pixel aspect ratio after rotation, such as 4:3; null if pixels are square.</summary>
    public string? PixelAspect { get; init; }

    /// <summary>Codec of each audio stream; empty for a silent clip.</summary>
    public IReadOnlyList<string> Sound { get; init; } = [];

    /// <summary>Index of the video stream.</summary>
    internal int Stream { get; init; }

    /// <summary>Whether a frame consists of two fields of different times.</summary>
    internal bool IsInterlaced { get; init; }

    internal ClipColours Colours { get; init; } = new("", null, null, null);

    /// <summary>All other streams.</summary>
    internal IReadOnlyList<ClipTrack> Tracks { get; init; } = [];

    /// <summary>Whether there is a file to take sound, subtitles and titles from.</summary>
    internal bool IsFile { get; init; } = true;

    /// <summary>Frames that come from no clip.</summary>
    /// <param name="output">the file that they go to, for messages</param>
    internal static ClipInfo OfFrames(string output, int width, int height, FrameRate rate) =>
        new() { File = output, Width = width, Height = height, Rate = rate, IsFile = false };

    /// <exception cref="PictureException">there is no clip in the file</exception>
    internal static ClipInfo Read(Ffmpeg ffmpeg, string file)
    {
        var (answer, failure) = ffmpeg.Answer(
            ffmpeg.Probe, file,
            ["-v", "error", "-print_format", "json", "-show_format", "-show_streams", "-i", ClipFile.Address(file)]);
        return answer is null ? throw new PictureException($"{file}: has more streams than a clip")
            : failure is not null ? throw new PictureException($"{file}: ffprobe can't read it: {failure}")
            : Parse(file, answer);
    }

    /// <summary>Parses ffprobe's output.</summary>
    /// <exception cref="PictureException">there is no video stream, or the output can't be parsed</exception>
    internal static ClipInfo Parse(string file, string json)
    {
        try
        {
            using var answer = JsonDocument.Parse(json);
            List<JsonElement> streams = answer.RootElement.TryGetProperty("streams", out var list) ? [.. list.EnumerateArray()] : [];
            var pictures = streams.Find(s => TextOf(s, "codec_type") == "video" && !IsCover(s));
            PictureException.ThrowIf(pictures.ValueKind == JsonValueKind.Undefined, $"{file}: holds no moving pictures");

            return Of(file, answer.RootElement, pictures) with
            {
                Sound = [.. streams.Where(s => TextOf(s, "codec_type") == "audio").Select(s => TextOf(s, "codec_name") ?? "unknown")],
                Tracks = [.. streams.Where(s => NumberOf(s, "index") != NumberOf(pictures, "index")).Select(TrackOf)],
            };
        }
        catch (Exception e) when (e is JsonException || (e is InvalidOperationException and not PictureException))
        {
            throw new PictureException($"{file}: ffprobe's answer can't be read: {e.Message}", e);
        }
    }

    private static ClipInfo Of(string file, JsonElement answer, JsonElement pictures)
    {
        var (width, height) = ((int)(NumberOf(pictures, "width") ?? 0), (int)(NumberOf(pictures, "height") ?? 0));
        if (width <= 0 || height <= 0 || (Int128)width * height * 3 > Array.MaxLength)
        {
            throw new PictureException($"{file}: its frames have {width}x{height} pixels, which can't be read");
        }

        var mean = FrameRate.Parse(TextOf(pictures, "avg_frame_rate"));
        var finest = FrameRate.Parse(TextOf(pictures, "r_frame_rate"));
        var isVariable = mean is { } average && finest is { } fine
            && !IsConstant(fine.PerSecond / average.PerSecond, TextOf(pictures, "field_order") == "progressive");
        var rate = (isVariable && finest is { PerSecond: <= Finest } ? finest : null)
            ?? new[] { mean, finest }.FirstOrDefault(r => r is { IsPlausible: true })
            ?? throw new PictureException($"{file}: does not say how many frames a second it has");
        var isTurned = IsTurned(pictures);
        var hasFormat = answer.TryGetProperty("format", out var format);
        var kind = hasFormat ? TextOf(format, "format_name") : null;

        // ffmpeg writes 2^30 into an AVI that it can't go back in, and takes the duration from that.
        var counted = CountOf(NumberOf(pictures, "nb_frames"));
        var stored = counted < 1 << 30 ? counted : null;
        var seconds = counted >= 1 << 30 ? null
            : NumberOf(pictures, "duration") ?? (hasFormat ? NumberOf(format, "duration") : null);
        if (kind == "avi" && stored / mean?.PerSecond is { } told)
        {
            seconds = Math.Max(seconds ?? 0, told); // ffprobe takes the duration of a file that is cut off from what is there.
        }

        return new ClipInfo
        {
            File = file,
            Width = isTurned ? height : width,
            Height = isTurned ? width : height,
            Rate = rate,
            IsVariable = isVariable,
            KeepsFrames = !isVariable || rate == finest,
            IsInterlaced = TextOf(pictures, "field_order") is "tt" or "bb" or "tb" or "bt",
            Colours = new ClipColours(
                PixelsOf(pictures), Said("color_space"), Said("color_transfer"), Said("color_primaries")),
            Frames = CountOf(seconds * rate.PerSecond) ?? stored,
            Stored = stored,
            WarnsOfItsEnd = kind?.StartsWith("matroska", StringComparison.Ordinal) == true,
            PixelAspect = AspectOf(TextOf(pictures, "sample_aspect_ratio"), isTurned),
            Stream = (int)(NumberOf(pictures, "index") ?? 0),
        };

        string? Said(string name) => TextOf(pictures, name) is not ("unknown" or "reserved" or "unspecified") and var said ? said : null;
    }

    /// <summary>The pixel format; with a sign of alpha where that is a stream of its own.</summary>
    private static string PixelsOf(JsonElement pictures)
    {
        var stored = TextOf(pictures, "pix_fmt") ?? "";
        return pictures.TryGetProperty("tags", out var tags) && (TextOf(tags, "alpha_mode") ?? TextOf(tags, "ALPHA_MODE")) == "1"
            ? "yuva" + stored
            : stored;
    }

    private static ClipTrack TrackOf(JsonElement stream)
    {
        var codec = TextOf(stream, "codec_name") is not ("unknown" or "none") and { Length: > 0 } known ? known : null;
        var kind = TextOf(stream, "codec_type") ?? "data";
        return new ClipTrack(
            (int)(NumberOf(stream, "index") ?? 0), kind == "video" && IsCover(stream) ? "cover" : kind,
            codec ?? TextOf(stream, "codec_tag_string") ?? "unknown", codec is not null);
    }

    /// <summary>Whether a mean frame duration in ticks of the clip's clock means a constant rate: one tick, or two of fields.</summary>
    private static bool IsConstant(double ticks, bool isProgressive) =>
        Math.Abs(ticks - 1) < 0.01 || (!isProgressive && Math.Abs(ticks - 2) < 0.01);

    private static int? CountOf(double? frames) => frames is >= 0.5 and < int.MaxValue ? (int)Math.Round(frames.Value) : null;

    /// <summary>Whether a stream is the cover art of a music file.</summary>
    private static bool IsCover(JsonElement stream) =>
        stream.TryGetProperty("disposition", out var disposition) && NumberOf(disposition, "attached_pic") == 1;

    /// <summary>Whether ffmpeg rotates frames by 90°, as for clips of phones held upright; with ffmpeg's tolerance of one degree.</summary>
    private static bool IsTurned(JsonElement stream)
    {
        var degrees = stream.TryGetProperty("side_data_list", out var data)
            ? data.EnumerateArray().Select(d => NumberOf(d, "rotation")).FirstOrDefault(r => r is not null)
            : null;
        degrees ??= stream.TryGetProperty("tags", out var tags) ? NumberOf(tags, "rotate") : null;
        return Math.Abs(Math.IEEERemainder(degrees ?? 0, 180)) > 89;
    }

    private static string? AspectOf(string? text, bool isTurned) =>
        text?.Split(':') is [var width, var height] && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
        && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h) && w > 0 && h > 0 && w != h
            ? isTurned ? $"{h}:{w}" : $"{w}:{h}"
            : null;

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A number, which ffprobe may write as a string; null if missing.</summary>
    private static double? NumberOf(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind == JsonValueKind.String
            && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
