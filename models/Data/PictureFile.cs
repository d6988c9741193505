using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Imaging.Tiff;
using IlgpuGan.Imaging.WebP;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Reads and writes picture files: PNG, JPEG, WebP, TIFF (rotated upright by EXIF), BMP, the first picture of a GIF, PBM, PGM and PPM. For
/// other numbers of channels: TIFF, <c>.npy</c>, or a folder <c>NAME.layers</c> of files whose channels are concatenated in name order.
/// Thread-safe.
/// </summary>
public static class PictureFile
{
    private const int JpegQuality = 95;
    private const string LayersExtension = ".layers";

    private static readonly DecodeOptions s_indices = new() { KeepIndices = true };
    private static readonly string[] s_jpeg = [".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi"];
    private static readonly string[] s_extensions =
        [".png", .. s_jpeg, ".npy", ".tif", ".tiff", ".bmp", ".gif", ".pbm", ".pgm", ".ppm", ".pnm", ".webp"];

    /// <summary>Extensions of picture files, for messages.</summary>
    public static string Endings => string.Join(", ", s_extensions);

    /// <summary>Whether a file name has a picture's extension, ignoring case.</summary>
    public static bool HasPictureName(string path) => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Loads a picture. Remarks on it are heard by <see cref="PictureRemarks.Listen"/>.</summary>
    /// <exception cref="PictureException">the file can't be read or is no picture; the message names it and the reason</exception>
    public static Picture Load(string path) => Load(path, options: null);

    /// <summary>Loads a picture; a file with a palette gives its indices, as in label maps.</summary>
    /// <inheritdoc cref="Load(string)"/>
    public static Picture LoadIndices(string path) => Load(path, s_indices);

    /// <summary>
    /// The upright size of a picture by its file's header; null for an array, a folder of layers, and a file that can't be used.
    /// </summary>
    internal static (int Width, int Height)? SizeOf(string path)
    {
        try
        {
            RequireBytes(path);
            return ImageFile.Identify(path).UprightSize;
        }
        catch (Exception e) when (e is ImageFormatException or IOException or UnauthorizedAccessException or PictureException)
        {
            return null;
        }
    }

    /// <summary>The shape of an array of points or labels, which has a picture's extension; null for a picture.</summary>
    /// <inheritdoc cref="NpyFile.TryReadNumbers(string)"/>
    internal static IReadOnlyList<int>? TryReadNumbers(string path) =>
        IsArray(path) ? Explained(path, () => NpyFile.TryReadNumbers(path)) : null;

