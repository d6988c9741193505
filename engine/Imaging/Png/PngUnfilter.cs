using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Imaging.Png;

/// <summary>
/// Undoes the five filters of PNG. Sub, average and Paeth depend on the pixel just decoded, so a vector holds the channels of one pixel,
/// not several pixels.
/// </summary>
internal static class PngUnfilter
{
    /// <summary>Bytes that the vector loops load and store per pixel. The next pixel overwrites the excess.</summary>
    private const int PixelLoad = 8;

    /// <param name="filter">0 none, 1 sub, 2 up, 3 average, 4 Paeth.</param>
    /// <param name="raw">The filtered row.</param>
    /// <param name="previous">The row above; empty means zeros.</param>
    /// <param name="row">Receives the row; as long as <paramref name="raw"/>.</param>
    /// <param name="step">Bytes of a pixel, at least 1.</param>
    /// <returns>false for an unknown filter.</returns>
    public static bool TryApply(byte filter, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> previous, Span<byte> row, int step)
    {
        switch (filter)
        {
            case 0:
            case 2 when previous.IsEmpty:
                raw.CopyTo(row);
                return true;
            case 1:
            case 4 when previous.IsEmpty:
                Sub(raw, row, step);
                return true;
            case 2:
                Up(raw, previous, row);
                return true;
            case 3 when previous.IsEmpty:
                AverageOfLeft(raw, row, step);
                return true;
            case 3:
                Average(raw, previous, row, step);
                return true;
            case 4:
                Paeth(raw, previous, row, step);
                return true;
            default:
                return false;
        }
    }

    private static void Sub(ReadOnlySpan<byte> raw, Span<byte> row, int step)
    {
        raw[..step].CopyTo(row);
        var i = step;
        if (InVectors(row, step))
        {
            var left = Load(row, 0);
            for (; i + PixelLoad <= row.Length; i += step)
            {
                left += Load(raw, i);
                Store(left, row, i);
            }
        }

        for (; i < row.Length; i++)
        {
            row[i] = (byte)(raw[i] + row[i - step]);
        }
    }

    private static void Up(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> previous, Span<byte> row)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var a = ref MemoryMarshal.GetReference(raw);
            ref var b = ref MemoryMarshal.GetReference(previous);
            ref var target = ref MemoryMarshal.GetReference(row);
            for (; i + Vector256<byte>.Count <= row.Length; i += Vector256<byte>.Count)
            {
                (Vector256.LoadUnsafe(ref a, (nuint)i) + Vector256.LoadUnsafe(ref b, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i < row.Length; i++)
        {
            row[i] = (byte)(raw[i] + previous[i]);
        }
    }

    private static void AverageOfLeft(ReadOnlySpan<byte> raw, Span<byte> row, int step)
    {
        raw[..step].CopyTo(row);
        for (var i = step; i < row.Length; i++)
        {
            row[i] = (byte)(raw[i] + (row[i - step] >> 1));
        }
    }

    private static void Average(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> previous, Span<byte> row, int step)
    {
        var i = 0;
        for (; i < step; i++)
        {
            row[i] = (byte)(raw[i] + (previous[i] >> 1));
        }

        if (InVectors(row, step))
        {
            var left = Vector128.WidenLower(Load(row, 0));
            for (; i + PixelLoad <= row.Length; i += step)
            {
                var mean = (left + Vector128.WidenLower(Load(previous, i))) >>> 1;
                var pixel = Load(raw, i) + Vector128.Narrow(mean, mean);
                Store(pixel, row, i);
                left = Vector128.WidenLower(pixel);
            }
        }

        for (; i < row.Length; i++)
        {
            row[i] = (byte)(raw[i] + ((row[i - step] + previous[i]) >> 1));
        }
    }

    private static void Paeth(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> previous, Span<byte> row, int step)
    {
        var i = 0;
        for (; i < step; i++)
        {
            row[i] = (byte)(raw[i] + previous[i]);
        }

        if (InVectors(row, step))
        {
            var left = Widen(Load(row, 0));
            var corner = Widen(Load(previous, 0));
            for (; i + PixelLoad <= row.Length; i += step)
            {
                var above = Widen(Load(previous, i));
                var toLeft = above - corner;
                var toAbove = left - corner;
                var toCorner = Vector128.Abs(toLeft + toAbove);
                toLeft = Vector128.Abs(toLeft);
                toAbove = Vector128.Abs(toAbove);
                var least = Vector128.Min(toCorner, Vector128.Min(toLeft, toAbove));
                var predicted = Vector128.ConditionalSelect(
                    Vector128.Equals(toLeft, least),
                    left,
                    Vector128.ConditionalSelect(Vector128.Equals(toAbove, least), above, corner));
                left = (Widen(Load(raw, i)) + predicted) & Vector128.Create((short)0xFF);
                Store(Vector128.Narrow(left.AsUInt16(), left.AsUInt16()), row, i);
                corner = above;
            }
        }

        for (; i < row.Length; i++)
        {
            row[i] = (byte)(raw[i] + Predict(row[i - step], previous[i], previous[i - step]));
        }
    }

    private static bool InVectors(ReadOnlySpan<byte> row, int step) =>
        Vector128.IsHardwareAccelerated && (step is 3 or 4 or 6 or 8) && row.Length >= step + PixelLoad;

    /// <summary>Paeth's predictor: the value among left, above and corner nearest to left + above - corner; ties in this order.</summary>
    internal static byte Predict(int left, int above, int corner)
    {
        var toLeft = Math.Abs(above - corner);
        var toAbove = Math.Abs(left - corner);
        var toCorner = Math.Abs(left + above - corner - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }

    /// <summary>Eight bytes from <paramref name="index"/> on, which must lie within the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ReadOnlySpan<byte> row, int index)
    {
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), index);
        return Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref first)).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> pixel, Span<byte> row, int index) =>
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(row), index), pixel.AsUInt64().ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Widen(Vector128<byte> bytes) => Vector128.WidenLower(bytes).AsInt16();
}
