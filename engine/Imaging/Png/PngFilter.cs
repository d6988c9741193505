using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Imaging.Png;

/// <summary>
/// Chooses a filter for each row and applies it: the filter whose output bytes, taken as signed, have the smallest sum of absolute values.
/// The PNG specification recommends this heuristic (12.8).
/// </summary>
internal sealed class PngFilter
{
    private const int FilterCount = 5;

    private readonly int _length;
    private readonly int _step;
    private readonly int? _only;

    /// <summary>The row and the row above, each preceded by <see cref="_step"/> zeros, so that every byte has a left neighbour.</summary>
    private readonly byte[] _current;
    private readonly byte[] _above;

    /// <summary>The output of each filter, preceded by the filter's type.</summary>
    private readonly byte[][] _candidates = new byte[FilterCount][];

    /// <param name="length">Bytes of a row.</param>
    /// <param name="step">Bytes of a pixel.</param>
    /// <param name="only">The filter for every row, 0 to 4; null to choose one per row.</param>
    public PngFilter(int length, int step, int? only)
    {
        _length = length;
        _step = step;
        _only = only;
        _current = new byte[step + length];
        _above = new byte[step + length];
        for (var i = 0; i < FilterCount; i++)
        {
            _candidates[i] = new byte[1 + length];
            _candidates[i][0] = (byte)i;
        }
    }

    /// <summary>Filters a row.</summary>
    /// <param name="previous">The row above; empty for the first row.</param>
    /// <returns>The filter's type and the filtered row; valid until the next call.</returns>
    public ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> row, ReadOnlySpan<byte> previous)
    {
        row.CopyTo(_candidates[0].AsSpan(1));
        if (_only == 0)
        {
            return _candidates[0];
        }

        row.CopyTo(_current.AsSpan(_step));
        previous.CopyTo(_above.AsSpan(_step));
        Fill();
        if (_only is { } chosen)
        {
            return _candidates[chosen];
        }

        var best = 0;
        var least = long.MaxValue;
        for (var i = 0; i < FilterCount; i++)
        {
            var sum = SumOfMagnitudes(_candidates[i].AsSpan(1));
            if (sum < least)
            {
                (best, least) = (i, sum);
            }
        }

        return _candidates[best];
    }

    private void Fill()
    {
        ref var here = ref MemoryMarshal.GetArrayDataReference(_current);
        ref var up = ref MemoryMarshal.GetArrayDataReference(_above);
        ref var sub = ref _candidates[1][1];
        ref var upTarget = ref _candidates[2][1];
        ref var average = ref _candidates[3][1];
        ref var paeth = ref _candidates[4][1];
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + Vector256<byte>.Count <= _length; i += Vector256<byte>.Count)
            {
                var left = Vector256.LoadUnsafe(ref here, (nuint)i);
                var corner = Vector256.LoadUnsafe(ref up, (nuint)i);
                var x = Vector256.LoadUnsafe(ref here, (nuint)(i + _step));
                var b = Vector256.LoadUnsafe(ref up, (nuint)(i + _step));
                (x - left).StoreUnsafe(ref sub, (nuint)i);
                (x - b).StoreUnsafe(ref upTarget, (nuint)i);

                // Half the sum, rounded down, computed within eight bits.
                var mean = (left & b) + (((left ^ b) >>> 1) & Vector256.Create((byte)0x7F));
                (x - mean).StoreUnsafe(ref average, (nuint)i);
                (x - Predict(left, b, corner)).StoreUnsafe(ref paeth, (nuint)i);
            }
        }

        for (; i < _length; i++)
        {
            int x = _current[i + _step], a = _current[i], b = _above[i + _step], c = _above[i];
            Unsafe.Add(ref sub, i) = (byte)(x - a);
            Unsafe.Add(ref upTarget, i) = (byte)(x - b);
            Unsafe.Add(ref average, i) = (byte)(x - ((a + b) >> 1));
            Unsafe.Add(ref paeth, i) = (byte)(x - PngUnfilter.Predict(a, b, c));
        }
    }

    /// <summary>
    /// Paeth's predictor on unsigned bytes. The third distance, |a + b - 2c|, is the difference of |b - c| and |a - c| if b - c and a - c
    /// have opposite signs. Otherwise it is their sum, which is never the smallest, so 255 stands in for it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Predict(Vector256<byte> a, Vector256<byte> b, Vector256<byte> c)
    {
        var bOver = Vector256.Max(b, c) - c;
        var bUnder = c - Vector256.Min(b, c);
        var aOver = Vector256.Max(a, c) - c;
        var aUnder = c - Vector256.Min(a, c);
        var toA = bOver | bUnder;
        var toB = aOver | aUnder;
        var sameSign = Vector256.Equals(Vector256.Min(bOver, aUnder) | Vector256.Min(bUnder, aOver), Vector256<byte>.Zero);
        var toC = (Vector256.Max(toA, toB) - Vector256.Min(toA, toB)) | sameSign;
        var least = Vector256.Min(toC, Vector256.Min(toA, toB));
        return Vector256.ConditionalSelect(
            Vector256.Equals(toA, least),
            a,
            Vector256.ConditionalSelect(Vector256.Equals(toB, least), b, c));
    }

    private static long SumOfMagnitudes(ReadOnlySpan<byte> row)
    {
        long sum = 0;
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(row);
            var total = Vector256<uint>.Zero;
            while (i + Vector256<byte>.Count <= row.Length)
            {
                // A 16-bit lane grows by at most 2 * 128 per step, so it can take 255 steps without overflow.
                var words = Vector256<ushort>.Zero;
                for (var steps = 0; steps < 255 && i + Vector256<byte>.Count <= row.Length; steps++, i += Vector256<byte>.Count)
                {
                    var v = Vector256.LoadUnsafe(ref first, (nuint)i);
                    var magnitude = Vector256.Min(v, Vector256<byte>.Zero - v);
                    words += Vector256.WidenLower(magnitude) + Vector256.WidenUpper(magnitude);
                }

                total += Vector256.WidenLower(words) + Vector256.WidenUpper(words);
            }

            sum = Vector256.Sum(total);
        }

        for (; i < row.Length; i++)
        {
            sum += Math.Abs((int)(sbyte)row[i]);
        }

        return sum;
    }
}
