using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Interop;

/// <summary>Choices in how a network leaves: those for graphs concern ONNX only, but that halves go into weights-only files, too.</summary>
public sealed record ExportSettings : GraphSettings
{
    /// <summary>Text that travels with the network in safetensors and ONNX.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
