using System.Text.Json.Serialization;

namespace IlgpuGan.Tensors.Devices.Tuning;

/// <summary>Content of the JSON file of a <see cref="TuningTable"/>.</summary>
/// <param name="Device">device, driver and program version of the measurements</param>
/// <param name="Variants">shape to variant</param>
internal sealed record TuningFile(string Device, Dictionary<string, string> Variants);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(TuningFile))]
internal sealed partial class TuningFileContext : JsonSerializerContext;
