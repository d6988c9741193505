using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Imaging.Resampling;

/// <summary>
/// Resizes 8-bit samples in fixed point: first horizontally, then vertically, rounding after each pass.
/// </summary>
internal static class ByteResampler
{
    private const int Half = 1 << (FilterWeights.FixedBits - 1);

    /// <returns>[newHeight, newWidth, channels].</returns>
    public static byte[] Resize(
        ReadOnlySpan<byte> source, int width, int height, int channels, int newWidth, int newHeight, ResizeFilter filter)
    {
        var target = new byte[checked(newWidth * newHeight * channels)];
        if (newWidth == width)
        {
            Vertical(source, target, newWidth * channels, FilterWeights.Create(filter, height, newHeight));
            return target;
        }

        var columns = FilterWeights.Create(filter, width, newWidth);
        if (newHeight == height)
        {
            Horizontal(source, target, channels, columns);
            return target;
        }

        var length = checked(newWidth * height * channels);
        var between = ScratchArrays.Rent<byte>(length);
        Horizontal(source, between.AsSpan(0, length), channels, columns);
        Vertical(between, target, newWidth * channels, FilterWeights.Create(filter, height, newHeight));
        ScratchArrays.Return(between);
        return target;
    }

    private static void Horizontal(ReadOnlySpan<byte> source, Span<byte> target, int channels, FilterWeights weights)
    {
        var fixedWeights = weights.Fixed();
        var (oldRow, newRow) = (weights.OldSize * channels, weights.NewSize * channels);
        for (; !target.IsEmpty; source = source[oldRow..], target = target[newRow..])
        {
            for (var x = 0; x < weights.NewSize; x++)
            {
                var taps = fixedWeights.AsSpan(x * weights.Taps, weights.Count[x]);
                var pixels = source.Slice(weights.First[x] * channels, taps.Length * channels);
                var sums = target.Slice(x * channels, channels);
                switch (channels)
                {
                    case 1:
                        sums[0] = Sum1(pixels, taps);
                        break;
                    case 3:
                        Sum3(pixels, taps, sums);
                        break;
                    default:
                        Sum(pixels, taps, sums);
                        break;
                }
            }
        }
    }

    private static byte Sum1(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> taps)
    {
        var sum = Half;
        for (var k = 0; k < taps.Length; k++)
        {
            sum += pixels[k] * taps[k];
        }

        return Round(sum);
    }

    private static void Sum3(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> taps, Span<byte> target)
    {
        var (r, g, b) = (Half, Half, Half);
        ref var pixel = ref MemoryMarshal.GetReference(pixels);
        foreach (var tap in taps)
        {
            r += pixel * tap;
            g += Unsafe.Add(ref pixel, 1) * tap;
            b += Unsafe.Add(ref pixel, 2) * tap;
            pixel = ref Unsafe.Add(ref pixel, 3);
        }

        target[0] = Round(r);
        target[1] = Round(g);
        target[2] = Round(b);
    }

    private static void Sum(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> taps, Span<byte> target)
    {
        for (var c = 0; c < target.Length; c++)
        {
            var sum = Half;
            for (var k = 0; k < taps.Length; k++)
            {
                sum += pixels[(k * target.Length) + c] * taps[k];
            }

            target[c] = Round(sum);
        }
    }

    private static void Vertical(ReadOnlySpan<byte> source, Span<byte> target, int length, FilterWeights weights)
    {
        var fixedWeights = weights.Fixed();
        for (var y = 0; y < weights.NewSize; y++)
        {
            var taps = fixedWeights.AsSpan(y * weights.Taps, weights.Count[y]);
            VerticalRow(source[(weights.First[y] * length)..], target.Slice(y * length, length), length, taps);
        }
    }

    private static void VerticalRow(ReadOnlySpan<byte> rows, Span<byte> target, int length, ReadOnlySpan<int> taps)
    {
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(rows);
            for (; x + 16 <= length; x += 16)
            {
                var (low, high) = (Vector256.Create(Half), Vector256.Create(Half));
                for (var k = 0; k < taps.Length; k++)
                {
                    var words = Vector256.WidenLower(Vector128.LoadUnsafe(ref first, (nuint)((k * length) + x)).ToVector256Unsafe());
                    var tap = Vector256.Create(taps[k]);
                    low += Vector256.WidenLower(words).AsInt32() * tap;
                    high += Vector256.WidenUpper(words).AsInt32() * tap;
                }

                var result = Vector256.NarrowWithSaturation(low >> FilterWeights.FixedBits, high >> FilterWeights.FixedBits);
                Vector128.NarrowWithSaturation(
                    Vector128.Max(result.GetLower(), Vector128<short>.Zero).AsUInt16(),
                    Vector128.Max(result.GetUpper(), Vector128<short>.Zero).AsUInt16()).CopyTo(target[x..]);
            }
        }

        for (; x < length; x++)
        {
            var sum = Half;
            for (var k = 0; k < taps.Length; k++)
            {
                sum += rows[(k * length) + x] * taps[k];
            }

            target[x] = Round(sum);
        }
    }

    private static byte Round(int sum) => (byte)Math.Clamp(sum >> FilterWeights.FixedBits, 0, 255);
}
