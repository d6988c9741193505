using IlgpuGan.Imaging;
using StbImageSharp;

namespace IlgpuGan.Benchmarks.Imaging;

/// <summary>The result of decoding a file.</summary>
internal enum DecodingOutcome
{
    Decoded,

    /// <summary>Failed with the decoder's documented exception.</summary>
    Refused,

    /// <summary>Failed with any other exception.</summary>
    Threw,
}

/// <summary>A decoder: ours, or StbImageSharp's.</summary>
/// <param name="Name">name in tables and on the command line</param>
/// <param name="Decode">decodes a file and returns the number of pixels</param>
/// <param name="IsRefusal">whether an exception is the one that the decoder documents</param>
internal sealed record Decoder(string Name, Func<byte[], long> Decode, Func<Exception, bool> IsRefusal)
{
    public static readonly Decoder[] All =
    [
        new("IlgpuGan", OurPixels, e => e is ImageFormatException),
        new("StbImageSharp", TheirPixels, e => e is InvalidOperationException),
    ];

    /// <summary>Decodes a file that may be damaged.</summary>
    public DecodingOutcome Attempt(byte[] file)
    {
        try
        {
            Decode(file);
            return DecodingOutcome.Decoded;
        }
        catch (Exception e)
        {
            return IsRefusal(e) ? DecodingOutcome.Refused : DecodingOutcome.Threw;
        }
    }

    private static long OurPixels(byte[] file)
    {
        var image = ImageFile.Load(file);
        return (long)image.Width * image.Height;
    }

    private static long TheirPixels(byte[] file)
    {
        var image = ImageResult.FromMemory(file);
        return (long)image.Width * image.Height;
    }
}
