using IlgpuGan.Tensors.Devices.Gpu.Random;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<UniformCall>, IKernel<NormalCall>, IKernel<DropoutCall>
{
    private const int WordsOfBlock = 4;

    public void Run(UniformCall call) =>
        queue.Launch(RandomKernels.Uniform, queue.ForElements(call.Y.Length, WordsOfBlock), call.Y.View(), call.Key, numbers.View);

    public void Run(NormalCall call) =>
        queue.Launch(RandomKernels.Normal, queue.ForElements(call.Y.Length, WordsOfBlock), call.Y.View(), call.Key, numbers.View);

    public void Run(DropoutCall call) =>
        queue.Launch(
            RandomKernels.Dropout, queue.ForElements(call.Y.Length, WordsOfBlock), call.X.View(), call.Y.View(), call.Key, numbers.View,
            call.P, 1 / (1 - call.P));
}
