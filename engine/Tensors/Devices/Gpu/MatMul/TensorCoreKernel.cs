using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 6: warps multiply 16 x 8 fragments on tensor cores (<c>mma.sync</c>, sm_80 and later). Numbers are rounded to TF32 or bfloat16
/// once, between registers and shared memory, and stored so that <c>ldmatrix</c> reads whole fragments; sums are float32. While one tile is
/// multiplied the next waits in registers: the right factor's part during the first half, the left factor's during the second.
/// </summary>
internal static class TensorCoreKernel
{
    public static void TensorCoreProduct<TTile, TThreadMap, TMask, TChunk, TPrecision>(Product product)
        where TTile : struct, ITensorTile
        where TThreadMap : struct, IRightThreadMap<TMask>
        where TMask : unmanaged, IBoundsMask<TMask>
        where TChunk : struct, ILeftChunk
        where TPrecision : struct, ITensorPrecision
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        ArrayView<Chunk> left = SharedMemory.Allocate<Chunk>(2 * TTile.Rows * TensorLayout.Chunks),
            right = SharedMemory.Allocate<Chunk>(2 * TTile.Columns * TensorLayout.Chunks);
        ArrayView<DepthEntry> entries = SharedMemory.Allocate<DepthEntry>(
            2 * DepthTable<TMask>.Places(TensorLayout.Chunks * TPrecision.ChunkDepth, TPrecision.ChunkDepth));
        if (TThreadMap.IsAlongDepth && RowSums.IsSumGroup(product))
        {
            RowSums.Run(product, right.Cast<float>());
            return;
        }

        Product whole = product;
        GroupPlace place = GroupPlace.Enter(ref product, TTile.Rows, TTile.Columns);
        product.EnterPacked(product.Splits.Quotient(Grid.IdxZ));
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        int tileDepth = TensorLayout.Chunks * TPrecision.ChunkDepth;
        DepthTable<TMask> table = DepthTable<TMask>.Start(tileDepth, Group.IdxX, place.Begin, place.End, TPrecision.ChunkDepth);
        table.Write(product, entries);
        TensorLeftLoader<TTile, TChunk, TPrecision> leftLoader = TensorLeftLoader<TTile, TChunk, TPrecision>.Start(product, place.FirstRow);
        TensorRightLoader<TTile, TThreadMap, TMask, TPrecision> rightLoader =
            TensorRightLoader<TTile, TThreadMap, TMask, TPrecision>.Start(product, place.FirstColumn);
        int leftPlace = leftLoader.Place, rightPlace = rightLoader.Place;
        Four<Four<AccumulatorFragment>> sums = default;
        Group.Barrier();
        rightLoader.Fetch(product, table.Current(entries)).Put<TTile, TPrecision>(right, rightPlace);
        leftLoader.Fetch(table.Current(entries)).Put<TTile, TPrecision>(left, leftPlace);
        table.Write(product, entries);
        int current = 0;
        for (int depth = place.Begin; depth < place.End; depth += tileDepth)
        {
            // After the barrier all threads see this tile, and none reads the other one, or its depth entries, any more.
            Group.Barrier();
            ArrayView<Chunk> leftTile = left.SubView(current * TTile.Rows * TensorLayout.Chunks, TTile.Rows * TensorLayout.Chunks);
            ArrayView<Chunk> rightTile = right.SubView(current * TTile.Columns * TensorLayout.Chunks, TTile.Columns * TensorLayout.Chunks);
            current = 1 - current;
            ArrayView<DepthEntry> next = table.Current(entries);
            TensorValues rightValues = rightLoader.Fetch(product, next);
            sums = TensorResults<TTile>.MultiplyAdd<TPrecision>(sums, leftTile, rightTile, half: 0);
            rightValues.Put<TTile, TPrecision>(right, (current * TTile.Columns * TensorLayout.Chunks) + rightPlace);
            TensorValues leftValues = leftLoader.Fetch(next);
            sums = TensorResults<TTile>.MultiplyAdd<TPrecision>(sums, leftTile, rightTile, half: 1);
            leftValues.Put<TTile, TPrecision>(left, (current * TTile.Rows * TensorLayout.Chunks) + leftPlace);
            table.Write(product, entries);
        }

        if (TThreadMap.IsAlongDepth)
        {
            // Where the results lie is found again: kept through the loop, it would cost registers that the loop needs.
            place = GroupPlace.Enter(ref whole, TTile.Rows, TTile.Columns);
            product.Target = whole.Target;
        }

        if (ArrivalCounters.AreCounted(product.Arrivals))
        {
            TensorResults<TTile>.StorePart(product, sums);
            if (!LastGroup.IsLast(product))
            {
                return;
            }

            sums = TensorResults<TTile>.SumParts(product);
        }

        TensorResults<TTile>.Store(product, place, sums);
    }
}
