using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Binary(BinaryFunction f, DeviceSpan a, Shape aShape, DeviceSpan b, Shape bShape, DeviceSpan y, Shape yShape)
    {
        var nest = new StridedNest(StridedRows.Broadcast(aShape, bShape, yShape));
        switch (f)
        {
            case BinaryFunction.Add: Binary<BinaryFunctors.Add>(a, b, y, nest); break;
            case BinaryFunction.Subtract: Binary<BinaryFunctors.Subtract>(a, b, y, nest); break;
            case BinaryFunction.Multiply: Binary<BinaryFunctors.Multiply>(a, b, y, nest); break;
            case BinaryFunction.Divide: Binary<BinaryFunctors.Divide>(a, b, y, nest); break;
            case BinaryFunction.Maximum: Binary<BinaryFunctors.Maximum>(a, b, y, nest); break;
            case BinaryFunction.Minimum: Binary<BinaryFunctors.Minimum>(a, b, y, nest); break;
            case BinaryFunction.AbsoluteDifference: Binary<BinaryFunctors.AbsoluteDifference>(a, b, y, nest); break;
            case BinaryFunction.SquaredDifference: Binary<BinaryFunctors.SquaredDifference>(a, b, y, nest); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    public void Expand(DeviceSpan x, Shape xShape, DeviceSpan y, Shape yShape) =>
        Gather(x, y, StridedRows.Broadcast(xShape, xShape, yShape));

    private void Binary<TFunction>(DeviceSpan a, DeviceSpan b, DeviceSpan y, StridedNest nest)
        where TFunction : struct, IBinaryFunction =>
        queue.Launch(BroadcastKernels.Binary<TFunction>, queue.ForElements(y.Length, Element.PerThread), a.View(), b.View(), y.View(), nest);

    private void Gather(DeviceSpan x, DeviceSpan y, in StridedRows rows) =>
        queue.Launch(
            BroadcastKernels.Gather, queue.ForElements(y.Length, Element.PerThread), x.View(), y.View(), new StridedNest(rows));
}
