using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 3: each thread computes a block of results in registers, so an element read from shared memory is used as often as the block is
/// wide or high; what an address is made of is carried along instead of divided out.
/// </summary>
internal static class RegisterBlockedKernel
{
    public static void RegisterBlockedProduct<TTile, TRight>(Product product)
        where TTile : struct, ITile
        where TRight : struct, IRightLoader<TRight>
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(TileLayout<TTile>.LeftSize),
            right = SharedMemory.Allocate<float>(TileLayout<TTile>.RightSize);
        if (TRight.IsAlongDepth && RowSums.AreOfThisGroup(product))
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
        ArrayView<float> leftValues = LocalMemory.Allocate<float>(LeftLoader<TTile>.Slots),
            rightValues = LocalMemory.Allocate<float>(TRight.Slots);
        ArrayView<float> sums = Results<TTile>.Zeros();
        for (int depth = place.Begin; depth < place.End; depth += TTile.Depth)
        {
            leftLoader.Fetch(product, leftValues);
            rightLoader.Fetch(product, rightValues);
            leftLoader.Put(leftValues, left);
            rightLoader.Put(rightValues, right);
            Group.Barrier();
            Results<TTile>.Accumulate(left, right, sums);
            Group.Barrier();
        }

        if (Arrivals.AreCounted(product.Arrivals) && !Results<TTile>.Join(product, sums))
        {
            return;
        }

        Results<TTile>.Store(product, place, sums);
    }
}
