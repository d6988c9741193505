namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>Intra prediction modes (RFC 6386, section 12). Whole blocks use the first four, subblocks all.</summary>
internal enum Vp8Mode
{
    Dc,
    TrueMotion,
    Vertical,
    Horizontal,
    DownRight,
    VerticalRight,
    DownLeft,
    VerticalLeft,
    HorizontalDown,
    HorizontalUp,
}

/// <summary>Predicts blocks from the samples above and to the left, at the edges from the plane's border.</summary>
internal static class Vp8Prediction
{
    /// <summary>Predicts a block of 16×16 or 8×8 samples.</summary>
    /// <param name="hasAbove">Whether there is a block above, not only the border.</param>
    public static void PredictBlock(Vp8Mode mode, byte[] plane, int place, int stride, int side, bool hasAbove, bool hasLeft)
    {
        var above = plane.AsSpan(place - stride, side).ToArray();
        var corner = plane[place - stride - 1];
        var mean = mode == Vp8Mode.Dc ? MeanOf(plane, place, stride, side, hasAbove, hasLeft) : (byte)0;
        for (var y = 0; y < side; y++)
        {
            var row = plane.AsSpan(place + (y * stride), side);
            var left = plane[place + (y * stride) - 1];
            switch (mode)
            {
                case Vp8Mode.Dc:
                    row.Fill(mean);
                    break;
                case Vp8Mode.Vertical:
                    above.CopyTo(row);
                    break;
                case Vp8Mode.Horizontal:
                    row.Fill(left);
                    break;
                default:
                    AddToAbove(row, above, left - corner);
                    break;
            }
        }
    }

    /// <summary>Predicts a subblock of 4×4 samples.</summary>
    /// <param name="right">The four samples above and to the right.</param>
    public static void PredictSubblock(Vp8Mode mode, byte[] plane, int place, int stride, ReadOnlySpan<byte> right)
    {
        // The neighbours: e[0..3] to the left from bottom to top, e[4] the corner, e[5..12] above from left to right.
        Span<byte> e = stackalloc byte[13];
        for (var i = 0; i < 4; i++)
        {
            e[3 - i] = plane[place + (i * stride) - 1];
        }

        plane.AsSpan(place - stride - 1, 5).CopyTo(e[4..]);
        right.CopyTo(e[9..]);
        switch (mode)
        {
            case Vp8Mode.Dc:
                var sum = 4;
                for (var i = 0; i < 4; i++)
                {
                    sum += e[i] + e[5 + i];
                }

                for (var y = 0; y < 4; y++)
                {
                    plane.AsSpan(place + (y * stride), 4).Fill((byte)(sum >> 3));
                }

                return;
            case Vp8Mode.TrueMotion:
                for (var y = 0; y < 4; y++)
                {
                    AddToAbove(plane.AsSpan(place + (y * stride), 4), e.Slice(5, 4), e[3 - y] - e[4]);
                }

                return;
        }

        for (var y = 0; y < 4; y++)
        {
            for (var x = 0; x < 4; x++)
            {
                plane[place + (y * stride) + x] = mode switch
                {
                    Vp8Mode.Vertical => Three(e, 5 + x),
                    Vp8Mode.Horizontal => y < 3 ? Three(e, 3 - y) : Mix(e[1], e[0], e[0]),
                    Vp8Mode.DownRight => Three(e, 4 + x - y),
                    Vp8Mode.DownLeft => x + y < 6 ? Three(e, 6 + x + y) : Mix(e[11], e[12], e[12]),
                    Vp8Mode.VerticalRight => VerticalRight(e, x, y),
                    Vp8Mode.VerticalLeft => VerticalLeft(e, x, y),
                    Vp8Mode.HorizontalDown => HorizontalDown(e, x, y),
                    _ => HorizontalUp(e, x, y),
                };
            }
        }
    }

    private static byte VerticalRight(ReadOnlySpan<byte> e, int x, int y) => (y - (2 * x)) switch
    {
        3 => Three(e, 2),
        2 => Three(e, 3),
        _ => (y & 1) == 0 ? Two(e, 4 + x - (y / 2)) : Three(e, 4 + x - (y / 2)),
    };

    private static byte VerticalLeft(ReadOnlySpan<byte> e, int x, int y) => (x, y) switch
    {
        (3, 2) => Three(e, 10),
        (3, 3) => Three(e, 11),
        _ => (y & 1) == 0 ? Two(e, 5 + x + (y / 2)) : Three(e, 6 + x + (y / 2)),
    };

    private static byte HorizontalDown(ReadOnlySpan<byte> e, int x, int y) => (x - (2 * y)) switch
    {
        3 => Three(e, 6),
        2 => Three(e, 5),
        _ => (x & 1) == 0 ? Two(e, 3 - y + (x / 2)) : Three(e, 4 - y + (x / 2)),
    };

    private static byte HorizontalUp(ReadOnlySpan<byte> e, int x, int y)
    {
        var place = (x / 2) + y;
        return place > 2 ? e[0]
            : (x & 1) == 0 ? Two(e, 2 - place)
            : place == 2 ? Mix(e[1], e[0], e[0])
            : Three(e, 2 - place);
    }

    /// <summary>The weighted mean (1, 2, 1) of a sample and its two neighbours.</summary>
    private static byte Three(ReadOnlySpan<byte> e, int i) => Mix(e[i - 1], e[i], e[i + 1]);

    /// <summary>The mean of a sample and the next one.</summary>
    private static byte Two(ReadOnlySpan<byte> e, int i) => (byte)((e[i] + e[i + 1] + 1) >> 1);

    private static byte Mix(int a, int b, int c) => (byte)((a + (2 * b) + c + 2) >> 2);

    private static void AddToAbove(Span<byte> row, ReadOnlySpan<byte> above, int by)
    {
        for (var x = 0; x < row.Length; x++)
        {
            row[x] = (byte)Math.Clamp(above[x] + by, 0, 255);
        }
    }

    private static byte MeanOf(byte[] plane, int place, int stride, int side, bool hasAbove, bool hasLeft)
    {
        if (!hasAbove && !hasLeft)
        {
            return 128;
        }

        var (sum, count) = (0, 0);
        for (var i = 0; i < side; i++)
        {
            sum += (hasAbove ? plane[place - stride + i] : 0) + (hasLeft ? plane[place + (i * stride) - 1] : 0);
        }

        count = (hasAbove ? side : 0) + (hasLeft ? side : 0);
        return (byte)((sum + (count / 2)) / count);
    }
}
