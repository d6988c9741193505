using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IBinaryLoops, IKernel<BinaryCall>, IKernel<ExpandCall>
{
    public void Run(BinaryCall call) => BinaryFunctions.Run(call, this);

    public void Run(ExpandCall call) => Gather(call.X, call.Y, StridedRows.Broadcast(call.XShape, call.XShape, call.YShape));

    void IBinaryLoops.Apply<TFunction>(DeviceSpan a, DeviceSpan b, DeviceSpan y, in StridedRows rows)
    {
        if (rows.IsDense)
        {
            queue.Launch(BinaryKernels.Apply<TFunction>, queue.ForElements(y.Length, Element.PerThread), a.View(), b.View(), y.View());
        }
        else if (RowNest.Fits(rows))
        {
            var (nest, config) = RowNest.Of(queue, rows);
            queue.Launch(BroadcastKernels.BinaryRows<TFunction>, config, a.View(), b.View(), y.View(), nest);
        }
        else
        {
            queue.Launch(
                BroadcastKernels.Binary<TFunction>, queue.ForElements(y.Length, Element.PerThread),
                a.View(), b.View(), y.View(), new StridedNest(rows));
        }
    }

    private void Gather(DeviceSpan x, DeviceSpan y, in StridedRows rows)
    {
        if (rows.IsDense)
        {
            Run(new CopyCall(x, y));
        }
        else if (RowNest.Fits(rows))
        {
            var (nest, config) = RowNest.Of(queue, rows);
            queue.Launch(BroadcastKernels.GatherRows, config, x.View(), y.View(), nest);
        }
        else
        {
            queue.Launch(
                BroadcastKernels.Gather, queue.ForElements(y.Length, Element.PerThread), x.View(), y.View(), new StridedNest(rows));
        }
    }
}
