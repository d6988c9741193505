using System.Runtime.Intrinsics;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Upsamples rows of a subsampled component. Factors of two use the triangle filter of the IJG's "fancy upsampling": a sample is 3/4 of the
/// nearer and 1/4 of the farther one, in each direction, with the same alternating rounding. Other factors replicate.
/// </summary>
internal static unsafe class Upsampling
{
    /// <summary>The smallest width of a subsampled row for the horizontal triangle filter, as in the IJG's decoder.</summary>
    private const int MinFancyWidth = 3;

    /// <summary>How a component's rows are upsampled; <see cref="None"/> for full-size rows.</summary>
    internal enum Kind
    {
        None,
        TriangleHorizontal,
        TriangleVertical,
        TriangleBoth,
        Replicate,
    }

    public static Kind KindFor(JpegComponent component, JpegFrame frame)
    {
        var horizontal = frame.MaxHorizontal / component.Horizontal;
        var vertical = frame.MaxVertical / component.Vertical;
        return (horizontal, vertical) switch
        {
            (1, 1) => Kind.None,
            (2, 1) when component.Width >= MinFancyWidth => Kind.TriangleHorizontal,
            (1, 2) => Kind.TriangleVertical,
            (2, 2) when component.Width >= MinFancyWidth => Kind.TriangleBoth,
            _ => Kind.Replicate,
        };
    }

    /// <summary>Doubles a row.</summary>
    /// <param name="source"><paramref name="width"/> samples.</param>
    /// <param name="target">Receives 2 * <paramref name="width"/> samples.</param>
    /// <param name="width">At least 2.</param>
    public static void DoubleHorizontally(byte* source, byte* target, int width)
    {
        target[0] = source[0];
        target[1] = (byte)(((source[0] * 3) + source[1] + 2) >> 2);
        var x = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            var one = Vector256<ushort>.One;
            for (; x + 16 <= width - 1; x += 16)
            {
                var here = Widen(source + x) * 3;
                var even = (here + Widen(source + x - 1) + one) >>> 2;
                var odd = (here + Widen(source + x + 1) + one + one) >>> 2;
                (even | (odd << 8)).AsByte().Store(target + (2 * x));
            }
        }

        for (; x < width - 1; x++)
        {
            var here = source[x] * 3;
            target[2 * x] = (byte)((here + source[x - 1] + 1) >> 2);
            target[(2 * x) + 1] = (byte)((here + source[x + 1] + 2) >> 2);
        }

        target[2 * x] = (byte)(((source[x] * 3) + source[x - 1] + 1) >> 2);
        target[(2 * x) + 1] = source[x];
    }

    /// <summary>A row between two rows: 3/4 of <paramref name="near"/> and 1/4 of <paramref name="far"/>.</summary>
    /// <param name="bias">1 where <paramref name="far"/> is above, 2 where it is below.</param>
    public static void BlendVertically(byte* near, byte* far, byte* target, int width, int bias)
    {
        for (var x = 0; x < width; x++)
        {
            target[x] = (byte)(((near[x] * 3) + far[x] + bias) >> 2);
        }
    }

    /// <summary>A row between two rows, doubled in width.</summary>
    /// <param name="sums">Room for <paramref name="width"/> numbers.</param>
    /// <param name="width">At least 2.</param>
    public static void DoubleBoth(byte* near, byte* far, ushort* sums, byte* target, int width)
    {
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; x + 16 <= width; x += 16)
            {
                ((Widen(near + x) * 3) + Widen(far + x)).Store(sums + x);
            }
        }

        for (; x < width; x++)
        {
            sums[x] = (ushort)((near[x] * 3) + far[x]);
        }

        target[0] = (byte)(((sums[0] * 4) + 8) >> 4);
        target[1] = (byte)(((sums[0] * 3) + sums[1] + 7) >> 4);
        x = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            var (seven, eight) = (Vector256.Create((ushort)7), Vector256.Create((ushort)8));
            for (; x + 16 <= width - 1; x += 16)
            {
                var here = Vector256.Load(sums + x) * 3;
                var even = (here + Vector256.Load(sums + x - 1) + eight) >>> 4;
                var odd = (here + Vector256.Load(sums + x + 1) + seven) >>> 4;
                (even | (odd << 8)).AsByte().Store(target + (2 * x));
            }
        }

        for (; x < width - 1; x++)
        {
            var here = sums[x] * 3;
            target[2 * x] = (byte)((here + sums[x - 1] + 8) >> 4);
            target[(2 * x) + 1] = (byte)((here + sums[x + 1] + 7) >> 4);
        }

        target[2 * x] = (byte)(((sums[x] * 3) + sums[x - 1] + 8) >> 4);
        target[(2 * x) + 1] = (byte)(((sums[x] * 4) + 7) >> 4);
    }

    /// <summary>Writes every sample <paramref name="factor"/> times.</summary>
    public static void Replicate(byte* source, byte* target, int width, int factor)
    {
        for (var x = 0; x < width; x++, target += factor)
        {
            new Span<byte>(target, factor).Fill(source[x]);
        }
    }

    private static Vector256<ushort> Widen(byte* source)
    {
        var bytes = Vector128.Load(source);
        return Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
    }
}
