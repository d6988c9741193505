using System.Buffers.Binary;
using System.IO.Compression;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>Writes Apple's CgBI variant of PNG.</summary>
internal static class CgbiFile
{
    /// <param name="bgra">One row of pixels.</param>
    public static byte[] Create(byte[] bgra)
    {
        var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionMode.Compress, leaveOpen: true))
        {
            deflate.Write([0, .. bgra]);
        }

        return
        [
            .. PngSignature.Bytes,
            .. Chunk("CgBI"u8, [0x50, 0, 0x20, 2]),
            .. Chunk("IHDR"u8, [0, 0, 0, (byte)(bgra.Length / 4), 0, 0, 0, 1, 8, 6, 0, 0, 0]),
            .. Chunk("IDAT"u8, deflated.ToArray()),
            .. Chunk("IEND"u8, []),
        ];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, (byte)data.Length, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.Compute(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }
}
