using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
    : IKernel<AveragePoolCall>, IKernel<AveragePoolGradientCall>, IKernel<MaxPoolCall>, IKernel<MaxPoolGradientCall>,
        IKernel<MaxPoolGatherCall>
{
    public void Run(AveragePoolCall call) =>
        queue.Launch(PoolKernels.Average, queue.ForElements(call.Y.Length), call.X.View(), call.Y.View(), call.G);

    public void Run(AveragePoolGradientCall call) =>
        queue.Launch(PoolKernels.AverageGradient, queue.ForElements(call.Dx.Length), call.Dy.View(), call.Dx.View(), call.G);

    public void Run(MaxPoolCall call) => Run(new MaxPoolGatherCall(call.X, call.X, call.Y, call.G));

    public void Run(MaxPoolGradientCall call) =>
        queue.Launch(PoolKernels.MaximumGradient, queue.ForElements(call.Dx.Length), call.X.View(), call.Dy.View(), call.Dx.View(), call.G);

    public void Run(MaxPoolGatherCall call) =>
        queue.Launch(PoolKernels.GatherMaximum, queue.ForElements(call.Y.Length), call.X.View(), call.V.View(), call.Y.View(), call.G);
}
