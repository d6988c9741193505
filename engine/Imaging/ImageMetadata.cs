using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Imaging.Tiff;
using IlgpuGan.Imaging.WebP;

namespace IlgpuGan.Imaging;

/// <summary>The density of pixels in print.</summary>
/// <param name="Horizontal">Pixels per inch, or in any unit if <paramref name="IsRatio"/>.</param>
/// <param name="Vertical">The same in the vertical direction.</param>
/// <param name="IsRatio">Whether only the aspect ratio of a pixel is known, not its size.</param>
public readonly record struct Resolution(double Horizontal, double Vertical, bool IsRatio = false)
{
    internal const double InchesPerMetre = 1 / 0.0254;

    /// <summary>This, or null if it carries no information: a ratio of 1, or a value out of range.</summary>
    internal Resolution? Sound =>
        Horizontal is > 0 and < 1e6 && Vertical is > 0 and < 1e6 && !(IsRatio && Horizontal == Vertical) ? this : null;
}

/// <summary>Metadata that is carried over from an input file to the file written from it.</summary>
/// <param name="Exif">EXIF's TIFF structure; null for none.</param>
/// <param name="ColorProfile">An ICC profile; null for none, which means sRGB.</param>
/// <param name="Resolution">Null if the file has none.</param>
public sealed record ImageMetadata(byte[]? Exif, byte[]? ColorProfile, Resolution? Resolution)
{
    /// <summary>The largest EXIF block, and the largest profile, that is kept, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    // An ICC profile's header: its size, and where it says the colours that the profile is for, and that it is one.
    private const int ProfileHeaderBytes = 128;
    private const int ProfileColours = 16;
    private const int ProfileSignature = 36;

    private static readonly ImageMetadata s_nothing = new(null, null, null);

    /// <summary>Notes for the user: what is left out, and why. Phrases without a full stop.</summary>
    public IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>
    /// Reads the metadata of a PNG, JPEG, WebP or TIFF for the upright picture that
    /// <see cref="ImageFile.LoadUpright(ReadOnlySpan{byte}, DecodeOptions?)"/> returns: the EXIF orientation is set to 1, and the thumbnail
    /// is removed. EXIF of a TIFF is not read, because it is spread over the file; a remark says so. Malformed metadata counts as
    /// missing.
    /// </summary>
    /// <param name="file">The whole file.</param>
    public static ImageMetadata Read(ReadOnlySpan<byte> file)
    {
        ImageMetadata found;
        try
        {
            found = PngSignature.Matches(file) ? PngMetadata.Read(file)
                : JpegMarker.StartsImage(file) ? JpegMetadata.Read(file)
                : WebPFile.StartsImage(file) ? WebPDecoder.ReadMetadata(file)
                : TiffReader.StartsImage(file) ? TiffDecoder.ReadMetadata(file)
                : s_nothing;
        }
        catch (ImageFormatException)
        {
            return s_nothing;
        }

        return found.Resolution is var (x, y, isRatio) && Imaging.Exif.ReadOrientation(file) >= Orientation.Transposed
            ? found with { Resolution = new(y, x, isRatio) }
            : found;
    }

    /// <summary>Remarks on what of a file's colours is not sRGB, as its pixels are taken: phrases without a full stop.</summary>
    internal static IEnumerable<string> RemarksOnColours(ReadOnlySpan<byte> file)
    {
        const string Taken = "and its pixels are taken as if they were";
        var remarks = new List<string>();
        if (Read(file).ColorProfile is { } profile)
        {
            if (profile.AsSpan(ProfileColours).StartsWith("RGB "u8) && profile.AsSpan().IndexOf("sRGB"u8) < 0
                && profile.AsSpan().IndexOf("s\0R\0G\0B"u8) < 0)
            {
                remarks.Add($"its colour profile is not sRGB, {Taken}");
            }
        }
        else if (PngSignature.Matches(file) && PngMetadata.OddColours(file) is { } odd)
        {
            remarks.Add($"its {odd}, {Taken} sRGB");
        }

        if (JpegMarker.StartsImage(file) && JpegMetadata.HasGainMap(file))
        {
            remarks.Add("its gain map, which makes it HDR, is not read");
        }

        return remarks;
    }

    /// <summary>A copy without what a file of <paramref name="format"/> can't hold or what does not fit the image.</summary>
    public ImageMetadata Fitting(Image image, ImageFormat format)
    {
        var (exif, profile, remarks) = (Exif, ColorProfile, new List<string>(Remarks));
        if (exif is not null && (format == ImageFormat.Tiff || (format == ImageFormat.Jpeg && exif.Length > JpegMetadata.MaxExifBytes)))
        {
            exif = null;
            remarks.Add(format == ImageFormat.Tiff ? "EXIF is not written into TIFF files" : "EXIF is too long for a JPEG and left out");
        }

        // Programs write 72 dots an inch where nobody said anything, in a PNG as 2835 a metre.
        if (format == ImageFormat.WebP && Resolution is { } told
            && (Math.Round(told.Horizontal), Math.Round(told.Vertical)) is not (72.0, 72.0)
            && (exif is null || !Imaging.Exif.HoldsResolution(exif)))
        {
            remarks.Add("the resolution is not written into WebP files");
        }

        if (profile is not null)
        {
            var wanted = image.Channels < 3 && format != ImageFormat.WebP ? "GRAY"u8 : "RGB "u8;
            profile = profile.AsSpan(ProfileColours).StartsWith(wanted) ? profile : null;
            if (profile is null)
            {
                remarks.Add("the colour profile is left out: it is for other channels than the result's");
            }
        }

        return this with { Exif = exif, ColorProfile = profile, Remarks = [.. remarks.Distinct()] };
    }

    /// <summary>Keeps what a decoder found, if it is valid and at most <see cref="MaxBytes"/> long.</summary>
    /// <param name="unread">Remarks on what the decoder does not read.</param>
    internal static ImageMetadata Of(
        ReadOnlySpan<byte> exif, ReadOnlySpan<byte> profile, Resolution? resolution, params IEnumerable<string> unread)
    {
        List<string> remarks = [.. unread];
        exif = Small(Imaging.Exif.WithoutHead(exif), "EXIF", remarks);
        profile = Small(profile, "the colour profile", remarks);
        var sound = profile.Length > ProfileHeaderBytes && profile[ProfileSignature..].StartsWith("acsp"u8)
            && BinaryPrimitives.ReadUInt32BigEndian(profile) == profile.Length;
        if (profile.Length > 0 && !sound)
        {
            remarks.Add("the colour profile is damaged and left out");
        }

        return new(Imaging.Exif.WithNormalOrientation(exif), sound ? profile.ToArray() : null, resolution?.Sound) { Remarks = remarks };
    }

    private static ReadOnlySpan<byte> Small(ReadOnlySpan<byte> data, string what, List<string> remarks)
    {
        if (data.Length <= MaxBytes)
        {
            return data;
        }

        remarks.Add($"{what} has more than {MaxBytes >> 20} MiB and is left out");
        return [];
    }
}
