using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<ExchangeCall>
{
    public void Run(ExchangeCall call) =>
        queue.Launch(
            ExchangeKernel.Exchange, queue.ForElements(Math.Max(call.Image.Length, call.Shown.Length), Element.PerThread),
            call.Image.View(), call.Pool.View(), call.Stride, numbers.View, call.Choice, call.Shown.View());
}
