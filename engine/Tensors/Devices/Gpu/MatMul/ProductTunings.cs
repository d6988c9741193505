using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The fastest variants that were measured on one device, kept in a file of its own. A file that is damaged, or that was written for
/// another device, driver or version of this program, counts as absent and is written anew.
/// </summary>
/// <param name="path">the file</param>
/// <param name="device">name, driver and version of this program: what the measurements hold for</param>
internal sealed class ProductTunings(string path, string device)
{
    private readonly Dictionary<string, ProductVariant> _found = Read(path, device);

    public int Count => _found.Count;

    public ProductVariant? Find(in ProductShape shape, ProductPrecision precision) =>
        _found.TryGetValue(KeyOf(shape, precision), out var variant) ? variant : null;

    /// <summary>Keeps a measurement; in the file too, if it can be written.</summary>
    public void Add(in ProductShape shape, ProductPrecision precision, ProductVariant variant)
    {
        _found[KeyOf(shape, precision)] = variant;
        var file = new TuningFile(
            device,
            _found.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(entry => entry.Key, entry => entry.Value.ToString()));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, file, TuningFileContext.Default.TuningFile));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next process measures again; no reason to stop this one.
            Trace.TraceWarning($"tunings of {device}: {exception.Message}");
        }
    }

    private static Dictionary<string, ProductVariant> Read(string path, string device)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var file = JsonSerializer.Deserialize(stream, TuningFileContext.Default.TuningFile);
            if (file?.Device != device || file.Variants is null)
            {
                return [];
            }

            var variants =
                file.Variants.ToDictionary(entry => entry.Key, entry => ProductVariant.Parse(entry.Value), StringComparer.Ordinal);
            return variants.Values.Any(variant => variant is null)
                ? []
                : variants.ToDictionary(entry => entry.Key, entry => entry.Value!.Value, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private static string KeyOf(in ProductShape s, ProductPrecision precision) => string.Create(
        CultureInfo.InvariantCulture,
        $"{s.Rows}x{s.Columns}x{s.Depth} planes {s.Planes}{(s.IsAlongDepth ? " along depth" : "")}" +
            $"{(s.HasVectorRows ? " vector rows" : "")}{(precision == ProductPrecision.Fp32 ? "" : $" {precision}").ToLowerInvariant()}");
}
