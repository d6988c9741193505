namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>
/// A graph of another program that is sound, but that can't be run here; the message names the file, the node and the reason.
/// </summary>
public sealed class GraphException(string message) : IOException(message);
