using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 5: as <see cref="DoubleBufferedKernel"/>, with 128-bit reads of the left factor and 128-bit writes of the results, a quarter of the
/// memory instructions. The right factor is still read element by element, since rows of a padded picture are not aligned.
/// </summary>
internal static class VectorisedKernel
{
    /// <param name="left">the left factor as vectors of four; see <see cref="LeftOperand.HasVectorRows"/></param>
    /// <param name="target">the target as vectors of four; empty if <see cref="Product.HasVectorTarget"/> is false</param>
    public static void VectorisedProduct<TTile, TRight, TLeft, TSlots, TRow, TSums>(
        Product product, ArrayView<Float4> left, ArrayView<Float4> target)
        where TTile : struct, ITile
        where TRight : struct, IRightLoader<TRight>
        where TLeft : struct, IRegisterArray<TLeft, Float4>
        where TSlots : struct, IFloatVector<TSlots>
        where TRow : unmanaged, IFloatVector<TRow>
        where TSums : struct, IRegisterArray<TSums, TRow>
    {
        ArrayView<float> leftTiles = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.LeftSize),
            rightTiles = SharedMemory.Allocate<float>(2 * TileLayout<TTile>.RightSize);
        if (TRight.IsAlongDepth && RowSums.IsSumGroup(product))
        {
            RowSums.Run(product, rightTiles);
            return;
        }

        GroupPlace place = GroupPlace.Enter(ref product, TTile.Rows, TTile.Columns);
        ArrayView<DepthEntry> entries = SharedMemory.Allocate<DepthEntry>(2 * TTile.Depth);
        DepthTable<TapMask> table = DepthTable<TapMask>.Start(TTile.Depth, Group.IdxX, place.Begin, place.End);
        table.Write(product, entries);

        // Workaround: PoCL loses values across a barrier that follows a branch and is in no loop.
        Group.Barrier();
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        VectorLeftLoader<TTile> leftLoader = VectorLeftLoader<TTile>.Start(product, left, Group.IdxX, place.FirstRow);
        TRight rightLoader = TRight.Start(product, Group.IdxX, place.FirstColumn, place.Begin, place.End);
        TSums sums = default;
        TLeft leftValues = leftLoader.Fetch<TLeft>(table.Current(entries));
        TSlots rightValues = default;
        StartLoad(product, ref rightLoader, ref rightValues, rightTiles.SubView(0, TileLayout<TTile>.RightSize), table.Current(entries));
        table.Write(product, entries);
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
            leftValues = leftLoader.Fetch<TLeft>(table.Current(entries));
            StartLoad(
                product, ref rightLoader, ref rightValues,
                rightTiles.SubView(current * TileLayout<TTile>.RightSize, TileLayout<TTile>.RightSize), table.Current(entries));
            table.Write(product, entries);
            sums = Results<TTile, TRow, TSums>.Accumulate(sums, leftTile, rightTile);
        }

        if (CudaAsyncCopy.IsSupported)
        {
            CudaAsyncCopy.WaitForAll();
        }

        if (ArrivalCounters.AreCounted(product.Arrivals) && !Results<TTile, TRow, TSums>.Join(product, ref sums))
        {
            return;
        }

        Results<TTile, TRow, TSums>.Store(product, place, sums, target);
    }

    /// <summary>Starts loading the right factor's next tile, into shared memory or into registers.</summary>
    private static void StartLoad<TRight, TSlots>(
        in Product product, ref TRight loader, ref TSlots values, ArrayView<float> tile, ArrayView<DepthEntry> entries)
        where TRight : struct, IRightLoader<TRight>
        where TSlots : struct, IFloatVector<TSlots>
    {
        if (CudaAsyncCopy.IsSupported)
        {
            loader.Copy(product, tile, entries);
            CudaAsyncCopy.Commit();
        }
        else
        {
            values = loader.Fetch<TSlots>(product);
        }
    }
}
