namespace IlgpuGan.Models.Data;

/// <summary>Pictures that can't be used; the message is one sentence that names the file or folder and says why.</summary>
public sealed class DataException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
