using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// An input or output of an exported network: its name, and each extent as a number or as the name of one that the caller chooses.
/// </summary>
/// <param name="Name">in the graph</param>
/// <param name="Shape">its extents</param>
public sealed record GraphValue(string Name, params IReadOnlyList<OnnxDimension> Shape);
