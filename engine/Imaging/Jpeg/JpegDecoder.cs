namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Decodes baseline, extended and progressive JPEG with Huffman coding and 8 bits a sample (ITU-T T.81), to the same samples as the IJG's
/// library with its accurate integer DCT and fancy upsampling. Thread-safe.
/// </summary>
public static class JpegDecoder
{
    /// <summary>
    /// Decodes to gray [height, width, 1] or RGB [height, width, 3]; CMYK and YCCK become RGB by multiplication. A file without its end
    /// mark is read if all pixels are there.
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not such a JPEG, is corrupt, is cut short or is over the limit.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        CheckSignature(file);
        options ??= DecodeOptions.Default;
        using var picture = new JpegPicture(options);
        picture.ReadScans(file);
        if (picture.ColorModel is JpegColorModel.Cmyk or JpegColorModel.Ycck)
        {
            options.Remark?.Invoke("its CMYK colours become RGB without a colour profile");
        }

        return JpegOutput.ToImage(picture.Frame, picture.ColorModel);
    }

    /// <summary>Reads the frame header and EXIF.</summary>
    /// <exception cref="ImageFormatException">The data is not a supported JPEG, or ends before its frame header.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        CheckSignature(file);
        var reader = new SegmentReader(file);
        while (true)
        {
            var marker = reader.NextMarker();
            var offset = reader.Position;
            if (JpegMarker.IsFrame(marker))
            {
                var frame = JpegFrame.Parse(marker, reader.Payload(), offset);
                var channels = frame.Components.Length == 1 ? 1 : 3;
                return new ImageInfo
                {
                    Format = ImageFormat.Jpeg, Width = frame.Width, Height = frame.Height, Channels = channels,
                    BitsPerChannel = 8, Orientation = Exif.ReadOrientation(file),
                };
            }

            ImageFormatException.ThrowIf(marker is JpegMarker.Sos or JpegMarker.Eoi, "the JPEG has no frame header", offset);

            if (!JpegMarker.StandsAlone(marker))
            {
                reader.Payload();
            }
        }
    }

    private static void CheckSignature(ReadOnlySpan<byte> file)
    {
        ImageFormatException.ThrowIf(!JpegMarker.StartsImage(file), "not a JPEG image", 0);
    }
}
