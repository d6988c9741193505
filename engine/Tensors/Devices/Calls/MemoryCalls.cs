namespace IlgpuGan.Tensors.Devices;

/// <summary>y[i] = value.</summary>
internal sealed record FillCall(DeviceSpan Y, float Value) : KernelCall<FillCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}

/// <summary>y[i] = the float32 in a word of <see cref="Device.Numbers"/>.</summary>
internal sealed record FillFromCall(int Word, DeviceSpan Y) : KernelCall<FillFromCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}

/// <summary>y[i] = x[i].</summary>
internal sealed record CopyCall(DeviceSpan X, DeviceSpan Y) : OneToOneCall<CopyCall>(X, Y);

/// <summary>Copies the box of size extent from x at xStart to y at yStart. The rest of y keeps its values.</summary>
internal sealed record CopyBlockCall(DeviceSpan X, Shape XShape, int[] XStart, DeviceSpan Y, Shape YShape, int[] YStart, Shape Extent)
    : OneToOneCall<CopyBlockCall>(X, Y)
{
    public override IReadOnlyList<DeviceSpan> Reads => Extent.Count < YShape.Count ? [X, Y] : [X];
}

/// <summary>y = x with dimension i of y being dimension order[i] of x.</summary>
internal sealed record PermuteCall(DeviceSpan X, Shape XShape, int[] Order, DeviceSpan Y) : OneToOneCall<PermuteCall>(X, Y);
