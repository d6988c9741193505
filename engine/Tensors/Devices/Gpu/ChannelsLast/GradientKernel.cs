using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// A weight gradient of images with channels last: rows are filters, columns are (tap, channel), and the depth is pixels, 32 a turn. Both
/// operands lie with their depth across rows, and <c>ldmatrix</c> transposes them on the way to the registers. Otherwise as
/// <see cref="TurnsKernel"/>.
/// </summary>
internal static class GradientKernel
{
    /// <summary>Filters and columns of a tile: four warps of 64 x 64.</summary>
    public const int Side = 128;

    public const int Threads = 128;

    /// <summary>A row of a stage, one pixel; a chunk of it is eight filters or channels.</summary>
    public const int RowBytes = Side * 2, Chunks = RowBytes / TurnsTile.ChunkBytes;

    /// <summary>Pixels that the group's threads copy at once, a chunk each.</summary>
    public const int PixelsAtOnce = Threads / Chunks;

    /// <summary>Bytes of a turn's pixels, of one operand.</summary>
    public const int OperandBytes = PixelTurns.Depth * RowBytes;

    private const int Stages = 3, StageBytes = 2 * OperandBytes, SharedBytes = Stages * StageBytes;

    /// <summary>
    /// Where a chunk of a pixel lies: permuted by the pixel's number within eights, so that eight neighbouring pixels have theirs in eight
    /// different groups of banks.
    /// </summary>
    public static int Place(int pixel, int chunk) => (pixel * RowBytes) + ((chunk ^ (pixel & 7)) * TurnsTile.ChunkBytes);

    /// <summary>Grid X counts tiles of filters, Y tiles of columns, Z the parts of the depth.</summary>
    public static void Gradient(GradientPass g)
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        ArrayView<Chunk> stages = SharedMemory.Allocate<Chunk>(SharedBytes / TurnsTile.ChunkBytes);
        int shared = SharedAddress.Of(ref stages[0]);
        int lane = Group.IdxX & 31, warp = Group.IdxX >> 5, part = Grid.IdxZ;
        int begin = g.PartCount.Quotient(g.Turns * part), end = g.PartCount.Quotient(g.Turns * (part + 1));
        int firstRow = Grid.IdxX * Side, firstColumn = Grid.IdxY * Side;
        GradientLoader loader = GradientLoader.Start(g, begin, firstRow, firstColumn, shared);

        // What this lane reads: eight filters, or columns, of a pixel of the first 16. Neighbouring fragments are two chunks apart.
        int warpRow = (warp & 1) * TurnsTile.WarpSide, warpColumn = (warp >> 1) * TurnsTile.WarpSide;
        TransposedLane left = TransposedLane.Of(((lane >> 4) << 3) + (lane & 7), (warpRow >> 3) + ((lane >> 3) & 1), shared);
        TransposedLane right = TransposedLane.Of(
            (((lane >> 3) & 1) << 3) + (lane & 7), (warpColumn >> 3) + (lane >> 4), shared + OperandBytes);

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
            const int Half = 16 * RowBytes;
            Four<LeftFragment> a2 = left.LoadLeft(read + Half);
            Four<RightFragmentPair> b2 = right.LoadRight(read + Half);
            loader.Copy(g, write, next < end ? 1 : 0);
            CudaAsyncCopy.Commit();
            next++;
            write = Next(write);
            sums = WarpSums.MultiplyAdd<Bf16>(sums, a, b);
            read = turn + 1 < end ? Next(read) : read;
            CudaAsyncCopy.WaitForAllButOne();
            Group.Barrier();
            a = left.LoadLeft(read);
            b = right.LoadRight(read);
            sums = WarpSums.MultiplyAdd<Bf16>(sums, a2, b2);
        }

        CudaAsyncCopy.WaitForAll();
        GradientResults.Store(g, sums, firstRow + warpRow, firstColumn + warpColumn, part);
    }

    private static int Next(int stage)
    {
        int next = stage + StageBytes;
        return next == SharedBytes ? 0 : next;
    }
}

/// <summary>A lane's addresses for the four fragments of 16 pixels.</summary>
internal struct TransposedLane
{
    private int _first, _second, _third, _fourth;

    public static TransposedLane Of(int pixel, int chunk, int shared)
    {
        TransposedLane lane = default;
        lane._first = shared + GradientKernel.Place(pixel, chunk);
        lane._second = shared + GradientKernel.Place(pixel, chunk + 2);
        lane._third = shared + GradientKernel.Place(pixel, chunk + 4);
        lane._fourth = shared + GradientKernel.Place(pixel, chunk + 6);
        return lane;
    }

    public readonly Four<LeftFragment> LoadLeft(int offset)
    {
        Four<LeftFragment> a = default;
        a.A = SharedAddress.LoadLeftTransposed(_first + offset);
        a.B = SharedAddress.LoadLeftTransposed(_second + offset);
        a.C = SharedAddress.LoadLeftTransposed(_third + offset);
        a.D = SharedAddress.LoadLeftTransposed(_fourth + offset);
        return a;
    }

    public readonly Four<RightFragmentPair> LoadRight(int offset)
    {
        Four<RightFragmentPair> b = default;
        b.A = SharedAddress.LoadRightPairTransposed(_first + offset);
        b.B = SharedAddress.LoadRightPairTransposed(_second + offset);
        b.C = SharedAddress.LoadRightPairTransposed(_third + offset);
        b.D = SharedAddress.LoadRightPairTransposed(_fourth + offset);
        return b;
    }
}
