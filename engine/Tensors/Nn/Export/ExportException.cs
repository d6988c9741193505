namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>A network can't be exported; the message names the module or the tensor.</summary>
public sealed class ExportException(string message) : Exception(message);
