using System.Diagnostics.CodeAnalysis;

namespace IlgpuGan.Imaging;

/// <summary>
/// The only exception that decoders throw: the data is of an unsupported format, corrupt, cut short, or over a limit.
/// </summary>
public sealed class ImageFormatException : IOException
{
    public ImageFormatException(string reason, long? offset = null, string? fileName = null, Exception? innerException = null)
        : base(Describe(reason, offset, fileName), innerException)
    {
        Reason = reason;
        Offset = offset;
        FileName = fileName;
    }

    /// <summary>What is wrong, without file and offset.</summary>
    public string Reason { get; }

    /// <summary>The offset in the file, in bytes, at which the error was detected; null if there is no single offset.</summary>
    public long? Offset { get; }

    /// <summary>The file as the caller named it; null for an image in memory.</summary>
    public string? FileName { get; }

    internal static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, string reason, long? offset = null)
    {
        if (isWrong)
        {
            throw new ImageFormatException(reason, offset);
        }
    }

    /// <summary>The same error with the name of the file.</summary>
    internal ImageFormatException InFile(string fileName) => new(Reason, Offset, fileName, this);

    private static string Describe(string reason, long? offset, string? fileName) => (fileName, offset) switch
    {
        (null, null) => reason,
        (null, _) => $"{reason} (at byte {offset})",
        (_, null) => $"{fileName}: {reason}",
        _ => $"{fileName}: {reason} (at byte {offset})",
    };
}
