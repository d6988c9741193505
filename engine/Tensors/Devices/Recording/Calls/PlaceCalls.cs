namespace IlgpuGan.Tensors.Devices.Recording;

// Elements copied with steps, found through places, put in order. See IKernels for what the arguments are.

public sealed record CopyStridedCall(DeviceSpan X, DeviceSpan Y, StrideGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => G.Count < G.YExtent ? [X, Y] : [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.CopyStrided(X, Y, G);
}

public sealed record GatherCall(DeviceSpan X, DeviceSpan Places, DeviceSpan Y, GatherGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Places];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Places = map(Places), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Gather(X, Places, Y, G);
}

public sealed record ScatterAddCall(DeviceSpan X, DeviceSpan Places, DeviceSpan Y, GatherGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Places, Y];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Places = map(Places), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.ScatterAdd(X, Places, Y, G);
}

public sealed record TopKCall(DeviceSpan X, DeviceSpan Places, TopKGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Places];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Places = map(Places) };

    public override void Run(IKernels kernels) => kernels.TopK(X, Places, G);
}
