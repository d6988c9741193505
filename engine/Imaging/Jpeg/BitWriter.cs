using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>A growing JPEG file: whole bytes for headers, bits with stuffed zeros for scans.</summary>
internal sealed class BitWriter(int capacity)
{
    private byte[] buffer = new byte[capacity];
    private int length;

    /// <summary>Bits not yet written, the first of them on top.</summary>
    private ulong bits;
    private int count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    /// <summary>A big-endian number.</summary>
    public void WriteWord(int value) => Write([(byte)(value >> 8), (byte)value]);

    /// <summary>Makes room, so that <see cref="Put"/> need not ask for it.</summary>
    public void Reserve(int bytes)
    {
        if (buffer.Length - length < bytes)
        {
            Array.Resize(ref buffer, Math.Max(length + bytes, (int)Math.Min(2L * buffer.Length, Array.MaxLength)));
        }
    }

    /// <summary>Appends the lowest <paramref name="size"/> bits of <paramref name="value"/>, whose other bits are 0.</summary>
    /// <param name="size">0 to 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(uint value, int size)
    {
        count += size;
        bits |= (ulong)value << (64 - count);
        if (count >= 32)
        {
            WriteUpper();
        }
    }

    /// <summary>Completes the last byte with ones.</summary>
    public void Flush()
    {
        Reserve(16);
        Put(0x7F, 7);
        for (; count >= 8; count -= 8, bits <<= 8)
        {
            WriteStuffed((byte)(bits >> 56));
        }

        (bits, count) = (0, 0);
    }

    public byte[] ToArray() => buffer.AsSpan(0, length).ToArray();

    private void WriteUpper()
    {
        var word = (uint)(bits >> 32);
        if (BitReader.HasMarkerByte(word))
        {
            for (var shift = 24; shift >= 0; shift -= 8)
            {
                WriteStuffed((byte)(word >> shift));
            }
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length), word);
            length += 4;
        }

        bits <<= 32;
        count -= 32;
    }

    private void WriteStuffed(byte value)
    {
        buffer[length++] = value;
        if (value == 0xFF)
        {
            buffer[length++] = 0;
        }
    }
}
