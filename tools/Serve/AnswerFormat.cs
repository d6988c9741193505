using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using Microsoft.Net.Http.Headers;

namespace IlgpuGan.Serve;

/// <summary>The format as a request asks for it.</summary>
internal sealed record AnswerFormatChoice
{
    [Option(
        "Format of the picture in the response; without it the header Accept chooses, and otherwise it is png.",
        Values = "png|jpg|jpeg|webp")]
    [Served]
    public string? Format { get; init; }
}

/// <summary>The format of a picture that a request is answered with.</summary>
/// <param name="Format">of its files</param>
/// <param name="MediaType">as <c>image/png</c></param>
internal sealed record AnswerFormat(ImageFormat Format, string MediaType)
{
    private const string Name = "format";

    private static readonly AnswerFormat s_png = new(ImageFormat.Png, "image/png"), s_jpeg = new(ImageFormat.Jpeg, "image/jpeg");

    private static readonly Dictionary<string, AnswerFormat> s_all = new(StringComparer.OrdinalIgnoreCase)
    {
        ["png"] = s_png, ["jpg"] = s_jpeg, ["jpeg"] = s_jpeg, ["webp"] = new(ImageFormat.WebP, "image/webp"),
    };

    /// <summary>The formats, the usual one first.</summary>
    public static IReadOnlyList<AnswerFormat> All { get; } = [.. s_all.Values.Distinct()];

    /// <summary>What a request asks for: by its query, or by its header <c>Accept</c>; PNG if it leaves the choice.</summary>
    /// <exception cref="Refusal">there is no such format</exception>
    public static AnswerFormat Of(HttpRequest request)
    {
        if (request.Query[Name] is [{ } name])
        {
            return s_all.TryGetValue(name, out var asked) ? asked : throw Refusal.Bad(
                $"{Name} can't be '{QueryOptions.Shortened(name)}'; it can be {string.Join(" or ", s_all.Keys)}");
        }

        return MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
            ? All.MaxBy(format => QualityOf(format, accepted)) ?? s_png
            : s_png;
    }

    /// <summary>How much a format is wanted, 0 to 1: by the entry that names it most exactly.</summary>
    private static double QualityOf(AnswerFormat format, IList<MediaTypeHeaderValue> accepted)
    {
        var type = new MediaTypeHeaderValue(format.MediaType);
        return accepted.Where(entry => type.IsSubsetOf(entry))
            .OrderBy(entry => entry.MatchesAllTypes ? 2 : entry.MatchesAllSubTypes ? 1 : 0)
            .Select(entry => entry.Quality ?? 1).FirstOrDefault();
    }
}
