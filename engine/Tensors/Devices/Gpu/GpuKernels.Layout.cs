using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<CopyBlockCall>, IKernel<PermuteCall>
{
    public void Run(CopyBlockCall call)
    {
        var count = call.Extent.Count;
        var rows = StridedRows.Block(call.XShape, call.YShape, call.Extent);
        var source = From(call.X, call.XShape, call.XStart);
        var destination = From(call.Y, call.YShape, call.YStart);
        if (rows.IsDense)
        {
            // The block is contiguous in both arrays: the driver copies fastest.
            Run(new CopyCall(source with { Length = count }, destination with { Length = count }));
        }
        else if (RowNest.Fits(rows))
        {
            // Long rows: a group of threads finds the place of its row once, for all of its elements.
            var (nest, config) = RowNest.Of(queue, rows);
            queue.Launch(BroadcastKernels.CopyRows, config, source.View(), destination.View(), nest);
        }
        else
        {
            // Rows too short to fill a group, or apart in memory: each thread finds the places of its own elements.
            var config = queue.ForElements(count, Element.PerThread);
            queue.Launch(BroadcastKernels.CopyBlock, config, source.View(), destination.View(), new StridedNest(rows), (int)count);
        }
    }

    /// <summary>A permutation reads x in another order and writes y in its own: it has the kernels of a broadcast operand.</summary>
    public void Run(PermuteCall call) => Gather(call.X, call.Y, StridedRows.Permutation(call.XShape, call.Order));

    /// <summary>An array from an element on.</summary>
    private static DeviceSpan From(DeviceSpan array, Shape shape, ReadOnlySpan<int> index)
    {
        long element = 0;
        for (var i = 0; i < shape.Rank; i++)
        {
            element = (element * shape[i]) + index[i];
        }

        return array with { Offset = array.Offset + element, Length = array.Length - element };
    }
}