    private static Picture Load(string path, DecodeOptions? options)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Load(path, ReadBytes(path), options);
    }

    /// <summary>The bytes of a picture's file, from which all that follows is read; null for arrays and folders of layers.</summary>
    /// <inheritdoc cref="Load(string)"/>
    internal static byte[]? ReadBytes(string path)
    {
        LeftOutFiles.Refuse(path);
        return IsLayers(path) || IsArray(path) ? null : Explained(path, () => ImageFile.NamingFile(path, bytes => bytes));
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <param name="path">the file's name</param>
    /// <param name="bytes">see <see cref="ReadBytes"/></param>
    /// <param name="options">null for the defaults</param>
    internal static Picture Load(string path, byte[]? bytes, DecodeOptions? options = null) => Explained(path, () =>
        bytes is not null ? ImageFile.Naming(path, () => new Picture([.. ImageFile.LoadLayers(bytes, Remarking(path, options))])
        {
            Palette = options is { KeepIndices: true } ? ImageFile.PaletteOf(bytes) : null,
        })
        : IsLayers(path) ? LoadLayers(path)
        : NpyFile.Load(path));

    /// <summary>Options with which the decoder's remarks are heard under the file's name; without them if nobody listens.</summary>
    private static DecodeOptions? Remarking(string name, DecodeOptions? options) => !PictureRemarks.AreHeard ? options
        : (options ?? DecodeOptions.Default) with { Remark = remark => PictureRemarks.Add(name, remark) };

    /// <summary>The metadata of a picture file; null for arrays and folders of layers.</summary>
    /// <inheritdoc cref="Load(string, byte[], DecodeOptions)"/>
    internal static ImageMetadata? MetadataOf(string path, byte[]? bytes) =>
        bytes is null ? null : Explained(path, () => ImageMetadata.Read(bytes));

    /// <summary>Tells what a file of an extension does not hold of a picture and its metadata.</summary>
    private static void RemarkOnLosses(Picture picture, ImageFormat format, string name, ImageMetadata? metadata)
    {
        if (!PictureRemarks.AreHeard)
        {
            return;
        }

        var image = picture.Layers[0];
        foreach (var remark in metadata?.Fitting(image, format).Remarks ?? [])
        {
            PictureRemarks.Add(name, remark);
        }

        if (format == ImageFormat.Jpeg && HiddenColours.AreTransparentIn(image))
        {
            PictureRemarks.Add(name, "its transparency is lost, which a JPEG does not hold; .png, .webp and .tif do");
        }

        if (format is ImageFormat.Jpeg or ImageFormat.WebP && image.BitsPerChannel == 16)
        {
            PictureRemarks.Add(name, $"its 16 bits a channel become 8, since a {(format == ImageFormat.Jpeg ? "JPEG" : "WebP")} holds no " +
                "more; .png and .tif do");
        }
    }

    /// <summary>Checks that a file holds something, without opening it: who opens a pipe waits for its other end.</summary>
    /// <exception cref="PictureException">it does not</exception>
    internal static void RequireBytes(string path)
    {
        var file = new FileInfo(path);
        file = file.LinkTarget is null ? file : new FileInfo(FileStatus.RealPath(path));
        if (file is { Exists: true, Length: 0 })
        {
            throw new PictureException($"{path}: is empty (0 bytes); copy the picture again, or remove it (or it is no ordinary file " +
                "but a named pipe, a socket or a device)");
        }
    }

    /// <summary>Reads a picture's file, so that whatever it fails with names the file.</summary>
    /// <inheritdoc cref="Load(string)"/>
    internal static T Explained<T>(string path, Func<T> read)
    {
        RequireBytes(path);
        try
        {
            return read();
        }
        catch (ImageFormatException e)
        {
            throw new PictureException(e.Message, e);
        }
        catch (OutOfMemoryException e)
        {
            throw new PictureException($"{path}: memory ran out while it was read", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(
                FolderWalk.NotUtf8(path) ?? (e is FileNotFoundException && new FileInfo(path).LinkTarget is { } target
                    ? $"{path}: links to {target}, which is not there"
                    : $"{path}: {e.Message}"),
                e);
        }
    }

    /// <summary>Decodes the bytes of an image file, rotated upright; of a TIFF, colours and alpha of the first page.</summary>
    /// <param name="file">the bytes of the file</param>
    /// <param name="name">the file's name, for messages</param>
    /// <param name="keepIndices">a file with a palette gives its indices, as in label maps</param>
    /// <exception cref="PictureException">the bytes are no picture; the message gives the reason</exception>
    public static Picture Decode(ReadOnlySpan<byte> file, string name, bool keepIndices = false) =>
        Decode(file, name, channels: null, keepIndices);

    /// <summary>
    /// Decodes what a network reads of the bytes of an image file: all channels of all pages of a TIFF if together they are as many as the
    /// network's, as in a data set; otherwise the same as <see cref="Decode(ReadOnlySpan{byte}, string, bool)"/>.
    /// </summary>
    /// <param name="file">the bytes of the file</param>
    /// <param name="name">the file's name, for messages</param>
    /// <param name="channels">those of the network; null for one that never reads pages as channels, such as of label maps</param>
    /// <param name="keepIndices">a file with a palette gives its indices, as in label maps</param>
    /// <exception cref="PictureException">the bytes are no picture; the message gives the reason</exception>
    internal static Picture Decode(ReadOnlySpan<byte> file, string name, int? channels, bool keepIndices)
    {
        try
        {
            var options = Remarking(name, keepIndices ? s_indices : null);
            return channels is { } count && ImageFile.HasLayersOf(file, count)
                ? new Picture([.. ImageFile.LoadLayers(file, options)])
                : new Picture(ImageFile.LoadUpright(file, options)) { Palette = keepIndices ? ImageFile.PaletteOf(file) : null };
        }
        catch (ImageFormatException e)
        {
            throw new PictureException($"{name}: {e.Message}", e);
        }
    }

    /// <summary>The bytes of a PNG, as written by <see cref="Save"/>.</summary>
    /// <param name="picture">a picture of one to four channels</param>
    /// <param name="name">the file's name, for messages</param>
    /// <exception cref="PictureException">the picture has more channels</exception>
    public static byte[] EncodePng(Picture picture, string name) => Encode(picture, ImageFormat.Png, name);

    /// <summary>
    /// The bytes of an image file, as written by <see cref="Save"/>. What the format does not hold is told to
    /// <see cref="PictureRemarks.Listen"/>.
    /// </summary>
    /// <param name="picture">a picture of one to four channels; of any number for TIFF</param>
    /// <param name="format">PNG, JPEG, WebP or TIFF</param>
    /// <param name="name">the file's name, for messages</param>
    /// <param name="metadata">metadata to write, as far as the format supports it</param>
    /// <exception cref="PictureException">the picture has more channels, or the format is one that is only read</exception>
    public static byte[] Encode(Picture picture, ImageFormat format, string name, ImageMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        RemarkOnLosses(picture, format, name, metadata);
        return (picture.Layers, format) switch
        {
            (var layers, ImageFormat.Tiff) => TiffEncoder.Encode(layers, metadata),
            ({ Count: > 1 }, _) => throw new PictureException(
                $"{name}: {picture.Channels} channels do not fit an image file; choose the extension .tif or .npy"),
            ([var image], ImageFormat.Png) => PngEncoder.Encode(image, metadata: metadata),
            ([var image], ImageFormat.Jpeg) => JpegEncoder.Encode(image, JpegQuality, metadata: metadata),
            ([var image], ImageFormat.WebP) when Math.Max(image.Width, image.Height) > WebPEncoder.MaxSide => throw new PictureException(
                $"{name}: a WebP has at most {WebPEncoder.MaxSide} pixels a side, not {image.Width}x{image.Height}"),
            ([var image], ImageFormat.WebP) => WebPEncoder.Encode(image, metadata),
            _ => throw new PictureException($"{name}: {format} is a format that is read and not written; choose PNG, JPEG, WebP or TIFF"),
        };
    }

    /// <summary>The format that is written under an extension.</summary>
    private static ImageFormat FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageFormat.Png,
        var ending when s_jpeg.Contains(ending) => ImageFormat.Jpeg,
        ".webp" => ImageFormat.WebP,
        ".tif" or ".tiff" => ImageFormat.Tiff,
        var other => throw new PictureException($"{path}: pictures are written as .png, .jpg, .webp, .tif or .npy, not '{other}'"),
    };

    /// <summary>
    /// Writes a picture atomically in the format of its extension: PNG, JPEG, lossless WebP, TIFF, or <c>.npy</c>. The folder must exist.
    /// </summary>
    /// <param name="picture">a picture of one to four channels; of any number for TIFF and arrays</param>
    /// <param name="path">path of the file</param>
    /// <param name="metadata">metadata to write, as far as the format supports it</param>
    /// <exception cref="PictureException">the format does not support the number of channels, or the file can't be written</exception>
    public static void Save(Picture picture, string path, ImageMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (IsArray(path))
            {
                NpyFile.Save(picture, path);
            }
            else
            {
                var bytes = Encode(picture, FormatOf(path), path, metadata);
                AtomicFile.Write(path, stream => stream.Write(bytes), durable: false);
            }
        }
        catch (IOException e)
        {
            throw new PictureException(e.Message, e);
        }
    }

    /// <summary>Writes pictures of equal height side by side.</summary>
    public static void SaveSideBySide(string path, params ReadOnlySpan<Picture> pictures) => Save(Mosaic.Row(pictures), path);

    /// <summary>Whether a path is a folder of layers, which is one picture.</summary>
    internal static bool IsLayers(string path) => HasLayersName(path) && Directory.Exists(path);

    internal static bool HasLayersName(string path) => Path.GetExtension(path).Equals(LayersExtension, StringComparison.OrdinalIgnoreCase);

    private static Picture LoadLayers(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => HasPictureName(file) && !FolderWalk.IsPassedOver(Path.GetFileName(file)))
            .Order(StringComparer.Ordinal).ToList();
        PictureException.ThrowIf(files.Count == 0, $"{folder}: holds no pictures to stack as layers");

        var parts = files.ConvertAll(file => Load(file));
        var other = parts.FindIndex(p => (p.Width, p.Height) != (parts[0].Width, parts[0].Height));
        return other < 0
            ? new Picture([.. parts.SelectMany(p => p.Layers)])
            : throw new PictureException($"{files[other]}: has {parts[other].Width}x{parts[other].Height} pixels, but " +
                $"{Path.GetFileName(files[0])} beside it has {parts[0].Width}x{parts[0].Height}");
    }

    /// <summary>Whether a name is that of a PNG or a JPEG, which every browser displays.</summary>
    internal static bool IsPngOrJpeg(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is var ending && (ending == ".png" || s_jpeg.Contains(ending));

    internal static bool IsArray(string path) => Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase);
}
