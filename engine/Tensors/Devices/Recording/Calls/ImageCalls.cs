namespace IlgpuGan.Tensors.Devices.Recording;

// Geometry of images, and pools of them. See IKernels for what the arguments are.

public sealed record PadCall(PadMode Mode, float Value, DeviceSpan X, DeviceSpan Y, PadGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Pad(Mode, Value, X, Y, G);
}

public sealed record PadGradientCall(PadMode Mode, DeviceSpan Dy, DeviceSpan Dx, PadGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy), Dx = map(Dx) };

    public override void Run(IKernels kernels) => kernels.PadGradient(Mode, Dy, Dx, G);
}

public sealed record UpsampleCall(UpsampleMode Mode, DeviceSpan X, DeviceSpan Y, UpsampleGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Upsample(Mode, X, Y, G);
}

public sealed record UpsampleGradientCall(UpsampleMode Mode, DeviceSpan Dy, DeviceSpan Dx, UpsampleGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy), Dx = map(Dx) };

    public override void Run(IKernels kernels) => kernels.UpsampleGradient(Mode, Dy, Dx, G);
}

public sealed record AveragePoolCall(DeviceSpan X, DeviceSpan Y, PoolGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.AveragePool(X, Y, G);
}

public sealed record AveragePoolGradientCall(DeviceSpan Dy, DeviceSpan Dx, PoolGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy), Dx = map(Dx) };

    public override void Run(IKernels kernels) => kernels.AveragePoolGradient(Dy, Dx, G);
}

public sealed record MaxPoolCall(DeviceSpan X, DeviceSpan Y, PoolGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.MaxPool(X, Y, G);
}

public sealed record MaxPoolGradientCall(DeviceSpan X, DeviceSpan Dy, DeviceSpan Dx, PoolGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Dy = map(Dy), Dx = map(Dx) };

    public override void Run(IKernels kernels) => kernels.MaxPoolGradient(X, Dy, Dx, G);
}

public sealed record MaxPoolGatherCall(DeviceSpan X, DeviceSpan V, DeviceSpan Y, PoolGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, V];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), V = map(V), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.MaxPoolGather(X, V, Y, G);
}

public sealed record ResampleCall(DeviceSpan X, DeviceSpan Y, int Outer, int Inner, ResampleTaps Taps) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Resample(X, Y, Outer, Inner, Taps);
}

public sealed record ExchangeCall(DeviceSpan Image, DeviceSpan Pool, int Stride, int Choice, DeviceSpan Shown) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [Image, Pool];

    public override IReadOnlyList<DeviceSpan> Writes => [Pool, Shown];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Image = map(Image), Pool = map(Pool), Shown = map(Shown) };

    public override void Run(IKernels kernels) => kernels.Exchange(Image, Pool, Stride, Choice, Shown);
}
