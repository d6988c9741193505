namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed partial class CpuKernels : IKernels
{
    public void CopyBlock(DeviceSpan x, Shape xShape, ReadOnlySpan<int> xStart, DeviceSpan y, Shape yShape, ReadOnlySpan<int> yStart, Shape extent, bool accumulate) => throw new NotSupportedException(nameof(CopyBlock));
    public void Permute(DeviceSpan x, Shape xShape, ReadOnlySpan<int> order, DeviceSpan y) => throw new NotSupportedException(nameof(Permute));
    public void Moments(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, in NormGeometry g) => throw new NotSupportedException(nameof(Moments));
    public void Normalize(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, in NormGeometry g, float epsilon) => throw new NotSupportedException(nameof(Normalize));
    public void NormalizeGradient( DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy, DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon) => throw new NotSupportedException(nameof(NormalizeGradient));
    public void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g) => throw new NotSupportedException(nameof(Pad));
    public void PadGradient(PadMode mode, DeviceSpan dy, DeviceSpan dx, in PadGeometry g) => throw new NotSupportedException(nameof(PadGradient));
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
