using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using IlgpuGan.Imaging;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// NumPy arrays as pictures of any number of channels: [H, W] or [H, W, C] of uint8 or uint16, in C order.
/// The format is described in NumPy's documentation, numpy.lib.format.
/// </summary>
internal static partial class NpyFile
{
    /// <summary>Layers have three channels or one: with two or four, the last would be interpreted as alpha.</summary>
    private const int WideLayer = 3;

    private const int MaxSide = 1 << 20;

    /// <summary>Most channels of colours and alpha, and fewest pixels of a side that a picture is expected to have.</summary>
    private const int MostColours = 4;
    private const int LeastSide = 8;

    private const int MaxHeader = 10_000;
    private static readonly byte[] s_magic = [0x93, .. "NUMPY"u8];

    /// <exception cref="PictureException">the file holds no such array</exception>
    public static Picture Load(string path)
    {
        var file = Disk.ReadBytes(path);
        var (type, fortran, extents, start) = ReadHeader(file, path);
        if (fortran || type is not ("|u1" or "<u2"))
        {
            throw new PictureException($"{path}: a NumPy picture must be uint8 (|u1) or little-endian uint16 (<u2) in C order, not " +
                $"{type}{(fortran ? " in Fortran order" : "")}");
        }

        if (extents.Length is not (2 or 3) || extents.Contains(0))
        {
            throw new PictureException($"{path}: a NumPy picture has the shape (H, W) or (H, W, C) with sides from 1 to {MaxSide}");
        }

        var (height, width, channels) = (extents[0], extents[1], extents.Length == 3 ? extents[2] : 1);
        RequireLength(path, (Int128)height * width * channels * (type == "<u2" ? 2 : 1), file.Length - start);
        return type == "<u2"
            ? Layers(MemoryMarshal.Cast<byte, ushort>(file.AsSpan(start)), channels, (c, samples) => new Image(width, height, c, samples))
            : Layers<byte>(file.AsSpan(start), channels, (c, samples) => new Image(width, height, c, samples));
    }

    /// <summary>
    /// A remark on an array with few rows and many channels: it was probably stored as (channels, height, width). Null for another picture.
    /// </summary>
    internal static string? RemarkOn(Picture picture, string path) =>
        PictureFile.IsArray(path) && picture is { Height: <= MostColours, Channels: >= LeastSide, Width: >= LeastSide }
            ? $"has the shape ({picture.Height}, {picture.Width}, {picture.Channels}), which is read as height, width, channels; if the " +
                "channels come first, turn it with numpy.moveaxis(a, 0, -1)"
            : null;

    /// <summary>The shape of an array that is no picture: float32 points [N, numbers], or int32 labels [N].</summary>
    /// <returns>the array's shape; null if the file holds a picture</returns>
    /// <exception cref="PictureException">the file is no array, is cut short, or holds a number that is not finite</exception>
    internal static IReadOnlyList<int>? TryReadNumbers(string path) => ReadNumbers(path)?.Extents;

    /// <summary>Points of the plane: an array [N, 2] of float32.</summary>
    /// <exception cref="PictureException">
    /// the file does not exist, holds no such array, or holds a number that is not finite; the message names it
    /// </exception>
    internal static IReadOnlyList<PlanePoint> LoadPoints(string path)
    {
        var (values, _) = Floats(path, "points, an array (N, 2) of float32", shape => shape is [_, 2]);
        return [.. values.Chunk(2).Select(p => new PlanePoint(p[0], p[1]))];
    }

    /// <summary>Points of a line or of the plane: an array [N, 1] or [N, 2] of float32.</summary>
    /// <returns>the concatenated points, and the numbers per point</returns>
    /// <exception cref="PictureException">
    /// the file does not exist, holds no such array, or holds a number that is not finite; the message names it
    /// </exception>
    internal static (float[] Values, int Numbers) LoadNumbers(string path)
    {
        var (values, extents) = Floats(path, "points, an array (N, 1) or (N, 2) of float32", shape => shape is [_, 1 or 2]);
        return (values, extents[1]);
    }

    /// <summary>Vectors of any length: a float32 array [numbers] for one vector, [N, numbers] for several.</summary>
    /// <exception cref="PictureException">
    /// the file does not exist, holds no such array, or holds a number that is not finite; the message names it
    /// </exception>
    public static IReadOnlyList<float[]> LoadVectors(string path)
    {
        var (values, extents) = Floats(path, "vectors, an array (numbers) or (N, numbers) of float32", _ => true, mayBeOne: true);
        return [.. values.Chunk(extents[^1])];
    }

    /// <summary>The values of an array and its shape.</summary>
    /// <param name="path">the file</param>
    /// <param name="form">expected contents, for messages</param>
    /// <param name="fits">whether a shape is acceptable</param>
    /// <param name="mayBeOne">a one-dimensional array is a single vector, not labels</param>
    private static (float[] Values, int[] Extents) Floats(string path, string form, Predicate<int[]> fits, bool mayBeOne = false)
    {
        PictureException.ThrowIf(!File.Exists(path), $"{path}: there is no such file; it should hold {form}");

        return ReadNumbers(path, mayBeOne) is (var bytes, var extents) && fits(extents)
            ? (MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray(), extents)
            : throw new PictureException($"{path}: should hold {form}");
    }

