using System.Text.Json.Serialization;

namespace IlgpuGan.Tensors.Devices.Tuning;

/// <summary>What <see cref="TuningTable"/> keeps on disk.</summary>
/// <param name="Device">what it was measured on</param>
/// <param name="Variants">shape to variant</param>
internal sealed record TuningFile(string Device, Dictionary<string, string> Variants);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(TuningFile))]
internal sealed partial class TuningFileContext : JsonSerializerContext;
