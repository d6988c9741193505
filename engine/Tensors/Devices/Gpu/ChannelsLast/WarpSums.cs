using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// A lane's part of a warp's 64 x 64 sums: four rows of fragments, of four in the near half of the columns and four in the far half. All
/// 128 numbers are in registers, as ILGPU takes structures apart that are handed on by value.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WarpSums
{
    public Four<Four<AccumulatorFragment>> Near, Far;

    /// <summary>Sums + a · b, for two chunks of depth.</summary>
    public static WarpSums MultiplyAdd<TPrecision>(WarpSums sums, Four<LeftFragment> a, Four<RightFragmentPair> b)
        where TPrecision : struct, ITensorPrecision
    {
        sums.Near = Half<TPrecision>(sums.Near, a, b.A, b.B);
        sums.Far = Half<TPrecision>(sums.Far, a, b.C, b.D);
        return sums;
    }

    /// <summary>Reads 64 rows of two chunks.</summary>
    /// <param name="at">this lane's address for the first 16</param>
    public static Four<LeftFragment> LoadLeft(int at)
    {
        const int Next = 16 * TurnsTile.RowBytes;
        Four<LeftFragment> a = default;
        a.A = SharedAddress.LoadLeft(at);
        a.B = SharedAddress.LoadLeft(at + Next);
        a.C = SharedAddress.LoadLeft(at + (2 * Next));
        a.D = SharedAddress.LoadLeft(at + (3 * Next));
        return a;
    }

    /// <summary>Reads 64 columns of two chunks.</summary>
    /// <param name="at">this lane's address for the first 16</param>
    public static Four<RightFragmentPair> LoadRight(int at)
    {
        const int Next = 16 * TurnsTile.RowBytes;
        Four<RightFragmentPair> b = default;
        b.A = SharedAddress.LoadRightPair(at);
        b.B = SharedAddress.LoadRightPair(at + Next);
        b.C = SharedAddress.LoadRightPair(at + (2 * Next));
        b.D = SharedAddress.LoadRightPair(at + (3 * Next));
        return b;
    }

    private static Four<Four<AccumulatorFragment>> Half<TPrecision>(
        Four<Four<AccumulatorFragment>> sums, Four<LeftFragment> a, RightFragmentPair first, RightFragmentPair second)
        where TPrecision : struct, ITensorPrecision
    {
        sums.A = Row<TPrecision>(sums.A, a.A, first, second);
        sums.B = Row<TPrecision>(sums.B, a.B, first, second);
        sums.C = Row<TPrecision>(sums.C, a.C, first, second);
        sums.D = Row<TPrecision>(sums.D, a.D, first, second);
        return sums;
    }

    private static Four<AccumulatorFragment> Row<TPrecision>(
        Four<AccumulatorFragment> sums, LeftFragment a, RightFragmentPair first, RightFragmentPair second)
        where TPrecision : struct, ITensorPrecision
    {
        sums.A = TPrecision.MultiplyAdd(sums.A, a, first.First);
        sums.B = TPrecision.MultiplyAdd(sums.B, a, first.Second);
        sums.C = TPrecision.MultiplyAdd(sums.C, a, second.First);
        sums.D = TPrecision.MultiplyAdd(sums.D, a, second.Second);
        return sums;
    }
}
