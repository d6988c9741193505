namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// A checkpoint file that can't be read: which file, where in it, and why. The only exception that hostile bytes can cause.
/// </summary>
public sealed class CheckpointFormatException : IOException
{
    /// <param name="file">The file's path as it was given.</param>
    /// <param name="offset">Byte in the file, or for a damaged archive entry the byte within that entry, which the reason names.</param>
    /// <param name="reason">What is wrong, as a clause that can stand alone.</param>
    /// <param name="inner">The cause, where the framework noticed it.</param>
    public CheckpointFormatException(string file, long offset, string reason, Exception? inner = null)
        : base($"{file}: {PrintableText.Of(reason)} (at byte {offset})", inner) =>
        (File, Offset, Reason) = (file, offset, PrintableText.Of(reason));

    /// <summary>An error for which no single place of the file is to blame.</summary>
    /// <param name="file">The file's path as it was given.</param>
    /// <param name="reason">What is wrong, as a clause that can stand alone.</param>
    /// <param name="inner">The cause, where the framework noticed it.</param>
    public CheckpointFormatException(string file, string reason, Exception? inner = null)
        : base($"{file}: {PrintableText.Of(reason)}", inner) => (File, Reason) = (file, PrintableText.Of(reason));

    public string File { get; }

    /// <summary>Where the error was noticed; null where no single place is to blame.</summary>
    public long? Offset { get; }

    public string Reason { get; }
}
