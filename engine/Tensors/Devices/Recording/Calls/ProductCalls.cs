namespace IlgpuGan.Tensors.Devices.Recording;

// Convolutions and matrix products. See IKernels for what the arguments are.

public sealed record Conv2dCall(DeviceSpan X, DeviceSpan W, DeviceSpan? Bias, DeviceSpan Y, ConvGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, W, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), W = map(W), Bias = Mapped(Bias, map), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Conv2d(X, W, Bias, Y, G);
}

public sealed record BorderedConv2dCall(
    PadMode Mode, DeviceSpan X, DeviceSpan W, DeviceSpan? Bias, DeviceSpan Y, ConvGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, W, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), W = map(W), Bias = Mapped(Bias, map), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.BorderedConv2d(Mode, X, W, Bias, Y, G);
}

public sealed record Conv2dInputGradientCall(DeviceSpan Dy, DeviceSpan W, DeviceSpan? Bias, DeviceSpan Dx, ConvGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(Dy, W, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Dy = map(Dy), W = map(W), Bias = Mapped(Bias, map), Dx = map(Dx) };

    public override void Run(IKernels kernels) => kernels.Conv2dInputGradient(Dy, W, Bias, Dx, G);
}

public sealed record Conv2dWeightGradientCall(DeviceSpan X, DeviceSpan Dy, DeviceSpan Dw, ConvGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dw];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Dy = map(Dy), Dw = map(Dw) };

    public override void Run(IKernels kernels) => kernels.Conv2dWeightGradient(X, Dy, Dw, G);
}

public sealed record BorderedConv2dWeightGradientCall(PadMode Mode, DeviceSpan X, DeviceSpan Dy, DeviceSpan Dw, ConvGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dw];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Dy = map(Dy), Dw = map(Dw) };

    public override void Run(IKernels kernels) => kernels.BorderedConv2dWeightGradient(Mode, X, Dy, Dw, G);
}

public sealed record MatMulCall(DeviceSpan A, DeviceSpan B, DeviceSpan C, MatMulGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [A, B];

    public override IReadOnlyList<DeviceSpan> Writes => [C];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { A = map(A), B = map(B), C = map(C) };

    public override void Run(IKernels kernels) => kernels.MatMul(A, B, C, G);
}
