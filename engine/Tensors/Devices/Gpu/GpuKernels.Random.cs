using IlgpuGan.Tensors.Devices.Gpu.Random;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    private const int WordsOfBlock = 4;

    public void Uniform(RandomKey key, DeviceSpan y) =>
        queue.Launch(RandomKernels.Uniform, queue.ForElements(y.Length, WordsOfBlock), y.View(), key, numbers.View);

    public void Normal(RandomKey key, DeviceSpan y) =>
        queue.Launch(RandomKernels.Normal, queue.ForElements(y.Length, WordsOfBlock), y.View(), key, numbers.View);

    public void Dropout(RandomKey key, float p, DeviceSpan x, DeviceSpan y) =>
        queue.Launch(
            RandomKernels.Dropout, queue.ForElements(y.Length, WordsOfBlock), x.View(), y.View(), key, numbers.View, p, 1 / (1 - p));
}
