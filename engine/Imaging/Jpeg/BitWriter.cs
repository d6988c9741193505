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
    /// The free part of the buffer, at least <paramref name="bytes"/> long. Pin it while <see cref="PendingBits"/> writes to it.
    /// </summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_length + bytes, (int)Math.Min(2L * _buffer.Length, Array.MaxLength)));
        }

        return _buffer.AsSpan(_length);
    }

    /// <summary>The pending bits, continued at the first byte of the span from <see cref="Reserve"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PendingBits Begin(byte* reserved)
    {
        _pending.Position = reserved;
        return _pending;
    }

    /// <summary>Adds the bytes written since <see cref="Begin"/> to the file.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End(PendingBits bits, byte* reserved)
    {
        _length += (int)(bits.Position - reserved);
        _pending = bits;
    }

    /// <summary>Fills the last byte with ones and writes it.</summary>
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

/// <summary>Up to 64 unwritten bits, and where to write them. Kept in registers while a block is encoded.</summary>
internal unsafe struct PendingBits(byte* position)
{
    /// <summary>Where the next byte goes.</summary>
    public byte* Position = position;

    /// <summary>The last pending bit is the lowest. Bits above the first pending one have been written.</summary>
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

    /// <summary>Fills the last byte with ones and writes the pending bytes.</summary>
    public void Finish()
    {
        Put(0x7F, 7);
        var count = (64 - _free) / 8;
        if (count > 0)
        {
            Position = WriteStuffed(Position, _bits << _free, count);
        }
    }

    /// <summary>Writes the upper <paramref name="bytes"/> of eight, with a zero after each 0xFF.</summary>
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
