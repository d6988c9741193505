namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>The zip format's checksum: CRC-32, polynomial 0xEDB88320 reflected, eight bytes a round.</summary>
internal static class Crc32
{
    private const int Slices = 8;

    private static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        while (data.Length >= Slices)
        {
            var low = crc ^ BitConverter.ToUInt32(data);
            var high = BitConverter.ToUInt32(data[4..]);
            crc = Table[(7 * 256) + (int)(low & 255)] ^ Table[(6 * 256) + (int)((low >> 8) & 255)]
                ^ Table[(5 * 256) + (int)((low >> 16) & 255)] ^ Table[(4 * 256) + (int)(low >> 24)]
                ^ Table[(3 * 256) + (int)(high & 255)] ^ Table[(2 * 256) + (int)((high >> 8) & 255)]
                ^ Table[256 + (int)((high >> 16) & 255)] ^ Table[(int)(high >> 24)];
            data = data[Slices..];
        }

        foreach (var value in data)
            crc = (crc >> 8) ^ Table[(int)((crc ^ value) & 255)];
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            table[i] = crc;
        }

        for (var i = 256; i < table.Length; i++)
            table[i] = (table[i - 256] >> 8) ^ table[table[i - 256] & 255];
        return table;
    }
}
