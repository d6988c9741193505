using IlgpuGan.Models.Data;
using IlgpuGan.Serve;

namespace IlgpuGan.Hosting;

/// <summary>
/// Finds the picture in a form that an endpoint has passed on as it came. The type of the content is not known here, but no image file
/// begins as a form does.
/// </summary>
internal static class FormBody
{
    /// <summary>The longest boundary that RFC 2046 allows, with its dashes.</summary>
    private const int LongestBoundary = 72;

    /// <param name="body">an image file, or a form</param>
    /// <exception cref="PictureException">the body is empty, or the form is damaged, or has no picture or more than one</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> PictureIn(ReadOnlyMemory<byte> body)
    {
        PictureException.ThrowIf(body.IsEmpty, "the picture is empty: it has no bytes");

        if (BoundaryOf(body.Span) is not { } boundary)
        {
            return body;
        }

        try
        {
            var uploaded = await UploadedPictures.OfForm(boundary, body.ToArray(), takesStyle: false);
            return uploaded is { Style: null, StyleLabels: null } ? uploaded.Picture
                : throw new PictureException("the form has a style picture, which a hosted model does not take");
        }
        catch (Refusal problem)
        {
            throw new PictureException(problem.Message, problem);
        }
    }

    /// <summary>The boundary between the parts of a form; null if the body does not begin like one.</summary>
    private static string? BoundaryOf(ReadOnlySpan<byte> body)
    {
        var end = body[..Math.Min(body.Length, LongestBoundary + 2)].IndexOf("\r\n"u8);
        var header = "content-"u8;
        return end > 2 && body.StartsWith("--"u8) && body.Length >= end + 2 + header.Length
            && Ascii.EqualsIgnoreCase(body.Slice(end + 2, header.Length), header)
            ? Encoding.ASCII.GetString(body[2..end])
            : null;
    }
}
