using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 3: each thread computes a block of results in registers, so an element read from shared memory is used as often as the block is
/// wide or high. The digits of addresses are incremented instead of divided out.
/// </summary>
internal static class RegisterBlockedKernel
{
    public static void RegisterBlockedProduct<TTile, TRight, TLeft, TSlots, TRow, TSums>(Product product)
        where TTile : struct, ITile
        where TRight : struct, IRightLoader<TRight>
        where TLeft : struct, IFloatVector<TLeft>
        where TSlots : struct, IFloatVector<TSlots>
        where TRow : unmanaged, IFloatVector<TRow>
        where TSums : struct, IRegisterArray<TSums, TRow>
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(TileLayout<TTile>.LeftSize),
            right = SharedMemory.Allocate<float>(TileLayout<TTile>.RightSize);
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
        for (int depth = place.Begin; depth < place.End; depth += TTile.Depth)
        {
            TLeft leftValues = leftLoader.Fetch<TLeft>(product);
            TSlots rightValues = rightLoader.Fetch<TSlots>(product);
            leftLoader.Put(leftValues, left);
            rightLoader.Put(rightValues, right);
            Group.Barrier();
            sums = Results<TTile, TRow, TSums>.Accumulate(sums, left, right);
            Group.Barrier();
        }

        if (ArrivalCounters.AreCounted(product.Arrivals) && !Results<TTile, TRow, TSums>.Join(product, ref sums))
        {
            return;
        }

        Results<TTile, TRow, TSums>.Store(product, place, sums, ArrayView<Float4>.Empty);
    }
}
