namespace IlgpuGan.Tensors.Devices;

// Elements that are copied with steps, found through an array of indices, or sorted. Indices are whole numbers.

/// <summary>Copies strided elements of x's middle dimension to strided elements of y's; the rest of y keeps its values.</summary>
internal sealed record CopyStridedCall(DeviceSpan X, DeviceSpan Y, StrideGeometry G) : OneToOneCall<CopyStridedCall>(X, Y)
{
    public override IReadOnlyList<DeviceSpan> Reads => G.Count < G.YExtent ? [X, Y] : [X];
}

/// <summary>
/// y [Outer, Count, Inner] = x [Outer, Extent, Inner] at indices along the middle dimension. An index out of range is an error if the
/// kernel can tell at once; else y is NaN there.
/// </summary>
internal sealed record GatherCall(DeviceSpan X, DeviceSpan Places, DeviceSpan Y, GatherGeometry G) : KernelCall<GatherCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Places];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Places = map(Places), Y = map(Y) };
}

/// <summary>
/// y [Outer, Extent, Inner] = the sum of the elements of x [Outer, Count, Inner] whose index along the middle dimension is y's; 0
/// for none. An index out of range is an error if the kernel can tell at once; else nothing is added.
/// </summary>
internal sealed record ScatterAddCall(DeviceSpan X, DeviceSpan Places, DeviceSpan Y, GatherGeometry G) : KernelCall<ScatterAddCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Places];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Places = map(Places), Y = map(Y) };
}

/// <summary>
/// Indices [Outer, Count, Inner] of the first elements in sorted order along the middle dimension of x [Outer, Extent, Inner]: the largest
/// (or smallest) first, the earlier of equals before the later, NaN before or behind all numbers.
/// </summary>
internal sealed record TopKCall(DeviceSpan X, DeviceSpan Places, TopKGeometry G) : KernelCall<TopKCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Places];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Places = map(Places) };
}

/// <summary>
/// y [Outer, YExtent, Inner] = all of x [Outer, Count, Inner] at strided elements of the middle dimension, and 0 elsewhere.
/// </summary>
internal sealed record EmbedCall(DeviceSpan X, DeviceSpan Y, StrideGeometry G) : OneToOneCall<EmbedCall>(X, Y)
{
    public override IReadOnlyList<KernelCall> Parts => [new FillCall(Y, 0), G.YStep == 1 ? Block : new CopyStridedCall(X, Y, G)];

    private CopyBlockCall Block => new(
        X, new Shape(G.Outer, G.Count, G.Inner), [0, 0, 0], Y, new Shape(G.Outer, G.YExtent, G.Inner), [0, G.YStart, 0],
        new Shape(G.Outer, G.Count, G.Inner));
}
