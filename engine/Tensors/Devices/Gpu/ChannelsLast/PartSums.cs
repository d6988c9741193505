using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// The parts of a tile's depth in memory, as its groups' threads hold them, for the last group to add in their order
/// (<see cref="LastGroup"/>): a warp writes and reads 512 contiguous bytes.
/// </summary>
internal static class PartSums
{
    /// <summary>Numbers of a part.</summary>
    public const int Length = TurnsTile.Rows * TurnsTile.Columns;

    /// <summary>From four sums of a thread to its next four, in bytes.</summary>
    private const int Next = TurnsTile.Threads * TurnsTile.ChunkBytes;

    /// <param name="part">counted through all tiles</param>
    public static void Store(ref float parts, int part, WarpSums sums)
    {
        long at = Place(ref parts, part);
        Store(at, sums.Near);
        Store(at + (16 * Next), sums.Far);
    }

    /// <summary>The sums of a tile's parts.</summary>
    /// <param name="first">its first part</param>
    public static WarpSums Sum(ref float parts, int first, int count)
    {
        long at = Place(ref parts, first);
        WarpSums sums = default;
        for (int part = 0; part < count; part++)
        {
            sums.Near = Add(at, sums.Near);
            sums.Far = Add(at + (16 * Next), sums.Far);
            at += sizeof(float) * Length;
        }

        return sums;
    }

    private static long Place(ref float parts, int part) =>
        DeviceAddress.Of(ref parts) + ((long)part * sizeof(float) * Length) + (Group.IdxX * TurnsTile.ChunkBytes);

    private static void Store(long at, Four<Four<AccumulatorFragment>> sums)
    {
        Store(at, sums.A);
        Store(at + (4 * Next), sums.B);
        Store(at + (8 * Next), sums.C);
        Store(at + (12 * Next), sums.D);
    }

    private static void Store(long at, Four<AccumulatorFragment> sums)
    {
        Store(at, sums.A);
        Store(at + Next, sums.B);
        Store(at + (2 * Next), sums.C);
        Store(at + (3 * Next), sums.D);
    }

    private static void Store(long at, AccumulatorFragment sums)
    {
        Float4 four = default;
        four.X = sums.C0;
        four.Y = sums.C1;
        four.Z = sums.C2;
        four.W = sums.C3;
        DeviceAddress.StoreFour(at, four);
    }

    private static Four<Four<AccumulatorFragment>> Add(long at, Four<Four<AccumulatorFragment>> sums)
    {
        sums.A = Add(at, sums.A);
        sums.B = Add(at + (4 * Next), sums.B);
        sums.C = Add(at + (8 * Next), sums.C);
        sums.D = Add(at + (12 * Next), sums.D);
        return sums;
    }

    private static Four<AccumulatorFragment> Add(long at, Four<AccumulatorFragment> sums)
    {
        sums.A = Add(at, sums.A);
        sums.B = Add(at + Next, sums.B);
        sums.C = Add(at + (2 * Next), sums.C);
        sums.D = Add(at + (3 * Next), sums.D);
        return sums;
    }

    private static AccumulatorFragment Add(long at, AccumulatorFragment sums)
    {
        Float4 four = DeviceAddress.LoadFour(at);
        sums.C0 += four.X;
        sums.C1 += four.Y;
        sums.C2 += four.Z;
        sums.C3 += four.W;
        return sums;
    }
}
