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
    public static ImageInfo Identify(byte[] file)
    {
        var info = ImageFile.Identify(file);
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
        Of(problem, size, problem.Message.Replace(path, model, StringComparison.Ordinal));

    /// <param name="problem">the exception</param>
    /// <param name="size">the picture's size, as <c>320x200</c>; empty if unknown</param>
    /// <returns>null if the error is the server's</returns>
    public static Refusal? Of(Exception problem, string size) => Of(problem, size, problem.Message);

    private static Refusal? Of(Exception problem, string size, string reason) => problem switch
    {
        ImageFormatException => Refusal.Bad($"{UploadName}: {reason}"),
        DataException or RunException => Refusal.Bad(reason),
        OptionsException => Refusal.Bad(OptionName().Replace(reason, "$1")),
        ShapeException => Refusal.Bad($"{UploadName}: its {(size + " pixels").TrimStart()} can't be computed: {reason}"),
        OutOfMemoryException or OverflowException or DeviceException { IsOutOfMemory: true } =>
            Refusal.TooLarge($"{UploadName}: its {(size + " pixels").TrimStart()} do not fit into memory; request a smaller size"),
        _ => null,
    };

    /// <summary>Matches an option of the command line; queries have no dashes.</summary>
    [GeneratedRegex("--([a-z])")]
    private static partial Regex OptionName();
}
