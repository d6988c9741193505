using ILGPU.Algorithms.ScanReduceOperations;

namespace ILGPU.Algorithms;

/// <summary>Reductions and scans over the lanes of a full warp. On devices without warps a warp has one lane.</summary>
public static class WarpExtensions
{
    /// <summary>The combined values of all lanes; defined for the first lane.</summary>
    public static T Reduce<T, TReduction>(T value)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T>
    {
        for (int delta = Warp.WarpSize / 2; delta > 0; delta /= 2)
        {
            value = default(TReduction).Apply(value, Warp.ShuffleDown(value, delta));
        }

        return value;
    }

    /// <summary>The combined values of all lanes.</summary>
    public static T AllReduce<T, TReduction>(T value)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T>
    {
        for (int mask = Warp.WarpSize / 2; mask > 0; mask /= 2)
        {
            value = default(TReduction).Apply(value, Warp.ShuffleXor(value, mask));
        }

        return value;
    }

    /// <summary>The combined values of all lanes before this one; the identity for the first.</summary>
    public static T ExclusiveScan<T, TScanOperation>(T value)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        T scanned = InclusiveScan<T, TScanOperation>(value);
        T before = Warp.WarpSize > 1 ? Warp.ShuffleUp(scanned, 1) : scanned;
        return Warp.LaneIdx == 0 ? default(TScanOperation).Identity : before;
    }

    /// <summary>The combined values of all lanes up to and including this one.</summary>
    public static T InclusiveScan<T, TScanOperation>(T value)
        where T : unmanaged
        where TScanOperation : struct, IScanReduceOperation<T>
    {
        for (int delta = 1; delta < Warp.WarpSize; delta *= 2)
        {
            T before = Warp.ShuffleUp(value, delta);
            if (Warp.LaneIdx >= delta)
            {
                value = default(TScanOperation).Apply(before, value);
            }
        }

        return value;
    }
}
