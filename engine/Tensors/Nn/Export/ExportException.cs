namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>A network that can't be written for other programs; the message names the module or the tensor.</summary>
public sealed class ExportException(string message) : Exception(message);
