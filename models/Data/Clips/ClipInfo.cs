using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>What is known of a clip before its frames are read.</summary>
public sealed record ClipInfo
{
    /// <summary>Bytes of ffprobe's answer; of clips that people make it has some thousand.</summary>
    private const int LongestAnswer = 1 << 24;

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Pixels a row, as people see the clip: upright.</summary>
    public required int Width { get; init; }

    /// <summary>Rows, as people see the clip: upright.</summary>
    public required int Height { get; init; }

    /// <summary>Frames a second; where they vary, on average.</summary>
    public required FrameRate Rate { get; init; }

    /// <summary>Whether frames follow each other in unequal times: they are read at equal ones.</summary>
    public bool IsVariable { get; init; }

    /// <summary>Frames that there will be, as far as the file says; null if it does not.</summary>
    public int? Frames { get; init; }

    /// <summary>Width of a pixel by its height, upright, such as 4:3; null where pixels are square.</summary>
    public string? PixelAspect { get; init; }

    /// <summary>Codecs of its sound, a name each; none where it has no sound.</summary>
    public IReadOnlyList<string> Sound { get; init; } = [];

    /// <summary>Number of the stream that holds the pictures.</summary>
    internal int Stream { get; init; }

    /// <exception cref="DataException">there is no clip in the file</exception>
    internal static ClipInfo Read(Ffmpeg ffmpeg, string file)
    {
        using var probe = FfmpegProcess.Start(
            ffmpeg.Probe, file,
            ["-v", "error", "-print_format", "json", "-show_format", "-show_streams", "-i", ClipFile.Address(file)]);
        var bytes = new byte[LongestAnswer];
        var count = probe.Output.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count == bytes.Length ? throw new DataException($"{file}: has more streams than a clip")
            : probe.Failure() is { } reason ? throw new DataException($"{file}: ffprobe can't read it: {reason}")
            : Parse(file, Encoding.UTF8.GetString(bytes, 0, count));
    }

    /// <summary>Reads ffprobe's answer.</summary>
    /// <exception cref="DataException">it tells of no pictures, or can't be read</exception>
    internal static ClipInfo Parse(string file, string json)
    {
        try
        {
            using var answer = JsonDocument.Parse(json);
            List<JsonElement> streams =
                answer.RootElement.TryGetProperty("streams", out var list) ? [.. list.EnumerateArray()] : [];
            var pictures = streams.Find(s => TextOf(s, "codec_type") == "video" && !IsCover(s));
            if (pictures.ValueKind == JsonValueKind.Undefined)
            {
                throw new DataException($"{file}: holds no moving pictures");
            }

            return Of(file, answer.RootElement, pictures) with
            {
                Sound = [.. streams.Where(s => TextOf(s, "codec_type") == "audio").Select(s => TextOf(s, "codec_name") ?? "unknown")],
            };
        }
        catch (Exception e) when (e is JsonException || (e is InvalidOperationException and not DataException))
        {
            throw new DataException($"{file}: ffprobe's answer can't be read: {e.Message}", e);
        }
    }

    private static ClipInfo Of(string file, JsonElement answer, JsonElement pictures)
    {
        var (width, height) = ((int)(NumberOf(pictures, "width") ?? 0), (int)(NumberOf(pictures, "height") ?? 0));
        if (width <= 0 || height <= 0 || (Int128)width * height * 3 > Array.MaxLength)
        {
            throw new DataException($"{file}: its frames have {width}x{height} pixels, which can't be read");
        }

        var mean = FrameRate.Parse(TextOf(pictures, "avg_frame_rate"));
        var finest = FrameRate.Parse(TextOf(pictures, "r_frame_rate"));
        var rate = new[] { mean, finest }.FirstOrDefault(r => r is { IsOfFrames: true })
            ?? throw new DataException($"{file}: does not say how many frames a second it has");
        var isTurned = IsTurned(pictures);
        var seconds = NumberOf(pictures, "duration")
            ?? (answer.TryGetProperty("format", out var format) ? NumberOf(format, "duration") : null);
        return new ClipInfo
        {
            File = file,
            Width = isTurned ? height : width,
            Height = isTurned ? width : height,
            Rate = rate,
            IsVariable = mean is { } average && finest is { } fine && !IsEven(fine.PerSecond / average.PerSecond),
            Frames = CountOf(seconds * rate.PerSecond) ?? CountOf(NumberOf(pictures, "nb_frames")),
            PixelAspect = AspectOf(TextOf(pictures, "sample_aspect_ratio"), isTurned),
            Stream = (int)(NumberOf(pictures, "index") ?? 0),
        };
    }

    /// <summary>Whether frames that fit so many ticks of the clip's clock each follow in equal times; interlaced ones take two.</summary>
    private static bool IsEven(double ticks) => Math.Abs(ticks - 1) < 0.01 || Math.Abs(ticks - 2) < 0.01;

    private static int? CountOf(double? frames) => frames is >= 0.5 and < int.MaxValue ? (int)Math.Round(frames.Value) : null;

    /// <summary>A picture that a file of music shows.</summary>
    private static bool IsCover(JsonElement stream) =>
        stream.TryGetProperty("disposition", out var disposition) && NumberOf(disposition, "attached_pic") == 1;

    /// <summary>Whether ffmpeg turns frames by a quarter, as phones ask for that are held upright; within a degree, as it does.</summary>
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

    /// <summary>A number, or a text that is one, as ffprobe writes many; null where there is none.</summary>
    private static double? NumberOf(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind == JsonValueKind.String
            && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