    /// <summary>The values and their shape; null if the file holds a picture.</summary>
    /// <param name="path">the file</param>
    /// <param name="ofVectors">a one-dimensional array is a float32 vector, not int32 labels</param>
    private static (ReadOnlyMemory<byte> Bytes, int[] Extents)? ReadNumbers(string path, bool ofVectors = false)
    {
        var file = Disk.ReadBytes(path);
        var (type, fortran, extents, start) = ReadHeader(file, path);
        var line = ofVectors ? "<f4" : "<i4";
        if (fortran || extents.Contains(0) || !((type == "<f4" && extents.Length == 2) || (type == line && extents.Length == 1)))
        {
            return null;
        }

        RequireLength(path, extents.Aggregate((Int128)sizeof(float), (bytes, extent) => bytes * extent), file.Length - start);
        var numbers = MemoryMarshal.Cast<byte, float>(file.AsSpan(start));
        for (var i = 0; type == "<f4" && i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                throw new PictureException($"{path}: point {i / extents[^1]} has a {numbers[i].ToString(CultureInfo.InvariantCulture)}");
            }
        }

        return (file.AsMemory(start), extents);
    }

    /// <summary>Writes a picture as [H, W, C], uint8 or uint16 as in its first layer.</summary>
    public static void Save(Picture picture, string path)
    {
        var wide = picture.Layers[0].BitsPerChannel == 16;
        var samples = wide
            ? MemoryMarshal.AsBytes(Interleave(picture, l => l.ToSixteenBits().Words).AsSpan()).ToArray()
            : Interleave(picture, l => l.ToEightBits().Bytes);
        SaveArray(path, wide ? "<u2" : "|u1", [picture.Height, picture.Width, picture.Channels], samples);
    }

    /// <summary>Writes an array in NumPy's format.</summary>
    /// <param name="path">the file</param>
    /// <param name="type">NumPy's type name: <c>&lt;f4</c></param>
    /// <param name="shape">shape of the array, in C order</param>
    /// <param name="values">the values as little-endian bytes</param>
    internal static void SaveArray(string path, string type, ReadOnlySpan<int> shape, ReadOnlySpan<byte> values)
    {
        var samples = values.ToArray();
        var extents = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape.ToArray());
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({extents}), }}";

        // The header is padded to a multiple of 64 bytes, as by NumPy.
        var prefix = s_magic.Length + 4;
        var length = ((prefix + text.Length + 1 + 63) / 64 * 64) - prefix;
        byte[] header = [.. s_magic, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n")];
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write(header);
                stream.Write(samples);
            },
            durable: false);
    }

    private static void RequireLength(string path, Int128 expected, int found)
    {
        PictureException.ThrowIf(expected != found, $"{path}: its header announces {expected} bytes of samples, but {found} follow");
    }

    /// <summary>Type and order of an array, its extents (0 for one that is too large), and the offset of its values.</summary>
    private static (string Type, bool Fortran, int[] Extents, int Start) ReadHeader(byte[] file, string path)
    {
        PictureException.ThrowIf(file.Length < 12 || !file.AsSpan(0, s_magic.Length).SequenceEqual(s_magic), $"{path}: not a NumPy file");

        // Version 1 has two bytes of length, later ones four.
        var (start, length) = file[6] == 1
            ? (10, (long)BitConverter.ToUInt16(file, 8))
            : (12, BitConverter.ToUInt32(file, 8));
        if (length > MaxHeader)
        {
            throw new PictureException($"{path}: its header has {length} bytes, more than the {MaxHeader} that NumPy itself reads");
        }

        var match = start + length <= file.Length
            ? Header().Match(Encoding.Latin1.GetString(file, start, (int)length))
            : throw new PictureException($"{path}: cut short within its header");
        PictureException.ThrowIf(!match.Success, $"{path}: its header does not say type, order and shape as NumPy's does");

        var shape = match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (
            match.Groups["type"].Value,
            match.Groups["fortran"].Value != "False",
            Array.ConvertAll(shape, s => int.TryParse(s, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= MaxSide ? n : 0),
            (int)(start + length));
    }

    private static Picture Layers<T>(ReadOnlySpan<T> samples, int channels, Func<int, T[], Image> image)
    {
        var layers = new List<Image>();
        for (int first = 0, taken; first < channels; first += taken)
        {
            taken = channels - first >= WideLayer ? WideLayer : 1;
            var layer = new T[samples.Length / channels * taken];
            for (int i = first, o = 0; i < samples.Length; i += channels, o += taken)
            {
                samples.Slice(i, taken).CopyTo(layer.AsSpan(o));
            }

            layers.Add(image(taken, layer));
        }

        return new Picture([.. layers]);
    }

    private static T[] Interleave<T>(Picture picture, Func<Image, T[]> samples)
    {
        var pixels = picture.Width * picture.Height;
        var result = new T[pixels * picture.Channels];
        var first = 0;
        foreach (var layer in picture.Layers)
        {
            var source = samples(layer);
            for (var i = 0; i < pixels; i++)
            {
                source.AsSpan(i * layer.Channels, layer.Channels).CopyTo(result.AsSpan((i * picture.Channels) + first));
            }

            first += layer.Channels;
        }

        return result;
    }

    [GeneratedRegex(
        @"'descr':\s*'(?<type>[^'\p{C}]{1,16})'.*'fortran_order':\s*(?<fortran>True|False).*'shape':\s*\((?<shape>[0-9, ]*)\)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Header();
}
