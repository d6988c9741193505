using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Tensors.Devices.Tuning;

/// <summary>
/// The fastest measured variants of one device, by shape, stored in a file. A file that is damaged, or that was written for another
/// device, driver or version of this program, is ignored and overwritten.
/// </summary>
/// <param name="path">the file</param>
/// <param name="device">device, driver and version of this program for which the measurements are valid</param>
/// <param name="isVariant">whether this program has a variant of that name; a file with any other name counts as damaged</param>
internal sealed class TuningTable(string path, string device, Func<string, bool> isVariant)
{
    private readonly Dictionary<string, string> _found = Read(path, device, isVariant);

    public int Count => _found.Count;

    public string Path => path;

    /// <summary>The fastest variant for a shape, or null if the shape was not measured.</summary>
    public string? Find(string shape) => _found.GetValueOrDefault(shape);

    /// <summary>Adds a measurement and writes the file; a failure to write it is only logged.</summary>
    public void Add(string shape, string variant)
    {
        _found[shape] = variant;
        var file = new TuningFile(
            device, _found.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(entry => entry.Key, entry => entry.Value));
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, file, TuningFileContext.Default.TuningFile));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not fatal: the next process measures again.
            Trace.TraceWarning($"tunings of {device}: {exception.Message}");
        }
    }

    private static Dictionary<string, string> Read(string path, string device, Func<string, bool> isVariant)
    {
        try
        {
            using var stream = Disk.OpenRead(path);
            var file = JsonSerializer.Deserialize(stream, TuningFileContext.Default.TuningFile);
            return file?.Device == device && file.Variants is { } variants
                && variants.Values.All(variant => variant is not null && isVariant(variant))
                ? new Dictionary<string, string>(variants, StringComparer.Ordinal)
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }
}

/// <summary>Content of the JSON file of a <see cref="TuningTable"/>.</summary>
/// <param name="Device">device, driver and program version of the measurements</param>
/// <param name="Variants">shape to variant</param>
internal sealed record TuningFile(string Device, Dictionary<string, string> Variants);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(TuningFile))]
internal sealed partial class TuningFileContext : JsonSerializerContext;
