using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<BinaryCall>, IKernel<ExpandCall>
{
    public void Run(BinaryCall call)
    {
        var (f, a, b, y) = (call.F, call.A, call.B, call.Y);
        var rows = StridedRows.Broadcast(call.AShape, call.BShape, call.YShape);
        switch (f)
        {
            case BinaryFunction.Add: Binary<BinaryFunctions.Add>(a, b, y, rows); break;
            case BinaryFunction.Subtract: Binary<BinaryFunctions.Subtract>(a, b, y, rows); break;
            case BinaryFunction.Multiply: Binary<BinaryFunctions.Multiply>(a, b, y, rows); break;
            case BinaryFunction.Divide: Binary<BinaryFunctions.Divide>(a, b, y, rows); break;
            case BinaryFunction.Maximum: Binary<BinaryFunctions.Maximum>(a, b, y, rows); break;
            case BinaryFunction.Minimum: Binary<BinaryFunctions.Minimum>(a, b, y, rows); break;
            case BinaryFunction.AbsoluteDifference: Binary<BinaryFunctions.AbsoluteDifference>(a, b, y, rows); break;
            case BinaryFunction.SquaredDifference: Binary<BinaryFunctions.SquaredDifference>(a, b, y, rows); break;
            case BinaryFunction.Power: Binary<BinaryFunctions.Power>(a, b, y, rows); break;
            case BinaryFunction.Mask: Binary<BinaryFunctions.Mask>(a, b, y, rows); break;
            case BinaryFunction.GreaterThan: Binary<BinaryFunctions.GreaterThan>(a, b, y, rows); break;
            case BinaryFunction.GreaterThanOrEqual: Binary<BinaryFunctions.GreaterThanOrEqual>(a, b, y, rows); break;
            case BinaryFunction.EqualTo: Binary<BinaryFunctions.EqualTo>(a, b, y, rows); break;
            case BinaryFunction.SameAs: Binary<BinaryFunctions.SameAs>(a, b, y, rows); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    public void Run(ExpandCall call) => Gather(call.X, call.Y, StridedRows.Broadcast(call.XShape, call.XShape, call.YShape));

    private void Binary<TFunction>(DeviceSpan a, DeviceSpan b, DeviceSpan y, in StridedRows rows)
        where TFunction : struct, IBinaryFunction
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
