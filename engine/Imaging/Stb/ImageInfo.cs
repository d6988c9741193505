using System.Diagnostics.CodeAnalysis;
using IlgpuGan.Imaging;

namespace StbImageSharp;

/// <summary>What the header of an image says.</summary>
[SuppressMessage("Design", "CA1051", Justification = "StbImageSharp has fields here.")]
public struct ImageInfo
{
    public int Width;
    public int Height;

    /// <summary>The channels that decoding gives by default.</summary>
    public ColorComponents ColorComponents;

    /// <summary>16 for a PNG of 16 bits, else 8.</summary>
    public int BitsPerChannel;

    /// <summary>Reads the header of a PNG or JPEG at position 0 of a seekable stream, and returns to that position.</summary>
    /// <returns>null if it is neither, or the header is corrupt.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public static ImageInfo? FromStream(Stream stream)
    {
        var file = StbDecoding.ReadAll(stream);
        if (stream.CanSeek)
        {
            stream.Position = 0;
        }

        if (!StbDecoding.IsRead(file))
        {
            return null;
        }

        try
        {
            var info = ImageFile.Identify(file);
            return new ImageInfo
            {
                Width = info.Width,
                Height = info.Height,
                ColorComponents = (ColorComponents)info.Channels,
                BitsPerChannel = info.BitsPerChannel,
            };
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }
}
