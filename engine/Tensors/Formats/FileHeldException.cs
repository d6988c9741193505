namespace IlgpuGan.Tensors.Formats;

/// <summary>A file could not be replaced or deleted, because another program has it open. The message names it.</summary>
internal sealed class FileHeldException(string message, Exception cause) : IOException(message, cause);
