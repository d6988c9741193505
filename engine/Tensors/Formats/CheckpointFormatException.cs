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
        : base($"{file}: {reason} (at byte {offset})", inner)
    {
        File = file;
        Offset = offset;
        Reason = reason;
    }

    public string File { get; }

    public long Offset { get; }

    public string Reason { get; }
}
