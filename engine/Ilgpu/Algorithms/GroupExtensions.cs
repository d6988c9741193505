using System.Diagnostics;
using ILGPU.Algorithms.ScanReduceOperations;

namespace ILGPU.Algorithms;

/// <summary>
/// Reductions and scans over the threads of a group, in order of <see cref="Group.LinearIndex"/>. All threads of the group take part;
/// groups have at most 1024 threads.
/// </summary>
public static class GroupExtensions
{
    private const int MaxGroupSize = 1024;

    private const int MaxWarps = 32;

    /// <summary>The combined values of all threads; defined for the first thread.</summary>
    public static T Reduce<T, TReduction>(T value)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T> => AllReduce<T, TReduction>(value);

    /// <summary>The combined values of all threads.</summary>
    public static T AllReduce<T, TReduction>(T value)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T>
    {
        int size = Group.DimX * Group.DimY * Group.DimZ;
        return Warp.WarpSize > 1 && size % Warp.WarpSize == 0
            ? ReduceByWarps<T, TReduction>(value, size / Warp.WarpSize)
            : ReduceByTree<T, TReduction>(value, size);
    }

    /// <summary>The combined values of all threads before this one; the identity for the first.</summary>
    public static T ExclusiveScan<T, TScanOperation>(T value)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T> => ExclusiveScanWithBoundaries<T, TScanOperation>(value, out _);

    /// <summary>The combined values of all threads up to and including this one.</summary>
    public static T InclusiveScan<T, TScanOperation>(T value)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T> => InclusiveScanWithBoundaries<T, TScanOperation>(value, out _);

    /// <summary><see cref="ExclusiveScan"/>, and its values at the first and the last thread.</summary>
    public static T ExclusiveScanWithBoundaries<T, TScanOperation>(T value, out ScanBoundaries<T> boundaries)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        T identity = default(TScanOperation).Identity;
        ArrayView<T> scanned = SharedMemory.Allocate<T>(MaxGroupSize);
        int last = Scan<T, TScanOperation>(value, scanned) - 1;
        int index = Group.LinearIndex;
        T result = index == 0 ? identity : scanned[index - 1];
        boundaries = new(identity, last == 0 ? identity : scanned[last - 1]);
        Group.Barrier();
        return result;
    }

    /// <summary><see cref="InclusiveScan"/>, and its values at the first and the last thread.</summary>
    public static T InclusiveScanWithBoundaries<T, TScanOperation>(T value, out ScanBoundaries<T> boundaries)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        ArrayView<T> scanned = SharedMemory.Allocate<T>(MaxGroupSize);
        int last = Scan<T, TScanOperation>(value, scanned) - 1;
        T result = scanned[Group.LinearIndex];
        boundaries = new(scanned[0], scanned[last]);
        Group.Barrier();
        return result;
    }

    /// <summary>What goes before the next stretch of an exclusive scan that a group makes in several steps.</summary>
    /// <param name="leftBoundary">What went before this stretch.</param>
    /// <param name="rightBoundary">The right boundary of this stretch's exclusive scan.</param>
    /// <param name="currentValue">The thread's value in this stretch, which the last one lacks in the scan.</param>
    public static T ExclusiveScanNextIteration<T, TScanOperation>(T leftBoundary, T rightBoundary, T currentValue)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        int last = (Group.DimX * Group.DimY * Group.DimZ) - 1;
        T before = default(TScanOperation).Apply(leftBoundary, rightBoundary);
        return default(TScanOperation).Apply(before, Group.Broadcast(currentValue, last));
    }

    /// <summary>What goes before the next stretch of an inclusive scan that a group makes in several steps.</summary>
    /// <param name="leftBoundary">What went before this stretch.</param>
    /// <param name="rightBoundary">The right boundary of this stretch's inclusive scan.</param>
    /// <param name="currentValue">Not needed: the boundary has it.</param>
    public static T InclusiveScanNextIteration<T, TScanOperation>(T leftBoundary, T rightBoundary, T currentValue)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T> => default(TScanOperation).Apply(leftBoundary, rightBoundary);

    /// <summary>Each warp by shuffles, then the warps' results by every thread for itself.</summary>
    private static T ReduceByWarps<T, TReduction>(T value, int warps)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T>
    {
        ArrayView<T> slots = SharedMemory.Allocate<T>(MaxWarps);
        T ofWarp = WarpExtensions.AllReduce<T, TReduction>(value);
        if (Warp.IsFirstLane)
        {
            slots[Warp.WarpIdx] = ofWarp;
        }

        Group.Barrier();
        T total = slots[0];
        for (int w = 1; w < warps; w++)
        {
            total = default(TReduction).Apply(total, slots[w]);
        }

        Group.Barrier();
        return total;
    }

    private static T ReduceByTree<T, TReduction>(T value, int size)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T>
    {
        Trace.Assert(size <= MaxGroupSize);
        ArrayView<T> partial = SharedMemory.Allocate<T>(MaxGroupSize);
        int index = Group.LinearIndex;
        partial[index] = value;
        Group.Barrier();
        for (int count = size; count > 1;)
        {
            int half = (count + 1) / 2;
            if (index + half < count)
            {
                partial[index] = default(TReduction).Apply(partial[index], partial[index + half]);
            }

            Group.Barrier();
            count = half;
        }

        T total = partial[0];
        Group.Barrier();
        return total;
    }

    /// <summary>Leaves the inclusive scan in shared memory and returns the group's size; a barrier ends it.</summary>
    private static int Scan<T, TScanOperation>(T value, ArrayView<T> scanned)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        int size = Group.DimX * Group.DimY * Group.DimZ;
        Trace.Assert(size <= MaxGroupSize);
        int index = Group.LinearIndex;
        scanned[index] = value;
        Group.Barrier();
        for (int distance = 1; distance < size; distance *= 2)
        {
            T current = scanned[index];
            if (index >= distance)
            {
                current = default(TScanOperation).Apply(scanned[index - distance], current);
            }

            Group.Barrier();
            scanned[index] = current;
            Group.Barrier();
        }

        return size;
    }
}
