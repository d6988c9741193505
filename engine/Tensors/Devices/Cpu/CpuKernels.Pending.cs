namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed partial class CpuKernels : IKernels
{
    public void Upsample(UpsampleMode mode, DeviceSpan x, DeviceSpan y, in UpsampleGeometry g) => throw new NotSupportedException(nameof(Upsample));
    public void UpsampleGradient(UpsampleMode mode, DeviceSpan dy, DeviceSpan dx, in UpsampleGeometry g) => throw new NotSupportedException(nameof(UpsampleGradient));
    public void AveragePool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) => throw new NotSupportedException(nameof(AveragePool));
    public void AveragePoolGradient(DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) => throw new NotSupportedException(nameof(AveragePoolGradient));
    public void MaxPool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) => throw new NotSupportedException(nameof(MaxPool));
    public void MaxPoolGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) => throw new NotSupportedException(nameof(MaxPoolGradient));
    public void MaxPoolGather(DeviceSpan x, DeviceSpan v, DeviceSpan y, in PoolGeometry g) => throw new NotSupportedException(nameof(MaxPoolGather));
    public void LogSoftmax(DeviceSpan x, DeviceSpan y, int rows, int columns) => throw new NotSupportedException(nameof(LogSoftmax));
    public void Uniform(RandomKey key, DeviceSpan y) => throw new NotSupportedException(nameof(Uniform));
    public void Normal(RandomKey key, DeviceSpan y) => throw new NotSupportedException(nameof(Normal));
    public void Dropout(RandomKey key, float p, DeviceSpan x, DeviceSpan y) => throw new NotSupportedException(nameof(Dropout));
    public void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings) => throw new NotSupportedException(nameof(Adam));
    public void Sgd(ReadOnlySpan<SgdSlot> slots, float learningRate, float momentum, float weightDecay) => throw new NotSupportedException(nameof(Sgd));
}
