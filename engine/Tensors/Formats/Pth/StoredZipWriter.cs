using System.Buffers.Binary;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>
/// Writes a zip archive of uncompressed entries, whose data start at multiples of 64 bytes, as PyTorch's memory mapping requires.
/// </summary>
/// <remarks>Fields after PKWARE's APPNOTE 6.3, without Zip64: an archive of 4 GiB or 65,535 entries is refused.</remarks>
internal sealed class StoredZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const int LocalHeader = 30;
    private const int CentralHeader = 46;
    private const int EndRecord = 22;
    private const ushort Version = 20;
    private const ushort Utf8Names = 1 << 11;
    private const ushort NewYear1980 = (1 << 5) | 1; // the format's earliest date, so that equal weights give equal files
    private const ushort PaddingField = 0x4246; // "FB", the extra field that PyTorch pads with

    private readonly List<(byte[] Name, uint Crc, uint Length, uint Offset)> _entries = [];
    private long _position;

    public void Add(string name, ReadOnlySpan<byte> data)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        var dataStart = (_position + LocalHeader + nameBytes.Length + 4 + Alignment - 1) / Alignment * Alignment;
        if (dataStart + data.Length + CentralHeader > uint.MaxValue || _entries.Count == ushort.MaxValue - 1)
        {
            throw new IOException("a .pth file of 4 GiB or more is not supported; write safetensors instead");
        }
        var (crc, offset) = (ZipCrc32.Of(data), (uint)_position);
        var header = new byte[dataStart - _position];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034B50);
        WriteCommon(header.AsSpan(4), crc, (uint)data.Length, nameBytes.Length);
        var extra = header.Length - LocalHeader - nameBytes.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)extra);
        nameBytes.CopyTo(header, LocalHeader);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(LocalHeader + nameBytes.Length), PaddingField);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(LocalHeader + nameBytes.Length + 2), (ushort)(extra - 4));
        Write(header);
        Write(data);
        _entries.Add((nameBytes, crc, (uint)data.Length, offset));
    }

    /// <summary>Writes the central directory. Nothing may be added afterwards.</summary>
    public void Finish()
    {
        var start = _position;
        foreach (var (name, crc, length, offset) in _entries)
        {
            var header = new byte[CentralHeader + name.Length];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014B50);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), Version);
            WriteCommon(header.AsSpan(6), crc, length, name.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), offset);
            name.CopyTo(header, CentralHeader);
            Write(header);
        }

        if (_position > uint.MaxValue)
        {
            throw new IOException("a .pth file of 4 GiB or more is not supported; write safetensors instead");
        }
        var end = new byte[EndRecord];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(_position - start));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)start);
        Write(end);
    }

    /// <summary>The fields that both headers share: version, flags, method 0, time, date, checksum, both lengths, name's length.</summary>
    private static void WriteCommon(Span<byte> fields, uint crc, uint length, int nameLength)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(fields, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[2..], Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[8..], NewYear1980);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[10..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[14..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[18..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[22..], (ushort)nameLength);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _position += bytes.Length;
    }
}
