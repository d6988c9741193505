using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// A weight gradient of images with channels last: rows are filters, columns are (tap, channel), and the depth is pixels, 32 a turn in
/// bfloat16 and 16 in TF32. Both operands lie with their depth across rows, which <see cref="IGradientFragments{TSelf}"/>
/// turn on the way to the registers. Otherwise as <see cref="TurnsKernel"/>.
/// </summary>
internal static class GradientKernel
{
    /// <summary>Filters and columns of a tile: four warps of 64 x 64.</summary>
    public const int Side = 128;

    public const int Threads = 128;

    /// <summary>Bytes of a turn's pixels, of one operand.</summary>
    public const int OperandBytes = Side * FactorTypes.BlockBytes;

    private const int Stages = 3, StageBytes = 2 * OperandBytes, SharedBytes = Stages * StageBytes;

    /// <summary>Grid X counts tiles of filters, Y tiles of columns, Z the parts of the depth.</summary>
    public static void Gradient<TPrecision, TFragments>(GradientPass g)
        where TPrecision : struct, ITensorPrecision
        where TFragments : struct, IGradientFragments<TFragments>
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        ArrayView<Chunk> stages = SharedMemory.Allocate<Chunk>(SharedBytes / TurnsTile.ChunkBytes);
        int shared = SharedAddress.Of(ref stages[0]);
        int warp = Group.IdxX >> 5, part = Grid.IdxZ;
        int begin = g.PartCount.Quotient(g.Turns * part), end = g.PartCount.Quotient(g.Turns * (part + 1));
        int firstRow = Grid.IdxX * Side, firstColumn = Grid.IdxY * Side;
        GradientLoader loader = GradientLoader.Start<TPrecision, TFragments>(g, begin, firstRow, firstColumn, shared);
        int warpRow = (warp & 1) * TurnsTile.WarpSide, warpColumn = (warp >> 1) * TurnsTile.WarpSide;
        TFragments left = TFragments.Left(warpRow, shared), right = TFragments.Right(warpColumn, shared + OperandBytes);

        int next = begin;
        loader.Copy(g, 0, next < end ? 1 : 0);
        CudaAsyncCopy.Commit();
        next++;
        loader.Copy(g, StageBytes, next < end ? 1 : 0);
        CudaAsyncCopy.Commit();
        next++;
        int read = 0, write = 2 * StageBytes;
        CudaAsyncCopy.WaitForAllButOne();
        Group.Barrier();
        WarpSums sums = default;
        Four<LeftFragment> a = left.LoadLeft(0);
        Four<RightFragmentPair> b = right.LoadRight(0);
        for (int turn = begin; turn < end; turn++)
        {
            const int Half = OperandBytes / 2;
            Four<LeftFragment> a2 = left.LoadLeft(read + Half);
            Four<RightFragmentPair> b2 = right.LoadRight(read + Half);
            loader.Copy(g, write, next < end ? 1 : 0);
            CudaAsyncCopy.Commit();
            next++;
            write = Next(write);
            sums = WarpSums.MultiplyAdd<TPrecision>(sums, a, b);
            read = turn + 1 < end ? Next(read) : read;
            CudaAsyncCopy.WaitForAllButOne();
            Group.Barrier();
            a = left.LoadLeft(read);
            b = right.LoadRight(read);
            sums = WarpSums.MultiplyAdd<TPrecision>(sums, a2, b2);
        }

        CudaAsyncCopy.WaitForAll();
        TFragments.Store(g, sums, firstRow + warpRow, firstColumn + warpColumn, part);
    }

    private static int Next(int stage)
    {
        int next = stage + StageBytes;
        return next == SharedBytes ? 0 : next;
    }
}
