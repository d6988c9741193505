using ILGPU.Algorithms.RadixSortOperations;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>
/// The two halves of a pass. Each group has a share of neighbouring elements; no atomics, so that equal keys keep their order and every run
/// does the same.
/// </summary>
internal static class RadixSortKernels
{
    /// <summary>Counts the digits of the group's share: every thread for itself, then for each digit one thread over all.</summary>
    public static void Count<T, TStride, TRadixSortOperation>(
        ArrayView1D<T, TStride> keys, ArrayView<int> counts, long share, RadixDigit digit, TRadixSortOperation operation)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TRadixSortOperation : struct, IRadixSortOperation<T>
    {
        ArrayView<int> own = SharedMemory.Allocate<int>(RadixDigit.Count * RadixSortPlan.MaxGroupSize);
        for (int d = 0; d < RadixDigit.Count; d++)
        {
            own[(d * RadixSortPlan.MaxGroupSize) + Group.IdxX] = 0;
        }

        long end = Math.Min((Grid.IdxX + 1) * share, keys.Extent.X);
        for (long i = (Grid.IdxX * share) + Group.IdxX; i < end; i += Group.DimX)
        {
            int d = operation.ExtractRadixBits(keys[new LongIndex1D(i)], digit.Shift, digit.Mask);
            own[(d * RadixSortPlan.MaxGroupSize) + Group.IdxX]++;
        }

        Group.Barrier();
        for (int d = Group.IdxX; d < RadixDigit.Count; d += Group.DimX)
        {
            int sum = 0;
            for (int thread = 0; thread < Group.DimX; thread++)
            {
                sum += own[(d * RadixSortPlan.MaxGroupSize) + thread];
            }

            counts[(d * Grid.DimX) + Grid.IdxX] = sum;
        }
    }

    /// <summary>Puts the group's share where the scanned counts say, tile by tile.</summary>
    public static void Scatter<T, TStrideIn, TStrideOut, TRadixSortOperation>(
        ArrayView1D<T, TStrideIn> input, ArrayView1D<T, TStrideOut> output, ArrayView<int> counts, long share, RadixDigit digit,
        TRadixSortOperation operation)
        where T : unmanaged
        where TStrideIn : struct, IStride1D
        where TStrideOut : struct, IStride1D
        where TRadixSortOperation : struct, IRadixSortOperation<T>
    {
        ArrayView<int> next = FirstPositions(counts);
        long end = Math.Min((Grid.IdxX + 1) * share, input.Extent.X);
        for (long first = Grid.IdxX * share; first < end; first += Group.DimX)
        {
            long i = first + Group.IdxX;
            T key = i < end ? input[new LongIndex1D(i)] : default;
            int position = Place(i < end ? operation.ExtractRadixBits(key, digit.Shift, digit.Mask) : RadixDigit.Count, next);
            if (i < end)
            {
                output[new Index1D(position)] = key;
            }
        }
    }

    /// <summary>As <see cref="Scatter"/>, with a value for every key.</summary>
    public static void ScatterPairs<TKey, TKeyStrideIn, TKeyStrideOut, TValue, TValueStrideIn, TValueStrideOut, TRadixSortOperation>(
        ArrayView1D<TKey, TKeyStrideIn> keys,
        ArrayView1D<TValue, TValueStrideIn> values,
        ArrayView1D<TKey, TKeyStrideOut> outputKeys,
        ArrayView1D<TValue, TValueStrideOut> outputValues,
        ArrayView<int> counts,
        long share,
        RadixDigit digit,
        TRadixSortOperation operation)
        where TKey : unmanaged
        where TKeyStrideIn : struct, IStride1D
        where TKeyStrideOut : struct, IStride1D
        where TValue : unmanaged
        where TValueStrideIn : struct, IStride1D
        where TValueStrideOut : struct, IStride1D
        where TRadixSortOperation : struct, IRadixSortOperation<TKey>
    {
        ArrayView<int> next = FirstPositions(counts);
        long end = Math.Min((Grid.IdxX + 1) * share, keys.Extent.X);
        for (long first = Grid.IdxX * share; first < end; first += Group.DimX)
        {
            long i = first + Group.IdxX;
            TKey key = i < end ? keys[new LongIndex1D(i)] : default;
            int position = Place(i < end ? operation.ExtractRadixBits(key, digit.Shift, digit.Mask) : RadixDigit.Count, next);
            if (i < end)
            {
                outputKeys[new Index1D(position)] = key;
                outputValues[new Index1D(position)] = values[new LongIndex1D(i)];
            }
        }
    }

    /// <summary>Where the group's first element of each digit goes, in shared memory.</summary>
    private static ArrayView<int> FirstPositions(ArrayView<int> counts)
    {
        ArrayView<int> next = SharedMemory.Allocate<int>(RadixDigit.Count);
        for (int d = Group.IdxX; d < RadixDigit.Count; d += Group.DimX)
        {
            next[d] = counts[(d * Grid.DimX) + Grid.IdxX];
        }

        Group.Barrier();
        return next;
    }

    /// <summary>
    /// Where the thread's element goes; moves <paramref name="next"/> past the tile. The ranks of all digits come from two scans, of
    /// numbers with one byte a digit. A thread without an element has the digit <see cref="RadixDigit.Count"/>.
    /// </summary>
    private static int Place(int digit, ArrayView<int> next)
    {
        const int Half = RadixDigit.Count / 2;
        ulong low = digit < Half ? 1UL << (8 * digit) : 0;
        ulong high = digit >= Half && digit < RadixDigit.Count ? 1UL << (8 * (digit - Half)) : 0;
        low = GroupExtensions.InclusiveScanWithBoundaries<ulong, AddUInt64>(low, out ScanBoundaries<ulong> lows);
        high = GroupExtensions.InclusiveScanWithBoundaries<ulong, AddUInt64>(high, out ScanBoundaries<ulong> highs);
        int position = digit < RadixDigit.Count ? next[digit] + ByteOf(low, high, digit) - 1 : -1;
        Group.Barrier();
        for (int d = Group.IdxX; d < RadixDigit.Count; d += Group.DimX)
        {
            next[d] += ByteOf(lows.RightBoundary, highs.RightBoundary, d);
        }

        Group.Barrier();
        return position;
    }

    private static int ByteOf(ulong low, ulong high, int index)
    {
        ulong word = index < RadixDigit.Count / 2 ? low : high;
        return (int)(word >> (8 * (index % (RadixDigit.Count / 2)))) & 0xFF;
    }
}
