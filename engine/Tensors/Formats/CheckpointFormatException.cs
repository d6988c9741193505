namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// A checkpoint file can't be read; the message names file, offset and reason. Damaged or hostile files cause no other exception.
/// </summary>
public sealed class CheckpointFormatException : IOException
{
    /// <param name="file">The file's path as it was given.</param>
    /// <param name="offset">Byte offset in the file, or in the archive entry that the reason names.</param>
    /// <param name="reason">What is wrong, as a clause that can stand alone.</param>
    /// <param name="inner">The exception of the framework that revealed it, if any.</param>
    public CheckpointFormatException(string file, long offset, string reason, Exception? inner = null)
        : base($"{file}: {PrintableText.Of(reason)} (at byte {offset})", inner) =>
        (File, Offset, Reason) = (file, offset, PrintableText.Of(reason));

    /// <summary>An error without a single offset.</summary>
    /// <param name="file">The file's path as it was given.</param>
    /// <param name="reason">What is wrong, as a clause that can stand alone.</param>
    /// <param name="inner">The exception of the framework that revealed it, if any.</param>
    public CheckpointFormatException(string file, string reason, Exception? inner = null)
        : base($"{file}: {PrintableText.Of(reason)}", inner) => (File, Reason) = (file, PrintableText.Of(reason));

    public string File { get; }

    /// <summary>Byte offset of the error; null if it has none.</summary>
    public long? Offset { get; }

    public string Reason { get; }
}
