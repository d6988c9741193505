namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>
/// A valid ONNX graph can't be run by this engine; the message names the file, the node and the reason.
/// </summary>
public sealed class GraphException(string message) : IOException(message);
