using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IlgpuGan.TestsCommon;

/// <summary>The files of the imaging tests' <c>fixtures/</c>, including lists of expected results.</summary>
internal static class Fixtures
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Imaging", "fixtures");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>The lines of a list, split at spaces.</summary>
    public static IEnumerable<string[]> Lines(string list) => File.ReadLines(PathOf(list)).Select(line => line.Split(' '));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The hash of an image's samples, 16-bit ones in little-endian order.</summary>
    public static string Hash(Image image) =>
        Hash(image.BitsPerChannel == 8 ? image.Bytes : MemoryMarshal.AsBytes(image.Words.AsSpan()));

    /// <summary>Converts an image to one of Pillow's modes. Except in mode I, 16-bit samples are reduced to their upper 8 bits.</summary>
    public static Image InPillowMode(Image image, string mode)
    {
        if (image.BitsPerChannel == 16 && mode != "I")
        {
            image = new(image.Width, image.Height, image.Channels, Array.ConvertAll(image.Words, word => (byte)(word >> 8)));
        }

        return mode switch
        {
            "L" or "I" => image.ToChannels(1),
            "RGB" => image.ToChannels(3),
            "RGBA" => image.ToChannels(4),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "not a mode of the lists"),
        };
    }
}
