using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<CopyBlockCall>, IKernel<PermuteCall>
{
    public void Run(CopyBlockCall call)
    {
        var (x, xShape, xStart, y, yShape, yStart, extent) = call;
        var rows = StridedRows.Block(xShape, yShape, extent);
        var source = x with { Offset = x.Offset + Offset(xShape, xStart), Length = x.Length - Offset(xShape, xStart) };
        var destination = y with { Offset = y.Offset + Offset(yShape, yStart), Length = y.Length - Offset(yShape, yStart) };
        if (rows.IsDense)
        {
            Run(new CopyCall(source with { Length = extent.Count }, destination with { Length = extent.Count }));
        }
        else if (RowNest.Fits(rows))
        {
            var (nest, config) = RowNest.Of(queue, rows);
            queue.Launch(BroadcastKernels.CopyRows, config, source.View(), destination.View(), nest);
        }
        else
        {
            queue.Launch(
                BroadcastKernels.CopyBlock, queue.ForElements(extent.Count, Element.PerThread),
                source.View(), destination.View(), new StridedNest(rows), (int)extent.Count);
        }
    }

    public void Run(PermuteCall call) => Gather(call.X, call.Y, StridedRows.Permutation(call.XShape, call.Order));

    private static long Offset(Shape shape, ReadOnlySpan<int> index)
    {
        long offset = 0;
        for (var i = 0; i < shape.Rank; i++)
        {
            offset = (offset * shape[i]) + index[i];
        }

        return offset;
    }
}
