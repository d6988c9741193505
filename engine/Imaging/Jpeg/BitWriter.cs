using System.Runtime.CompilerServices;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>A growing JPEG file: whole bytes for headers, bits with stuffed zeros for scans.</summary>
internal sealed unsafe class BitWriter(int capacity)
{
    private byte[] _buffer = new byte[capacity];
    private int _length;
    private PendingBits _pending = new(null);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>A big-endian number.</summary>
    public void WriteWord(int value) => Write([(byte)(value >> 8), (byte)value]);

    /// <summary>
    /// The buffer from the next byte on, with room for so many; to be pinned while <see cref="PendingBits"/> writes there.
    /// </summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_length + bytes, (int)Math.Min(2L * _buffer.Length, Array.MaxLength)));
        }

        return _buffer.AsSpan(_length);
    }

    /// <summary>The bits not yet written, to go on from at the first byte of what <see cref="Reserve"/> gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PendingBits Begin(byte* reserved)
    {
        _pending.Position = reserved;
        return _pending;
    }

    /// <summary>Takes over the bytes that were written since <see cref="Begin"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End(PendingBits bits, byte* reserved)
    {
        _length += (int)(bits.Position - reserved);
        _pending = bits;
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

        _pending = new(null);
    }

    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();
}

/// <summary>Up to 64 bits that are not written yet, and where they are to go. Kept in registers while a block is encoded.</summary>
internal unsafe struct PendingBits(byte* position)
{
    /// <summary>Where the next byte goes.</summary>
    public byte* Position = position;

    /// <summary>The last of the bits is the lowest; above the first one is what has been written.</summary>
    private ulong _bits;
    private int _free = 64;

    /// <summary>Appends the lowest <paramref name="size"/> bits of <paramref name="value"/>, whose other bits are 0.</summary>
    /// <param name="size">1 to 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(uint value, int size)
    {
        _free -= size;
        if (_free >= 0)
        {
            _bits = (_bits << size) | value;
            return;
        }

        var full = (_bits << (size + _free)) | ((ulong)value >> -_free);
        if (BitReader.HasMarkerByte(full))
        {
            Position = WriteStuffed(Position, full, 8);
        }
        else
        {
            Unsafe.WriteUnaligned(Position, BinaryPrimitives.ReverseEndianness(full));
            Position += 8;
        }

        _free += 64;
        _bits = value;
    }

    /// <summary>Completes the last byte with ones and writes what there is.</summary>
    public void Finish()
    {
        Put(0x7F, 7);
        var count = (64 - _free) / 8;
        if (count > 0)
        {
            Position = WriteStuffed(Position, _bits << _free, count);
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
