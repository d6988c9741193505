using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 7: tensor cores fed by asynchronous copies. Shared memory holds four stages of eight depths; while one is multiplied the
/// next three are on their way, and no number waits in a register. Factors are float32 there and rounded when fragments are read.
/// </summary>
internal static class PipelinedKernel
{
    public static void PipelinedProduct<TTile, TPrecision>(Product product)
        where TTile : struct, ITensorTile
        where TPrecision : struct, IStagePrecision
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        ArrayView<Chunk> left = SharedMemory.Allocate<Chunk>(Pipeline.Stages * Pipeline.LeftSize<TTile>()),
            right = SharedMemory.Allocate<Chunk>(Pipeline.Stages * Pipeline.RightSize<TTile>() / Pipeline.Share);
        ArrayView<DepthEntry> entries = SharedMemory.Allocate<DepthEntry>(2 * Pipeline.TileDepth);
        GroupPlace place = GroupPlace.Enter(ref product, TTile.Rows, TTile.Columns);
        product.EnterPacked(product.Splits.Quotient(Grid.IdxZ));
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        DepthTable<SmallTapMask> table = DepthTable<SmallTapMask>.Start(Pipeline.TileDepth, Group.IdxX, place.Begin, place.End);
        table.Write(product, entries);
        PipelinedCopies<TTile> copies = PipelinedCopies<TTile>.Start(product, place, left, right);
        PipelinedResults<TTile, TPrecision> results = PipelinedResults<TTile, TPrecision>.Start(left, right);
        Group.Barrier();
        copies.Copy(product, table.Current(entries), stage: 0);
        copies.Copy(product, table.Current(entries), stage: 1);
        copies.Copy(product, table.Current(entries), stage: 2);
        for (int depth = place.Begin; depth < place.End; depth += Pipeline.TileDepth)
        {
            // After a barrier all threads see the stage's numbers, and none reads those of the stage before any more.
            CudaAsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            copies.Copy(product, table.Current(entries), stage: 3);
            table.Write(product, entries);
            results.MultiplyAdd(stage: 0);
            CudaAsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            copies.Copy(product, table.Current(entries), stage: 0);
            results.MultiplyAdd(stage: 1);
            CudaAsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            copies.Copy(product, table.Current(entries), stage: 1);
            results.MultiplyAdd(stage: 2);
            CudaAsyncCopy.WaitForAllButTwo();
            Group.Barrier();
            copies.Copy(product, table.Current(entries), stage: 2);
            results.MultiplyAdd(stage: 3);
        }

        CudaAsyncCopy.WaitForAll();
        results.Finish(product, place);
    }
}
