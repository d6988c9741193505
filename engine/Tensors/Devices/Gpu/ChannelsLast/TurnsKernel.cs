using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Rung 8 of the ladder: a convolution, or the phases of a data gradient, of an image that lies in memory as tensor cores read it. Each
/// turn copies 64 bytes of each of the tile's pixels and filters, 16 at a time and without a register, two turns ahead; and reads the
/// fragments of the next two chunks before it multiplies those it has. Any stride, kernel and number of images.
/// </summary>
internal static class TurnsKernel
{
    /// <summary>Grid X counts tiles of pixels, Y tiles of filters, Z the parts of the depth of each phase.</summary>
    public static void Turns<TPrecision>(TurnsPass g)
        where TPrecision : struct, ITensorPrecision
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        ArrayView<Chunk> stages = SharedMemory.Allocate<Chunk>(TurnsTile.SharedBytes / TurnsTile.ChunkBytes);
        int shared = SharedAddress.Of(ref stages[0]);
        int lane = Group.IdxX & 31, warp = Group.IdxX >> 5;
        int number = g.Parts.Quotient(Grid.IdxZ), part = Grid.IdxZ - (number * g.Parts.Value);
        TurnsPhase phase = g.Phase(number);
        int turns = phase.TapRows * phase.RowTurns.Value;
        int begin = g.Parts.Quotient(turns * part), end = g.Parts.Quotient(turns * (part + 1));
        int firstRow = Grid.IdxX * TurnsTile.Rows, firstColumn = Grid.IdxY * TurnsTile.Columns;
        TurnsLoader loader = TurnsLoader.Start(g, phase, begin, firstRow, firstColumn, shared);

        // What this lane reads: the address of a row of the first chunk, or of the second from lane 16 on; of columns likewise, by eights.
        // The third and fourth chunk are 32 bytes before or behind.
        int warpRow = (warp & 1) * TurnsTile.WarpSide, warpColumn = (warp >> 1) * TurnsTile.WarpSide;
        int left = TurnsTile.Place(warpRow + (lane & 15), lane >> 4);
        int right = TurnsTile.Place(warpColumn + (lane & 7) + ((lane >> 4) << 3), (lane >> 3) & 1);
        int leftOther = 32 - (2 * (left & 32)), rightOther = 32 - (2 * (right & 32));
        left += shared;
        right += shared + TurnsTile.LeftBytes;

        int next = begin;
        loader.Copy(0, next < end ? 1 : 0);
        CudaAsyncCopy.Commit();
        next++;
        loader.Copy(TurnsTile.StageBytes, next < end ? 1 : 0);
        CudaAsyncCopy.Commit();
        next++;
        int read = 0, write = 2 * TurnsTile.StageBytes;
        CudaAsyncCopy.WaitForAllButOne();
        Group.Barrier();
        WarpSums sums = default;
        Four<LeftFragment> a = WarpSums.LoadLeft(left);
        Four<RightFragmentPair> b = WarpSums.LoadRight(right);
        for (int turn = begin; turn < end; turn++)
        {
            Four<LeftFragment> a2 = WarpSums.LoadLeft(left + read + leftOther);
            Four<RightFragmentPair> b2 = WarpSums.LoadRight(right + read + rightOther);
            loader.Copy(write, next < end ? 1 : 0);
            CudaAsyncCopy.Commit();
            next++;
            write = Next(write);
            sums = WarpSums.MultiplyAdd<TPrecision>(sums, a, b);

            // Behind the last turn nothing was copied: the stage that is read once more stays the one that was.
            read = turn + 1 < end ? Next(read) : read;
            CudaAsyncCopy.WaitForAllButOne();
            Group.Barrier();
            a = WarpSums.LoadLeft(left + read);
            b = WarpSums.LoadRight(right + read);
            sums = WarpSums.MultiplyAdd<TPrecision>(sums, a2, b2);
        }

        CudaAsyncCopy.WaitForAll();
        if (g.Arrivals.IntLength > 0)
        {
            int tile = (((number * Grid.DimY) + Grid.IdxY) * Grid.DimX) + Grid.IdxX, parts = g.Parts.Value;
            PartSums.Store(ref g.Parted[0], (tile * parts) + part, sums);
            if (!ArrivalCounters.IsLast(g.Arrivals, tile, parts))
            {
                return;
            }

            sums = PartSums.Sum(ref g.Parted[0], tile * parts, parts);
            part = 0;
        }

        TurnsResults.Store(g, phase, sums, firstRow + warpRow, firstColumn + warpColumn, part);
    }

    private static int Next(int stage)
    {
        int next = stage + TurnsTile.StageBytes;
        return next == TurnsTile.SharedBytes ? 0 : next;
    }
}
