using IlgpuGan.Tensors.Formats;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace IlgpuGan.Serve;

/// <summary>The uploaded files of a request: a body that is the picture, or a form with parts.</summary>
/// <param name="Picture">the picture to translate</param>
/// <param name="Style">the style picture; null for none</param>
/// <param name="StyleLabels">the label map of the style picture; null for none</param>
internal sealed record UploadedPictures(byte[] Picture, byte[]? Style, byte[]? StyleLabels)
{
    /// <summary>Form part of the picture.</summary>
    public const string PicturePart = "picture";

    /// <summary>Form part of the style picture.</summary>
    public const string StylePart = "style";

    /// <summary>Form part of the style picture's label map.</summary>
    public const string StyleLabelsPart = "style-labels";

    /// <summary>Finds the pictures in a body.</summary>
    /// <param name="contentType">the type of the body</param>
    /// <param name="body">the body</param>
    /// <param name="takesStyle">whether the model has a use for the parts besides the picture, which messages name then</param>
    /// <exception cref="Refusal">there is no body, or the form is damaged, lacks the picture, or has unknown parts</exception>
    public static async Task<UploadedPictures> Of(string? contentType, byte[] body, bool takesStyle)
    {
        if (body.Length == 0)
        {
            throw NoBody();
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return new UploadedPictures(body, null, null);
        }

        return await OfForm(HeaderUtilities.RemoveQuotes(type.Boundary).Value, body, takesStyle);
    }

    /// <summary>Finds the pictures in a form.</summary>
    /// <param name="boundary">what its parts are separated by; null if it is unknown</param>
    /// <param name="body">the form</param>
    /// <param name="takesStyle">see <see cref="Of"/></param>
    /// <exception cref="Refusal">the form is damaged, lacks the picture, or has unknown parts</exception>
    public static async Task<UploadedPictures> OfForm(string? boundary, byte[] body, bool takesStyle)
    {
        var parts = await Parts(boundary, body, takesStyle);
        return parts.TryGetValue(PicturePart, out var picture)
            ? new UploadedPictures(picture, parts.GetValueOrDefault(StylePart), parts.GetValueOrDefault(StyleLabelsPart))
            : throw Refusal.Bad($"the form has no part '{PicturePart}'");
    }

    public static Refusal NoBody() => Refusal.Bad("the request has no body: curl --data-binary @picture.png");

    private static async Task<Dictionary<string, byte[]>> Parts(string? boundary, byte[] body, bool takesStyle)
    {
        var parts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        string? unknown = null;
        if (string.IsNullOrEmpty(boundary))
        {
            throw Refusal.Bad("the form has no boundary between its parts");
        }

        try
        {
            using var stream = new MemoryStream(body);
            var reader = new MultipartReader(boundary, stream);
            while (await reader.ReadNextSectionAsync() is { } section)
            {
                var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    ? HeaderUtilities.RemoveQuotes(disposition.Name).Value
                    : null;
                if (name is not (PicturePart or StylePart or StyleLabelsPart))
                {
                    unknown ??= name ?? "";
                    continue; // Whether it should have been the picture is known at the end.
                }

                using var bytes = new MemoryStream();
                await section.Body.CopyToAsync(bytes);
                if (!parts.TryAdd(name, bytes.ToArray()))
                {
                    throw Refusal.Bad($"the form has two parts '{name}'");
                }
            }
        }
        catch (ArgumentOutOfRangeException) // The reader's buffer is shorter.
        {
            throw Refusal.Bad($"the form's boundary has {boundary.Length} characters, more than can be read");
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException)
        {
            throw Refusal.Bad($"the form is damaged: {PrintableText.Of(problem.Message)}");
        }

        return unknown is null ? parts
            : throw Refusal.Bad(parts.ContainsKey(PicturePart)
                ? $"{(takesStyle ? $"a form may have the parts {PicturePart}, {StylePart} and {StyleLabelsPart}, no others"
                    : $"a form has one part, {PicturePart}")}: not '{QueryOptions.Shortened(unknown)}'"
                : $"send the picture as the form's part '{PicturePart}', not '{QueryOptions.Shortened(unknown)}'");
    }
}
