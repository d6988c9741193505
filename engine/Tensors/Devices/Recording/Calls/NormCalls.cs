namespace IlgpuGan.Tensors.Devices.Recording;

// Normalisation. See IKernels for what the arguments are.

public sealed record MomentsCall(DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, NormGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Mean, Variance];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), Mean = map(Mean), Variance = map(Variance) };

    public override void Run(IKernels kernels) => kernels.Moments(X, Mean, Variance, G);
}

public sealed record NormalizeCall(
    DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias, DeviceSpan Y, NormGeometry G, float Epsilon)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, Mean, Variance, Weight, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, X)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            X = map(X), Mean = map(Mean), Variance = map(Variance), Weight = Mapped(Weight, map), Bias = Mapped(Bias, map), Y = map(Y),
        };

    public override void Run(IKernels kernels) => kernels.Normalize(X, Mean, Variance, Weight, Bias, Y, G, Epsilon);
}

public sealed record TrackStatisticsCall(
    DeviceSpan Mean, DeviceSpan Variance, DeviceSpan PastMean, DeviceSpan PastVariance, DeviceSpan? Batches, float Momentum,
    float Correction)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(Mean, Variance, PastMean, PastVariance, Batches);

    public override IReadOnlyList<DeviceSpan> Writes => Given(PastMean, PastVariance, Batches);

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            Mean = map(Mean), Variance = map(Variance), PastMean = map(PastMean), PastVariance = map(PastVariance),
            Batches = Mapped(Batches, map),
        };

    public override void Run(IKernels kernels) =>
        kernels.TrackStatistics(Mean, Variance, PastMean, PastVariance, Batches, Momentum, Correction);
}

public sealed record NormalizeGradientCall(
    DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan Dy,
    DeviceSpan? Dx, DeviceSpan? Dweight, DeviceSpan? Dbias, NormGeometry G, float Epsilon)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, Mean, Variance, Weight, Dy);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Dx, Dweight, Dbias);

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            X = map(X), Mean = map(Mean), Variance = map(Variance), Weight = Mapped(Weight, map), Dy = map(Dy), Dx = Mapped(Dx, map),
            Dweight = Mapped(Dweight, map), Dbias = Mapped(Dbias, map),
        };

    public override void Run(IKernels kernels) => kernels.NormalizeGradient(X, Mean, Variance, Weight, Dy, Dx, Dweight, Dbias, G, Epsilon);
}
