using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IUnaryLoops
{
    public void Unary(UnaryFunction f, float p, float q, DeviceSpan x, DeviceSpan y) => UnaryTable.Of(f).Apply(this, p, q, x, y);

    public void UnaryGradient(UnaryFunction f, float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx) =>
        UnaryTable.Of(f).Gradient(this, p, q, saved, dy, dx);

    void IUnaryLoops.Apply<TFunction>(float p, float q, DeviceSpan x, DeviceSpan y) =>
        queue.Launch(UnaryKernels.Apply<TFunction>, queue.ForElements(y.Length, Element.PerThread), x.View(), y.View(), p, q);

    void IUnaryLoops.Gradient<TFunction>(float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx) =>
        queue.Launch(
            UnaryKernels.Gradient<TFunction>, queue.ForElements(dx.Length, Element.PerThread), saved.View(), dy.View(), dx.View(), p, q);
}
