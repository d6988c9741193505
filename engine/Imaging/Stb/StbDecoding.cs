using System.Buffers.Binary;
using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Png;

namespace StbImageSharp;

/// <summary>From streams and arrays to images by the rules of StbImageSharp, over the decoders of this assembly.</summary>
internal static class StbDecoding
{
    /// <summary>The whole of a stream, from its first byte where it can seek; it is left at its end.</summary>
    public static byte[] ReadAll(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
        {
            stream.Position = 0;
        }

        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Whether the bytes begin as a file of the two formats that are read here.</summary>
    public static bool IsRead(ReadOnlySpan<byte> file) => ImageFile.TryFormatOf(file) is ImageFormat.Png or ImageFormat.Jpeg;

    /// <returns>8 bits a channel, with the channels asked for, and the number of channels of the file.</returns>
    /// <exception cref="InvalidOperationException">The data can't be decoded, or no such components exist.</exception>
    /// <exception cref="NotSupportedException">
    /// The data is of a format that this implementation does not read; its name is given.
    /// </exception>
    public static (Image Image, int SourceChannels) Decode(byte[] file, ColorComponents required)
    {
        if (required is < ColorComponents.Default or > ColorComponents.RedGreenBlueAlpha)
        {
            throw new InvalidOperationException($"bad req_comp: {(int)required} components");
        }

        if (!IsRead(file))
        {
            var format = OtherFormat(file)
                ?? throw new ImageFormatException(file.Length == 0 ? "the file is empty" : "not a PNG or JPEG image", 0);
            throw new NotSupportedException($"{format} images are not supported, only PNG and JPEG");
        }

        var options = new DecodeOptions
        {
            ColorRules = JpegColorRules.Stb,
            LumaOnly = required is ColorComponents.Grey or ColorComponents.GreyAlpha,
            KeepCgbiOrder = true,
        };
        var image = ImageFile.Load(file, options);
        var sourceChannels = PngSignature.Matches(file) ? image.Channels : ImageFile.Identify(file).Channels;
        if (StbImage.ConvertsIphonePng && IsCgbi(file))
        {
            image = Cgbi.ToRgb(image, StbImage.Unpremultiplies);
        }

        var channels = required == ColorComponents.Default ? image.Channels : (int)required;
        image = UpperEightBits(ChannelConversion.Convert(image, channels, GrayWeights.Stb));
        return (StbImage.FlipsVertically ? image.FlipVertically() : image, sourceChannels);
    }

    private static Image UpperEightBits(Image image) => image.BitsPerChannel == 8
        ? image
        : new(image.Width, image.Height, image.Channels, Array.ConvertAll(image.Words, word => (byte)(word >> 8)));

    private static bool IsCgbi(ReadOnlySpan<byte> file) =>
        PngSignature.Matches(file) && BinaryPrimitives.ReadUInt32BigEndian(file[12..]) == PngChunkType.CgBi;

    /// <summary>Names the formats that StbImageSharp reads and this implementation does not.</summary>
    private static string? OtherFormat(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.StartsWith("BM"u8) => "BMP",
        _ when file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) => "GIF",
        _ when file.StartsWith("8BPS"u8) => "PSD",
        _ when file.StartsWith("#?RADIANCE\n"u8) || file.StartsWith("#?RGBE\n"u8) => "HDR",
        _ when IsTga(file) => "TGA",
        _ => null,
    };

    /// <summary>TGA has no signature; its header must be plausible in every field.</summary>
    private static bool IsTga(ReadOnlySpan<byte> file)
    {
        if (file.Length < 18)
        {
            return false;
        }

        var (mapped, type, bits) = (file[1], file[2], file[16]);
        var kind = mapped switch
        {
            0 => type is 2 or 3 or 10 or 11 && bits is 8 or 15 or 16 or 24 or 32,
            1 => type is 1 or 9 && file[7] is 8 or 15 or 16 or 24 or 32 && bits is 8 or 16,
            _ => false,
        };
        return kind && BinaryPrimitives.ReadUInt16LittleEndian(file[12..]) != 0 && BinaryPrimitives.ReadUInt16LittleEndian(file[14..]) != 0;
    }
}
