using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IUnaryLoops, IKernel<UnaryCall>, IKernel<UnaryGradientCall>, IKernel<MapCall>
{
    public void Run(UnaryCall call) => UnaryTable.Of(call.F).Apply(this, call.P, call.Q, call.X, call.Y);

    public void Run(UnaryGradientCall call) => UnaryTable.Of(call.F).Gradient(this, call.P, call.Q, call.Saved, call.Dy, call.Dx);

    public void Run(MapCall call) => call.F.Apply(this, call.X, call.Y);

    void IUnaryLoops.Apply<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y) =>
        queue.Launch(UnaryKernels.Apply<TFunction>, queue.ForElements(y.Length, Element.PerThread), x.View(), y.View(), p, q);

    void IUnaryLoops.Gradient<TFunction>(float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx) =>
        queue.Launch(
            UnaryKernels.Gradient<TFunction>, queue.ForElements(dx.Length, Element.PerThread), saved.View(), dy.View(), dx.View(), p, q);
}
