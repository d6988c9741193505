using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 5: as <see cref="DoubleBufferedKernel"/>, with 128-bit reads of the left factor and 128-bit writes of the results, a quarter of the
/// memory instructions. The right factor keeps its single elements: a picture's rows start anywhere once they are padded.
/// </summary>
internal static class VectorisedKernel
{
    /// <param name="left">the left factor in fours; see <see cref="LeftOperand.HasVectorRows"/></param>
    /// <param name="target">the target, or the partial sums, in fours; empty if neighbouring columns are no neighbours in memory</param>
    public static void VectorisedProduct<TTile, TRight>(Product product, ArrayView<Float4> left, ArrayView<Float4> target)
        where TTile : struct, ITile
        where TRight : struct, IRightLoader<TRight>
    {
        ArrayView<float> leftTiles = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.LeftSize), rightTiles = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.RightSize);
        GroupPlace place = GroupPlace.Enter(ref product, TTile.Rows, TTile.Columns);
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        VectorLeftLoader<TTile> leftLoader = VectorLeftLoader<TTile>.Start(product, Group.IdxX, place.FirstRow, place.Begin, place.End);
        TRight rightLoader = TRight.Start(product, Group.IdxX, place.FirstColumn, place.Begin, place.End);
        ArrayView<float> leftValues = LocalMemory.Allocate<float>(4 * VectorLeftLoader<TTile>.Slots), rightValues = LocalMemory.Allocate<float>(TRight.Slots);
        ArrayView<float> sums = Results<TTile>.Zeros();
        ArrayView<DepthEntry> entries = SharedMemory.Allocate<DepthEntry>(CudaAsyncCopy.IsSupported && TRight.ReadsTable ? DepthTable<TTile>.Size : 1);
        DepthTable<TTile> table = DepthTable<TTile>.Start(Group.IdxX, place.Begin, place.End);
        leftLoader.Fetch(product, left, leftValues);
        if (CudaAsyncCopy.IsSupported)
        {
            if (TRight.ReadsTable)
            {
                table.Write(product, entries);
                Group.Barrier();
            }

            rightLoader.Copy(product, rightTiles.SubView(0, TileLayout<TTile>.RightSize), table.Current(entries));
            CudaAsyncCopy.Commit();
            if (TRight.ReadsTable)
            {
                table.Write(product, entries);
            }
        }
        else
        {
            rightLoader.Fetch(product, rightValues);
        }

        int current = 0;
        for (int depth = place.Begin; depth < place.End; depth += TTile.Depth)
        {
            ArrayView<float> leftTile = leftTiles.SubView(current * TileLayout<TTile>.LeftSize, TileLayout<TTile>.LeftSize);
            ArrayView<float> rightTile = rightTiles.SubView(current * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize);
            leftLoader.Put(leftValues, leftTile);
            if (CudaAsyncCopy.IsSupported)
            {
                CudaAsyncCopy.WaitForAll();
            }
            else
            {
                rightLoader.Put(rightValues, rightTile);
            }

            Group.Barrier();
            current = 1 - current;
            leftLoader.Fetch(product, left, leftValues);
            if (CudaAsyncCopy.IsSupported)
            {
                rightLoader.Copy(product, rightTiles.SubView(current * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize), table.Current(entries));
                CudaAsyncCopy.Commit();
                if (TRight.ReadsTable)
                {
                    table.Write(product, entries);
                }
            }
            else
            {
                rightLoader.Fetch(product, rightValues);
            }

            Results<TTile>.Accumulate(leftTile, rightTile, sums);
        }

        if (CudaAsyncCopy.IsSupported)
        {
            CudaAsyncCopy.WaitForAll();
        }

        if (TTile.OwnColumns % 4 == 0 && target.IntLength > 0)
        {
            VectorStore<TTile>.Run(product, place, sums, target);
        }
        else
        {
            Results<TTile>.Store(product, place, sums);
        }
    }
}
