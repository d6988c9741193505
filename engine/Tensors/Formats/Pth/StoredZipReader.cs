using System.Buffers.Binary;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>An entry of a zip archive.</summary>
/// <param name="Name">Name, with folders.</param>
/// <param name="IsStored">Whether the data are uncompressed.</param>
/// <param name="Start">Offset of the data in the file.</param>
/// <param name="Length">Length of the data in bytes.</param>
/// <param name="Crc">Checksum of the data.</param>
internal sealed record StoredZipEntry(string Name, bool IsStored, long Start, long Length, uint Crc);

/// <summary>Reads the central directory of a zip archive, with or without Zip64, and locates each entry's data.</summary>
/// <remarks>
/// Fields after PKWARE's APPNOTE 6.3. Lengths and checksums are read from the central directory, because streaming writers such as
/// PyTorch's omit them in local headers. All offsets are checked to lie inside the file.
/// </remarks>
internal readonly struct StoredZipReader(DataFile file)
{
    private const int LocalHeader = 30;
    private const int CentralHeader = 46;
    private const int EndRecord = 22;
    private const int End64Locator = 20;
    private const int End64Record = 56;
    private const int MaximumDirectory = 256 << 20;
    private const ushort Zip64Field = 1;
    private const ushort Stored = 0;

    /// <summary>The entries in the order of the directory.</summary>
    /// <exception cref="CheckpointFormatException">The archive is cut short or damaged.</exception>
    public List<StoredZipEntry> ReadEntries()
    {
        var (start, length) = FindDirectory();
        var directory = Read(start, checked((int)length));
        var entries = new List<StoredZipEntry>();
        for (var at = 0; at < directory.Length;)
        {
            var header = directory.AsSpan(at);
            if (header.Length < CentralHeader || !header.StartsWith("PK\u0001\u0002"u8))
            {
                throw Error(start + at, "the zip archive's directory is damaged");
            }
            var (name, extra, comment) = (Short(header, 28), Short(header, 30), Short(header, 32));
            var whole = CentralHeader + name + extra + comment;
            if (header.Length < whole)
            {
                throw Error(start + at, "the zip archive's directory is damaged: an entry's names pass its end");
            }
            entries.Add(EntryOf(
                start + at, header[..CentralHeader], header.Slice(CentralHeader, name), header.Slice(CentralHeader + name, extra), start));
            at += whole;
        }

        return entries;
    }

    private StoredZipEntry EntryOf(long at, ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, long end)
    {
        long packed = Word(header, 20), length = Word(header, 24), local = Word(header, 42);
        var wide = Field(extra, Zip64Field);
        // What does not fit 32 bits follows in the extra field, in this order.
        if (!Widen(ref length, ref wide) || !Widen(ref packed, ref wide) || !Widen(ref local, ref wide))
        {
            throw Error(at, "the zip archive's directory is damaged: an entry lacks its 64-bit lengths");
        }
        if (local > end - LocalHeader)
        {
            throw Error(at, "the zip archive's directory is damaged: an entry lies behind it");
        }
        var before = Read(local, LocalHeader);
        if (!before.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            throw Error(local, "the zip archive is damaged: an entry's header is not where the directory says");
        }
        var start = local + LocalHeader + Short(before, 26) + Short(before, 28);
        if (packed > end - start)
        {
            throw Error(at, "the zip archive's directory is damaged: an entry reaches into it");
        }
        return new StoredZipEntry(
            Encoding.UTF8.GetString(name), Short(header, 10) == Stored && packed == length, start, length, Word(header, 16));
    }

    private (long Start, long Length) FindDirectory()
    {
        var tail = Read(Math.Max(file.Length - EndRecord - ushort.MaxValue, 0), (int)Math.Min(file.Length, EndRecord + ushort.MaxValue));
        for (var at = tail.Length - EndRecord; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (!record.StartsWith("PK\u0005\u0006"u8) || Short(record, 20) != record.Length - EndRecord)
            {
                continue;
            }
            var position = file.Length - tail.Length + at;
            var (length, start) = FindDirectory64(position) ?? (Word(record, 12), Word(record, 16));
            return start <= position && length <= position - start && length <= MaximumDirectory
                ? (start, length)
                : throw Error(position, "the zip archive's directory is damaged: it lies outside of the file");
        }

        throw Error(file.Length, "the zip archive has no readable directory at its end; the file is cut short or damaged");
    }

    /// <summary>The directory's location in the Zip64 end record; null if there is none.</summary>
    private (long Length, long Start)? FindDirectory64(long end)
    {
        var before = end - End64Locator - End64Record;
        if (before < 0)
        {
            return null;
        }
        var locator = Read(end - End64Locator, End64Locator);
        if (!locator.AsSpan().StartsWith("PK\u0006\u0007"u8))
        {
            return null;
        }
        var record = Long(locator, 8) is var at && at <= before ? Read(at, End64Record) : [];
        return record.AsSpan().StartsWith("PK\u0006\u0006"u8)
            ? (Long(record, 40), Long(record, 48))
            : throw Error(end, "the zip archive's directory is damaged: its Zip64 record is not where it should be");
    }

    private byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        file.Read(offset, bytes);
        return bytes;
    }

    private static bool Widen(ref long value, ref ReadOnlySpan<byte> wide)
    {
        if (value != uint.MaxValue)
        {
            return true;
        }
        if (wide.Length < sizeof(long))
        {
            return false;
        }
        value = BinaryPrimitives.ReadInt64LittleEndian(wide);
        wide = wide[sizeof(long)..];
        return value >= 0;
    }

    /// <summary>The data of an extra field of a given kind; empty if there is none.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> extra, ushort kind)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min(Short(extra, 2), extra.Length - 4);
            if (Short(extra, 0) == kind)
            {
                return extra.Slice(4, length);
            }
            extra = extra[(4 + length)..];
        }

        return [];
    }

    private long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) is >= 0 and var value
        ? value
        : throw Error(file.Length, "the zip archive's directory is damaged: a length is negative");

    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private CheckpointFormatException Error(long at, string reason) => new(file.Path, at, reason);
}
