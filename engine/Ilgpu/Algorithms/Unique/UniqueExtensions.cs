using ILGPU.Algorithms.ComparisonOperations;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Keeps the first element of every run of equal neighbours, in place.</summary>
/// <param name="stream">Where to.</param>
/// <param name="input">The elements; behind those that are kept, the contents are undefined.</param>
/// <param name="output">Its first element becomes the number of elements that are kept.</param>
/// <param name="temp">Room as <see cref="UniqueExtensions.ComputeUniqueTempStorageSize"/> says; its contents don't matter.</param>
public delegate void Unique<T>(AcceleratorStream stream, ArrayView<T> input, ArrayView<long> output, ArrayView<int> temp)
    where T : unmanaged;

/// <summary>
/// Runs of equal neighbours made one element. Every group counts what it keeps of its share, a scan of the counts says where that goes,
/// the groups put it there in temporary memory, and it is copied back.
/// </summary>
public static partial class UniqueExtensions
{
    /// <summary>The number of 32-bit integers that are needed as temporary memory.</summary>
    public static LongIndex1D ComputeUniqueTempStorageSize<T>(this Accelerator accelerator, LongIndex1D dataLength)
        where T : unmanaged
    {
        long groups = GroupShares.Of(accelerator, dataLength.X).Groups;
        return RadixSortPlan.RoomFor<T>(dataLength.X) + RadixSortPlan.RoomFor<long>(groups)
            + accelerator.ComputeScanTempStorageSize<long>(groups).X;
    }

    /// <summary>Loads the kernels now, for launches later.</summary>
    /// <exception cref="ArgumentOutOfRangeException">At launch: the output or the temporary memory is too short.</exception>
    public static Unique<T> CreateUnique<T, TComparisonOperation>(this Accelerator accelerator)
        where T : unmanaged
        where TComparisonOperation : struct, IComparisonOperation<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var count = accelerator.LoadKernel<ArrayView<T>, ArrayView<long>, long, TComparisonOperation>(Count);
        var scan = accelerator.CreateScan<long, Stride1D.Dense, Stride1D.Dense, AddInt64>(ScanKind.Inclusive);
        var keep = accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, ArrayView<long>, ArrayView<long>, long, TComparisonOperation>(Keep);
        var copy = accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, ArrayView<long>>(CopyBack);
        return (stream, input, output, temp) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, 1, nameof(output));
            ArgumentOutOfRangeException.ThrowIfLessThan(
                temp.Length, accelerator.ComputeUniqueTempStorageSize<T>(input.Length).X, nameof(temp));
            if (input.Length == 0)
            {
                output.SubView(0, 1).MemSetToZero(stream);
                return;
            }

            var shares = GroupShares.Of(accelerator, input.Length);
            long elementRoom = RadixSortPlan.RoomFor<T>(input.Length);
            long countRoom = RadixSortPlan.RoomFor<long>(shares.Groups);
            ArrayView<T> kept = temp.SubView(0, elementRoom).Cast<T>().SubView(0, input.Length);
            ArrayView<long> counts = temp.SubView(elementRoom, countRoom).Cast<long>().SubView(0, shares.Groups);
            count(stream, shares.Config, input, counts, shares.Share, default);
            scan(stream, counts, counts, temp.SubView(elementRoom + countRoom));
            keep(stream, shares.Config, input, kept, counts, output, shares.Share, default);
            copy(stream, accelerator.ComputeGridStrideLoopExtent(input.Length), kept, input, output);
        };
    }

    /// <summary>Keeps the first element of every run of equal neighbours, in place; waits for the stream.</summary>
    /// <returns>The number of elements that are kept. Behind them, the contents are undefined.</returns>
    public static long Unique<T, TComparisonOperation>(this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> input)
        where T : unmanaged
        where TComparisonOperation : struct, IComparisonOperation<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        using MemoryBuffer1D<int, Stride1D.Dense> temp =
            accelerator.Allocate1D<int>(accelerator.ComputeUniqueTempStorageSize<T>(input.Length));
        using MemoryBuffer1D<long, Stride1D.Dense> output = accelerator.Allocate1D<long>(1);
        accelerator.Loaded(CreateUnique<T, TComparisonOperation>)(stream, input, output.AsContiguous(), temp.AsContiguous());
        return output.GetAsArray1D(stream)[0];
    }

    private static bool IsFirstOfRun<T, TComparisonOperation>(ArrayView<T> input, long index, TComparisonOperation comparison)
        where T : unmanaged
        where TComparisonOperation : struct, IComparisonOperation<T> =>
        index == 0 || comparison.Compare(input[index - 1], input[index]) != 0;

    private static void Count<T, TComparisonOperation>(
        ArrayView<T> input, ArrayView<long> counts, long share, TComparisonOperation comparison)
        where T : unmanaged
        where TComparisonOperation : struct, IComparisonOperation<T>
    {
        long start = Grid.IdxX * share;
        long end = Math.Min(start + share, input.Length);
        long kept = 0;
        for (long i = start + Group.IdxX; i < end; i += Group.DimX)
        {
            kept += IsFirstOfRun(input, i, comparison) ? 1 : 0;
        }

        long ofGroup = GroupExtensions.Reduce<long, AddInt64>(kept);
        if (Group.IsFirstThread)
        {
            counts[Grid.IdxX] = ofGroup;
        }
    }

    private static void Keep<T, TComparisonOperation>(
        ArrayView<T> input, ArrayView<T> kept, ArrayView<long> ends, ArrayView<long> output, long share, TComparisonOperation comparison)
        where T : unmanaged
        where TComparisonOperation : struct, IComparisonOperation<T>
    {
        long next = Grid.IdxX == 0 ? 0 : ends[Grid.IdxX - 1];
        long end = Math.Min((Grid.IdxX + 1) * share, input.Length);
        for (long first = Grid.IdxX * share; first < end; first += Group.DimX)
        {
            long i = first + Group.IdxX;
            bool isKept = i < end && IsFirstOfRun(input, i, comparison);
            int rank = GroupExtensions.InclusiveScanWithBoundaries<int, AddInt32>(isKept ? 1 : 0, out ScanBoundaries<int> ranks);
            if (isKept)
            {
                kept[next + rank - 1] = input[i];
            }

            next += ranks.RightBoundary;
        }

        if (Grid.IdxX == 0 && Group.IsFirstThread)
        {
            output[0] = ends[Grid.DimX - 1];
        }
    }

    private static void CopyBack<T>(ArrayView<T> kept, ArrayView<T> target, ArrayView<long> count)
        where T : unmanaged
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < count[0]; i += stride)
        {
            target[i] = kept[i];
        }
    }
}
