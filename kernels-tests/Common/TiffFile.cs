using System.Buffers.Binary;

namespace IlgpuGan.TestsCommon;

/// <summary>Writes small TIFF files of 8 bits per sample: one strip per page, any tags.</summary>
internal static class TiffFile
{
    public const int Width = 256;
    public const int Height = 257;
    public const int Compression = 259;
    public const int Photometric = 262;
    public const int RowsPerStrip = 278;
    public const int TileWidth = 322;
    public const int ExtraSamples = 338;
    private const int StripOffsets = 273;
    private const int Samples = 277;
    private const int StripByteCounts = 279;

    /// <param name="Data">[height, width, samples], or their compressed form.</param>
    /// <param name="Tags">Tags to add or override.</param>
    internal sealed record Page(int Width, int Height, int Samples, byte[] Data, params (int Tag, int Value)[] Tags);

    public static byte[] Create(params Page[] pages)
    {
        var file = new List<byte>([.. "II*\0"u8, .. Bytes(8)]);
        for (var i = 0; i < pages.Length; i++)
        {
            var page = pages[i];
            var tags = new SortedDictionary<int, int>
            {
                [Width] = page.Width,
                [Height] = page.Height,
                [258] = 8,
                [Compression] = 1,
                [Photometric] = page.Samples < 3 ? 1 : 2,
                [Samples] = page.Samples,
                [RowsPerStrip] = page.Height,
                [StripByteCounts] = page.Data.Length,
                [StripOffsets] = 0,
            };
            foreach (var (tag, value) in page.Tags)
            {
                tags[tag] = value;
            }

            var next = file.Count + 2 + (12 * tags.Count) + 4;
            tags[StripOffsets] = next;
            file.AddRange([(byte)tags.Count, 0]);
            foreach (var (tag, value) in tags)
            {
                file.AddRange([(byte)tag, (byte)(tag >> 8), 4, 0, .. Bytes(1), .. Bytes(value)]);
            }

            file.AddRange(Bytes(i < pages.Length - 1 ? next + page.Data.Length : 0));
            file.AddRange(page.Data);
        }

        return [.. file];
    }

    private static byte[] Bytes(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
