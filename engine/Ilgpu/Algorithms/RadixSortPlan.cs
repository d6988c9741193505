using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>
/// How a sort shares out its elements, and what lies where in its temporary memory: elements first, then counts, then a scan's.
/// </summary>
internal sealed class RadixSortPlan
{
    /// <summary>The counts of a tile's digits are bytes, so that a tile may not have more elements than a byte can count.</summary>
    public const int MaxGroupSize = 128;

    /// <summary>More groups than these would spend more on their counts than on their elements.</summary>
    private const int MaxGroups = 256;

    /// <summary>Views start at a multiple of 16 bytes, for which elements of any type may ask.</summary>
    private const int IntsAligned = 4;

    /// <exception cref="ArgumentOutOfRangeException">The temporary memory is too short.</exception>
    public RadixSortPlan(Accelerator accelerator, long length, ArrayView<int> temp, long elementRoom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(temp.Length, elementRoom + RoomForCounts(accelerator, length), nameof(temp));
        int groups = GroupsOf(accelerator, length);
        Config = (groups, GroupSizeOf(accelerator));
        Share = (length + groups - 1) / groups;
        Elements = temp.SubView(0, elementRoom);
        Counts = temp.SubView(elementRoom, groups * RadixDigit.Count);
        ScanTemp = temp.SubView(elementRoom + Counts.Length);
    }

    public KernelConfig Config { get; }

    /// <summary>The elements that each group has to do with.</summary>
    public long Share { get; }

    public ArrayView<int> Elements { get; }

    /// <summary>[digits, groups]: how many elements of each digit a group has; scanned, where they go.</summary>
    public ArrayView<int> Counts { get; }

    public ArrayView<int> ScanTemp { get; }

    /// <summary>The 32-bit integers that so many elements take.</summary>
    public static long RoomFor<T>(long length)
        where T : unmanaged
    {
        int unit = IntsAligned * sizeof(int);
        return ((length * Interop.SizeOf<T>()) + unit - 1) / unit * IntsAligned;
    }

    /// <summary>The 32-bit integers that the counts and their scan take.</summary>
    public static long RoomForCounts(Accelerator accelerator, long length)
    {
        int counts = GroupsOf(accelerator, length) * RadixDigit.Count;
        return counts + accelerator.ComputeScanTempStorageSize<int>(counts).X;
    }

    private static int GroupSizeOf(Accelerator accelerator) => Math.Min(MaxGroupSize, accelerator.MaxNumThreadsPerGroup);

    private static int GroupsOf(Accelerator accelerator, long length)
    {
        long tiles = (length + GroupSizeOf(accelerator) - 1) / GroupSizeOf(accelerator);
        return (int)Math.Clamp(tiles, 1, MaxGroups);
    }
}
