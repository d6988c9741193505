namespace IlgpuGan.Imaging;

/// <summary>
/// The one exception of the decoders: the data is not an image that they can read, is corrupt, is cut short, or is over a limit.
/// </summary>
public sealed class ImageFormatException : InvalidOperationException
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

    /// <summary>The byte of the file at which the error was noticed; null where no single place is to blame.</summary>
    public long? Offset { get; }

    /// <summary>The file as the caller named it; null for an image in memory.</summary>
    public string? FileName { get; }

    /// <summary>The same error with the file it was found in.</summary>
    internal ImageFormatException InFile(string fileName) => new(Reason, Offset, fileName, this);

    private static string Describe(string reason, long? offset, string? fileName) => (fileName, offset) switch
    {
        (null, null) => reason,
        (null, _) => $"{reason} (at byte {offset})",
        (_, null) => $"{fileName}: {reason}",
        _ => $"{fileName}: {reason} (at byte {offset})",
    };
}
