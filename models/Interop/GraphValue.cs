using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Models.Interop;

/// <summary>An input or output of an exported network: its name, and each extent as a number or as the name of a dynamic one.</summary>
/// <param name="Name">name in the graph</param>
/// <param name="Shape">extents, fixed or dynamic</param>
public sealed record GraphValue(string Name, params IReadOnlyList<OnnxDimension> Shape);
