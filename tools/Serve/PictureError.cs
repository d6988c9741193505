using System.Text.RegularExpressions;
using System.Text.Unicode;
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

    /// <summary>Bytes from which a file of any format holds zeros or ends of lines.</summary>
    private const int LongFile = 1000;

    /// <summary>The header of an uploaded picture.</summary>
    /// <exception cref="Refusal">
    /// it has more pixels than are decoded, even to be reduced; or it has lost bytes on its way here
    /// </exception>
    /// <exception cref="ImageFormatException">it is of another format, or corrupt</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        ImageInfo info;
        try
        {
            info = ImageFile.Identify(file);
        }
        catch (ImageFormatException) when (HasLostLineEnds(file))
        {
            throw Refusal.Bad(
                $"{UploadName}: has lost its ends of lines, which curl -d leaves out: send the file by curl --data-binary @picture.png");
        }

        return (long)info.Width * info.Height <= DecodeOptions.DefaultMaxPixels ? info
            : throw Refusal.TooLarge(
                $"{UploadName}: has {info.Width}x{info.Height} pixels; this server reads pictures of at most " +
                    $"{DecodeOptions.DefaultMaxPixels} pixels");
    }

    /// <param name="problem">the exception</param>
    /// <param name="size">the picture's size, as <c>320x200</c>; empty if unknown</param>
    /// <param name="path">the file of the model, which no client is told</param>
    /// <param name="model">the name that stands for it</param>
    /// <returns>null if the error is the server's</returns>
    public static Refusal? Of(Exception problem, string size, string path, string model) =>
        Of(problem, size, TextOf(problem).Replace(path, model, StringComparison.Ordinal));

    /// <inheritdoc cref="Of(Exception, string, string, string)"/>
    public static Refusal? Of(Exception problem, string size) => Of(problem, size, TextOf(problem));

    private static string TextOf(Exception problem) => problem is OptionsException options ? options.Typed : problem.Message;

    private static Refusal? Of(Exception problem, string size, string reason) => problem switch
    {
        ImageFormatException => Refusal.Bad($"{UploadName}: {reason}"),
        PictureException { InnerException: Refusal refusal } => new Refusal(refusal.Status, reason),
        PictureException or RunException => Refusal.Bad(reason),
        OptionsException => Refusal.Bad(OptionName().Replace(reason, "$1")),
        ShapeException => Refusal.Bad($"{UploadName}: its {(size + " pixels").TrimStart()} can't be computed: {reason}"),
        OutOfMemoryException or OverflowException or DeviceException { IsOutOfMemory: true } =>
            Refusal.TooLarge($"{UploadName}: its {(size + " pixels").TrimStart()} do not fit into memory; request a smaller size"),
        _ => null,
    };

    /// <summary>
    /// Whether a file lacks the bytes that <c>curl -d</c> leaves out: a PNG those of its mark, a long file that is no text all of them.
    /// </summary>
    private static bool HasLostLineEnds(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x1A])
        || (file.Length > LongFile && !file.ContainsAny((byte)0, (byte)'\r', (byte)'\n') && !Utf8.IsValid(file));

    /// <summary>Matches an option of the command line; queries have no dashes.</summary>
    [GeneratedRegex("--([a-z])")]
    private static partial Regex OptionName();
}
