namespace IlgpuGan.Imaging.Jpeg;

/// <summary>A Huffman code, prepared for encoding.</summary>
internal sealed class HuffmanCode
{
    private HuffmanCode(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        var (code, index) = (0u, 0);
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            for (var i = 0; i < counts[length - 1]; i++, code++)
            {
                Entries[values[index++]] = (code << 8) | (uint)length;
            }
        }
    }

    public static HuffmanCode LumaDc { get; } = new(StandardTables.LumaDcCounts, StandardTables.DcValues);

    public static HuffmanCode ChromaDc { get; } = new(StandardTables.ChromaDcCounts, StandardTables.DcValues);

    public static HuffmanCode LumaAc { get; } = new(StandardTables.LumaAcCounts, StandardTables.LumaAcValues);

    public static HuffmanCode ChromaAc { get; } = new(StandardTables.ChromaAcCounts, StandardTables.ChromaAcValues);

    /// <summary>Per symbol: its code &lt;&lt; 8 | the code's length; 0 for a symbol without a code.</summary>
    public uint[] Entries { get; } = new uint[256];
}
