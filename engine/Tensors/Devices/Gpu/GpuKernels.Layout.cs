using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void CopyBlock(
        DeviceSpan x, Shape xShape, ReadOnlySpan<int> xStart, DeviceSpan y, Shape yShape, ReadOnlySpan<int> yStart, Shape extent, bool accumulate)
    {
        var nest = new StridedNest(StridedRows.Block(xShape, yShape, extent));
        var source = x.View().SubView(Offset(xShape, xStart));
        var destination = y.View().SubView(Offset(yShape, yStart));
        queue.Launch(
            BroadcastKernels.CopyBlock, queue.ForElements(extent.Count, Element.PerThread),
            source, destination, nest, (int)extent.Count, (byte)(accumulate ? 1 : 0));
    }

    public void Permute(DeviceSpan x, Shape xShape, ReadOnlySpan<int> order, DeviceSpan y) =>
        Gather(x, y, StridedRows.Permutation(xShape, order));

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
