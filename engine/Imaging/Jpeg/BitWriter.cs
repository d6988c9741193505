using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>A growing JPEG file: whole bytes for headers, bits with stuffed zeros for scans.</summary>
internal sealed unsafe class BitWriter(int capacity)
{
    private byte[] buffer = new byte[capacity];
    private int length;
    private PendingBits pending = new(null);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    /// <summary>A big-endian number.</summary>
    public void WriteWord(int value) => Write([(byte)(value >> 8), (byte)value]);

    /// <summary>
    /// The buffer from the next byte on, with room for so many; to be pinned while <see cref="PendingBits"/> writes there.
    /// </summary>
    public Span<byte> Reserve(int bytes)
    {
        if (buffer.Length - length < bytes)
        {
            Array.Resize(ref buffer, Math.Max(length + bytes, (int)Math.Min(2L * buffer.Length, Array.MaxLength)));
        }

        return buffer.AsSpan(length);
    }

    /// <summary>The bits not yet written, to go on from at the first byte of what <see cref="Reserve"/> gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PendingBits Begin(byte* reserved)
    {
        pending.Position = reserved;
        return pending;
    }

    /// <summary>Takes over the bytes that were written since <see cref="Begin"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End(PendingBits bits, byte* reserved)
    {
        length += (int)(bits.Position - reserved);
        pending = bits;
    }

    /// <summary>Completes the last byte with ones.</summary>
    public void Flush()
    {
        fixed (byte* reserved = Reserve(32))
        {
            var bits = Begin(reserved);
            bits.Finish();
            End(bits, reserved);
        }

        pending = new(null);
    }

    public byte[] ToArray() => buffer.AsSpan(0, length).ToArray();
}

/// <summary>Up to 64 bits that are not written yet, and where they are to go. Kept in registers while a block is encoded.</summary>
internal unsafe struct PendingBits(byte* position)
{
    /// <summary>Where the next byte goes.</summary>
    public byte* Position = position;

    /// <summary>The last of the bits is the lowest; above the first one is what has been written.</summary>
    private ulong bits;
    private int free = 64;

    /// <summary>Appends the lowest <paramref name="size"/> bits of <paramref name="value"/>, whose other bits are 0.</summary>
    /// <param name="size">1 to 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(uint value, int size)
    {
        free -= size;
        if (free >= 0)
        {
            bits = (bits << size) | value;
            return;
        }

        var full = (bits << (size + free)) | ((ulong)value >> -free);
        if (BitReader.HasMarkerByte(full))
        {
            Position = WriteStuffed(Position, full, 8);
        }
        else
        {
            Unsafe.WriteUnaligned(Position, BinaryPrimitives.ReverseEndianness(full));
            Position += 8;
        }

        free += 64;
        bits = value;
    }

    /// <summary>Completes the last byte with ones and writes what there is.</summary>
    public void Finish()
    {
        Put(0x7F, 7);
        var count = (64 - free) / 8;
        if (count > 0)
        {
            Position = WriteStuffed(Position, bits << free, count);
        }
    }

    /// <summary>Writes the upper <paramref name="bytes"/> of eight, a zero behind each that is 0xFF.</summary>
    private static byte* WriteStuffed(byte* position, ulong word, int bytes)
    {
        for (; bytes > 0; bytes--, word <<= 8)
        {
            var value = (byte)(word >> 56);
            *position++ = value;
            if (value == 0xFF)
            {
                *position++ = 0;
            }
        }

        return position;
    }
}
