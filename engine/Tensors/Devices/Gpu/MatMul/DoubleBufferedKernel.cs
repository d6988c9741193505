using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 4: two tiles of each factor, so that the next one loads while this one is multiplied, and one barrier a tile instead of two. On
/// sm_80 and later the copies are asynchronous (<c>cp.async</c>); elsewhere the next tile waits in registers.
/// </summary>
internal static class DoubleBufferedKernel
{
    public static void DoubleBufferedProduct<TTile, TRight, TLeft, TSlots, TRow, TSums>(Product product)
        where TTile : struct, ITile
        where TRight : struct, IRightLoader<TRight>
        where TLeft : struct, IFloatVector<TLeft>
        where TSlots : struct, IFloatVector<TSlots>
        where TRow : unmanaged, IFloatVector<TRow>
        where TSums : struct, IRegisterArray<TSums, TRow>
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.LeftSize),
            right = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.RightSize);
        if (TRight.IsAlongDepth && RowSums.IsSumGroup(product))
        {
            RowSums.Run(product, right);
            return;
        }

        GroupPlace place = GroupPlace.Enter(ref product, TTile.Rows, TTile.Columns);
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        LeftLoader<TTile> leftLoader = LeftLoader<TTile>.Start(product, Group.IdxX, place.FirstRow, place.Begin, place.End);
        TRight rightLoader = TRight.Start(product, Group.IdxX, place.FirstColumn, place.Begin, place.End);
        TSums sums = default;
        if (CudaAsyncCopy.IsSupported)
        {
            ArrayView<DepthEntry> entries = SharedMemory.Allocate<DepthEntry>(2 * TTile.Depth);
            DepthTable<TapMask> table = DepthTable<TapMask>.Start(TTile.Depth, Group.IdxX, place.Begin, place.End);
            if (TRight.ReadsTable)
            {
                table.Write(product, entries);
                Group.Barrier();
            }

            leftLoader.Copy(product, left.SubView(0, TileLayout<TTile>.LeftSize));
            rightLoader.Copy(product, right.SubView(0, TileLayout<TTile>.RightSize), table.Current(entries));
            CudaAsyncCopy.Commit();
            if (TRight.ReadsTable)
            {
                table.Write(product, entries);
            }

            int current = 0;
            for (int depth = place.Begin; depth < place.End; depth += TTile.Depth)
            {
                // After the barrier all threads see this tile, and none reads the other one any more.
                CudaAsyncCopy.WaitForAll();
                Group.Barrier();
                int next = 1 - current;
                leftLoader.Copy(product, left.SubView(next * TileLayout<TTile>.LeftSize, TileLayout<TTile>.LeftSize));
                rightLoader.Copy(
                    product, right.SubView(next * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize), table.Current(entries));
                CudaAsyncCopy.Commit();
                if (TRight.ReadsTable)
                {
                    table.Write(product, entries);
                }

                sums = Results<TTile, TRow, TSums>.Accumulate(
                    sums, left.SubView(current * TileLayout<TTile>.LeftSize, TileLayout<TTile>.LeftSize),
                    right.SubView(current * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize));
                current = next;
            }

            CudaAsyncCopy.WaitForAll();
        }
        else
        {
            TLeft leftValues = leftLoader.Fetch<TLeft>(product);
            TSlots rightValues = rightLoader.Fetch<TSlots>(product);
            int current = 0;
            for (int depth = place.Begin; depth < place.End; depth += TTile.Depth)
            {
                ArrayView<float> leftTile = left.SubView(current * TileLayout<TTile>.LeftSize, TileLayout<TTile>.LeftSize);
                ArrayView<float> rightTile = right.SubView(current * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize);
                leftLoader.Put(leftValues, leftTile);
                rightLoader.Put(rightValues, rightTile);
                Group.Barrier();

                // Beyond the end these return zeros, which are not used.
                leftValues = leftLoader.Fetch<TLeft>(product);
                rightValues = rightLoader.Fetch<TSlots>(product);
                sums = Results<TTile, TRow, TSums>.Accumulate(sums, leftTile, rightTile);
                current = 1 - current;
            }
        }

        if (ArrivalCounters.AreCounted(product.Arrivals) && !Results<TTile, TRow, TSums>.Join(product, ref sums))
        {
            return;
        }

        Results<TTile, TRow, TSums>.Store(product, place, sums, ArrayView<Float4>.Empty);
    }
}
