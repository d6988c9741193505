using System.Runtime.CompilerServices;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// The entropy-coded bits of one scan. Removes stuffed zeros and stops at markers. After the last byte it supplies zeros and counts them,
/// so that decoding a block needs no test for the end; check <see cref="Overrun"/> afterwards.
/// </summary>
internal unsafe ref struct BitReader
{
    private readonly byte* _file;
    private readonly byte* _end;

    /// <summary>Unread bits, the next one highest. Bits beyond <see cref="Count"/> are undefined.</summary>
    public ulong Bits;

    /// <summary>Number of bits in <see cref="Bits"/>, padding included.</summary>
    public int Count;

    /// <summary>The next byte to read.</summary>
    public byte* Position;

    private int _padding;

    public BitReader(byte* file, int length, int start)
    {
        _file = file;
        _end = file + length;
        Position = file + start;
    }

    /// <summary>Whether bits beyond the end of the data were consumed.</summary>
    public readonly bool Overrun => Count < _padding;

    /// <summary>Whether fewer than two bytes are left, too few for a marker.</summary>
    public readonly bool AtEnd => _end - Position < 2;

    /// <summary>The offset in the file of the next byte.</summary>
    public readonly int Offset => (int)(Position - _file);

    /// <summary>Makes at least 32 bits available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill()
    {
        if (Count < 32)
        {
            FillFrom();
        }
    }

    /// <summary>Makes at least 57 bits available.</summary>
    public void FillFrom()
    {
        if (_end - Position >= 8)
        {
            var next = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(Position));
            if (!HasMarkerByte(next))
            {
                Bits |= next >> Count;
                var bytes = (63 - Count) >> 3;
                Position += bytes;
                Count += bytes * 8;
                return;
            }
        }

        FillSlowly();
    }

    /// <summary>Whether any byte is 0xFF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasMarkerByte(ulong bytes) => (bytes & (~bytes - 0x0101010101010101) & 0x8080808080808080) != 0;

    /// <summary>The next <paramref name="count"/> bits, 0 to 16, as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(int count)
    {
        Fill();
        var value = (int)(Bits >> 48) >> (16 - count);
        Skip(count);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count)
    {
        Bits <<= count;
        Count -= count;
    }

    /// <summary>
    /// Skips to the next marker, which should be the restart marker <paramref name="index"/> (0 to 7), and past it. Other markers are
    /// handled as by the IJG's jpeg_resync_to_restart: one of the next two restart markers, or no restart marker, means that this interval
    /// is lost; one of the previous two is skipped; any other counts as the expected one.
    /// </summary>
    /// <returns>Whether the data of the interval follows.</returns>
    public bool Restart(int index)
    {
        (Bits, Count, _padding) = (0, 0, 0);
        for (; !AtEnd; Position++)
        {
            if (Position[0] != 0xFF || Position[1] is 0 or 0xFF)
            {
                continue;
            }

            var marker = Position[1];
            var distance = (marker - JpegMarker.Rst0 - index) & 7;
            if (marker >= JpegMarker.Sof0 && (!JpegMarker.IsRestart(marker) || distance is 1 or 2))
            {
                return false;
            }

            if (JpegMarker.IsRestart(marker) && distance is not (6 or 7))
            {
                Position += 2;
                return true;
            }
        }

        return false;
    }

    private void FillSlowly()
    {
        while (Count <= 56)
        {
            uint next = 0;
            if (Position == _end)
            {
                _padding += 8;
            }
            else if (*Position != 0xFF)
            {
                next = *Position++;
            }
            else
            {
                var after = Position + 1;
                while (after < _end && *after == 0xFF)
                {
                    after++;
                }

                if (after < _end && *after == 0)
                {
                    next = 0xFF;
                    Position = after + 1;
                }
                else
                {
                    _padding += 8;
                }
            }

            // The fast path may have left these same bits beyond Count; or-ing them again changes nothing.
            Bits |= (ulong)next << (56 - Count);
            Count += 8;
        }
    }
}
