namespace IlgpuGan.Tensors.Devices.Recording;

// Filling, copying and moving. See IKernels for what the arguments are.

public sealed record FillCall(DeviceSpan Y, float Value) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Fill(Y, Value);
}

public sealed record FillFromCall(int Word, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.FillFrom(Word, Y);
}

public sealed record CopyCall(DeviceSpan X, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Copy(X, Y);
}

public sealed record CopyBlockCall(
    DeviceSpan X, Shape XShape, int[] XStart, DeviceSpan Y, Shape YShape, int[] YStart, Shape Extent, bool Accumulate)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Accumulate || Extent.Count < YShape.Count ? [X, Y] : [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.CopyBlock(X, XShape, XStart, Y, YShape, YStart, Extent, Accumulate);
}

public sealed record PermuteCall(DeviceSpan X, Shape XShape, int[] Order, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Permute(X, XShape, Order, Y);
}
