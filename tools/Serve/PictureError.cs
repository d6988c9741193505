using System.Text.RegularExpressions;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors;

namespace IlgpuGan.Serve;

/// <summary>A picture that can't be processed, as an error for the client.</summary>
internal static partial class PictureError
{
    /// <summary>The uploaded picture's name in messages.</summary>
    public const string UploadName = "picture";

    /// <summary>The header of an uploaded picture.</summary>
    /// <exception cref="Refusal">it has more pixels than are decoded, even to be reduced</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var info = ImageFile.Identify(file);
        return (long)info.Width * info.Height <= DecodeOptions.DefaultMaxPixels ? info
            : throw Refusal.TooLarge(
                $"{UploadName}: has {info.Width}x{info.Height} pixels; this server reads pictures of at most " +
                    $"{DecodeOptions.DefaultMaxPixels} pixels");
    }

    /// <param name="problem">the exception</param>
    /// <param name="size">the picture's size, as <c>320x200</c>; empty if unknown</param>
    /// <param name="request">the request with the picture</param>
    /// <param name="path">the file of the model, which no client is told</param>
    /// <param name="model">the name that stands for it</param>
    /// <returns>null if the error is the server's</returns>
    public static Refusal? Of(Exception problem, string size, HttpRequest request, string path, string model) =>
        Of(problem, size, request, TextOf(problem).Replace(path, model, StringComparison.Ordinal));

    /// <inheritdoc cref="Of(Exception, string, HttpRequest, string, string)"/>
    public static Refusal? Of(Exception problem, string size, HttpRequest request) => Of(problem, size, request, TextOf(problem));

    private static string TextOf(Exception problem) => problem is OptionsException options ? options.Typed : problem.Message;

    private static Refusal? Of(Exception problem, string size, HttpRequest request, string reason) => problem switch
    {
        ImageFormatException => Refusal.Bad($"{UploadName}: {reason}{AsText(request)}"),
        PictureException { InnerException: Refusal refusal } => new Refusal(refusal.Status, reason),
        PictureException { InnerException: ImageFormatException } => Refusal.Bad($"{reason}{AsText(request)}"),
        PictureException or RunException => Refusal.Bad(reason),
        OptionsException => Refusal.Bad(OptionName().Replace(reason, "$1")),
        ShapeException => Refusal.Bad($"{UploadName}: its {(size + " pixels").TrimStart()} can't be computed: {reason}"),
        OutOfMemoryException or OverflowException or DeviceException { IsOutOfMemory: true } =>
            Refusal.TooLarge($"{UploadName}: its {(size + " pixels").TrimStart()} do not fit into memory; request a smaller size"),
        _ => null,
    };

    /// <summary>What to send instead of a file that <c>curl -d</c> has sent, which leaves out the ends of lines.</summary>
    private static string AsText(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true
            ? "; the body came as the text of a form, as curl -d sends it, which loses bytes: send the file by curl --data-binary " +
                "@picture.png"
            : "";

    /// <summary>Matches an option of the command line; queries have no dashes.</summary>
    [GeneratedRegex("--([a-z])")]
    private static partial Regex OptionName();
}
