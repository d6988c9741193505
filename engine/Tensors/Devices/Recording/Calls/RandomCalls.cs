namespace IlgpuGan.Tensors.Devices.Recording;

// Random numbers. See IKernels for what the arguments are.

public sealed record UniformCall(RandomKey Key, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Uniform(Key, Y);
}

public sealed record NormalCall(RandomKey Key, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Normal(Key, Y);
}

public sealed record DropoutCall(RandomKey Key, float P, DeviceSpan X, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, X)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Dropout(Key, P, X, Y);
}
