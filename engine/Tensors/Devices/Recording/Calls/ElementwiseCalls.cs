namespace IlgpuGan.Tensors.Devices.Recording;

// Element by element, and sums. See IKernels for what the arguments are.

public sealed record UnaryCall(UnaryFunction F, float P, float Q, DeviceSpan X, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, X)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Unary(F, P, Q, X, Y);
}

public sealed record UnaryGradientCall(UnaryFunction F, float P, float Q, DeviceSpan Saved, DeviceSpan Dy, DeviceSpan Dx) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [Saved, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Dx, Dy), (Dx, Saved)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Saved = map(Saved), Dy = map(Dy), Dx = map(Dx) };

    public override void Run(IKernels kernels) => kernels.UnaryGradient(F, P, Q, Saved, Dy, Dx);
}

public sealed record BinaryCall(
    BinaryFunction F, DeviceSpan A, Shape AShape, DeviceSpan B, Shape BShape, DeviceSpan Y, Shape YShape)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [A, B];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => (AShape == YShape, BShape == YShape) switch
    {
        (true, true) => [(Y, A), (Y, B)],
        (true, false) => [(Y, A)],
        (false, true) => [(Y, B)],
        _ => [],
    };

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { A = map(A), B = map(B), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Binary(F, A, AShape, B, BShape, Y, YShape);
}

public sealed record AddScaledCall(float Scale, DeviceSpan X, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Y];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.AddScaled(Scale, X, Y);
}

public sealed record ExpandCall(DeviceSpan X, Shape XShape, DeviceSpan Y, Shape YShape) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Expand(X, XShape, Y, YShape);
}

public sealed record ReduceCall(Reduction F, DeviceSpan X, Shape XShape, DeviceSpan Y, Shape YShape) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Reduce(F, X, XShape, Y, YShape);
}

public sealed record LogSoftmaxCall(DeviceSpan X, DeviceSpan Y, int Rows, int Columns) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.LogSoftmax(X, Y, Rows, Columns);
}
