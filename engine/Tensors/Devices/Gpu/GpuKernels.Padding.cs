using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<PadCall>, IKernel<PadGradientCall>
{
    public void Run(PadCall call) =>
        queue.Launch(
            PadKernels.Pad, queue.ForElements(call.Y.Length), call.X.View(), call.Y.View(),
            PlanePadding.Of(call.Mode, call.G, call.Value));

    public void Run(PadGradientCall call) =>
        queue.Launch(
            PadKernels.Gradient, queue.ForElements(call.Dx.Length), call.Dy.View(), call.Dx.View(), PlanePadding.Of(call.Mode, call.G));
}
