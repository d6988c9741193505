using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// Settings of an export. Graph settings apply to ONNX only, except for half precision, which also applies to weights-only files.
/// </summary>
public sealed record ExportSettings : GraphSettings
{
    /// <summary>Metadata to store: <see cref="NetworkFile.MetadataOf"/>, or that of the run with its pairs and examples.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
