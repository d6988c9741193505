namespace IlgpuGan.Tensors.Devices;

// Convolutions of images in bfloat16 with channels last. Nobody records these calls: a device asks for the forms.

/// <summary>y = images x [N, C, H, W] in the form <see cref="ImageForm"/>, rounded to the nearest bfloat16.</summary>
internal sealed record ToChannelsLastCall(DeviceSpan X, DeviceSpan Y, ImageForm To) : OneToOneCall<ToChannelsLastCall>(X, Y);

/// <summary>y = a convolution's weight x [K, C, KH, KW] in the form <see cref="FilterForm"/>, rounded to the nearest bfloat16.</summary>
internal sealed record ToFilterBlocksCall(DeviceSpan X, DeviceSpan Y, FilterForm To) : OneToOneCall<ToFilterBlocksCall>(X, Y);

/// <summary>
/// y [N, Filters, Results, Results] = image (<see cref="ImageForm"/>) * filters (<see cref="FilterForm"/>) + bias [Filters] (if given),
/// in float32: a convolution, or its data gradient, of numbers in bfloat16.
/// </summary>
internal sealed record ChannelsLastConv2dCall(DeviceSpan X, DeviceSpan W, DeviceSpan? Bias, DeviceSpan Y, ChannelsLastGeometry G)
    : KernelCall<ChannelsLastConv2dCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, W, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    private protected override long Flops => G.Flops;

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), W = map(W), Bias = Mapped(Bias, map), Y = map(Y) };
}
