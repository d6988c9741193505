using IlgpuGan.Imaging;
using StbImageSharp;

namespace IlgpuGan.Benchmarks.Imaging;

/// <summary>What becomes of a file.</summary>
internal enum DecodingOutcome
{
    Decoded,

    /// <summary>By the decoder's own exception.</summary>
    Refused,

    /// <summary>By any other exception.</summary>
    Threw,
}

/// <summary>Ours, or StbImageSharp's.</summary>
/// <param name="Name">as tables and the command line have it</param>
/// <param name="Decode">from a file to pixels, of which it gives the number</param>
/// <param name="IsRefusal">whether the exception is the one that the decoder promises</param>
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
