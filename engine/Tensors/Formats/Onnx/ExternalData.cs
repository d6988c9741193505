using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>
/// Data of a tensor in another file, named by a path relative to the model's own folder. Only files in that folder and in those within it
/// are read: a model of a stranger must not make the program read others. Links there are the user's own, as in the caches of model hubs.
/// </summary>
/// <param name="File">The file.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Offset">Offset of the data in it, in bytes.</param>
internal sealed record ExternalData(string File, long Length, long Offset)
{
    /// <summary>Finds the data of a tensor, and checks that they lie inside of their file.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="tensor">Its tensor.</param>
    /// <param name="bytes">The number of bytes that its shape and type need.</param>
    /// <exception cref="CheckpointFormatException">
    /// The file lies elsewhere, is missing or can't be read, or the data have another size or pass its end.
    /// </exception>
    public static ExternalData Of(string model, TensorProto tensor, long bytes)
    {
        var name = OnnxNode.Shortened(tensor.Name);
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in tensor.ExternalData)
        {
            entries[entry.Key] = entry.Value;
        }

        var location = entries.GetValueOrDefault("location", "");
        if (!IsWithin(location))
        {
            throw Refused($"lies in '{location}', which is not in the model's own folder; only files of that folder are read");
        }
        // One name for each file, however it is written: ./weights and weights are the same.
        var file = Path.GetFullPath(location, Path.GetDirectoryName(Path.GetFullPath(model))!);
        var (offset, length) = (Number("offset") ?? 0, LengthOf(file));
        var taken = Number("length") ?? length - offset;
        if (taken != bytes)
        {
            throw Refused($"has {taken} bytes in {file}, but its shape needs {bytes}");
        }
        return offset <= length - bytes
            ? new ExternalData(file, length, offset)
            : throw Refused($"needs {bytes} bytes from byte {offset} of {file} on, which has {length}; the file is cut short");

        CheckpointFormatException Refused(string what) => new(model, PrintableText.Of($"'{name}' {what}"));

        long? Number(string key) => !entries.TryGetValue(key, out var text) ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw Refused($"lies in {file}, but '{key}' is no number");

        long LengthOf(string path)
        {
            try
            {
                var info = new FileInfo(path);
                info = info.Exists ? info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info : info;
                return info.Exists ? info.Length
                    : throw Refused($"lies in {path}, which is not there; put the file beside the model");
            }
            catch (Exception e) when (e is IOException and not CheckpointFormatException or UnauthorizedAccessException)
            {
                throw Refused($"lies in {path}, which can't be read: {e.Message}");
            }
        }
    }

    /// <summary>Reads the data.</summary>
    public byte[] Read(int length)
    {
        using var file = new DataFile(File);
        var bytes = new byte[length];
        file.Read(Offset, bytes);
        return bytes;
    }

    /// <summary>Whether a path stays in its folder by its text alone, on any system.</summary>
    private static bool IsWithin(string location) => location.Length > 0 && location[0] is not ('/' or '\\')
        && !(location.Length > 1 && location[1] == ':') && !location.Contains('\0', StringComparison.Ordinal)
        && !location.Split('/', '\\').Contains("..");
}
