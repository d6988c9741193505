namespace IlgpuGan.Tensors.Devices;

// Convolutions of images with channels last, in the precision of tensor cores. Nobody records these calls: a device asks for the forms.

/// <summary>y = images x [N, C, H, W] in the form <see cref="ImageForm"/>, each number rounded to the nearest.</summary>
internal sealed record ToChannelsLastCall(DeviceSpan X, DeviceSpan Y, ImageForm To) : OneToOneCall<ToChannelsLastCall>(X, Y);

/// <summary>y = a convolution's weight x [K, C, KH, KW] in the form <see cref="FilterForm"/>, each number rounded to the nearest.</summary>
internal sealed record ToFilterBlocksCall(DeviceSpan X, DeviceSpan Y, FilterForm To) : OneToOneCall<ToFilterBlocksCall>(X, Y);

/// <summary>Several weights to their forms of one element type.</summary>
internal sealed record ToFilterBlocksOfAllCall(IReadOnlyList<ToFilterBlocksCall> Conversions) : KernelCall<ToFilterBlocksOfAllCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Conversions.Select(conversion => conversion.X)];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Conversions.Select(conversion => conversion.Y)];

    public override IReadOnlyList<KernelCall> Parts => Conversions;

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Conversions = [.. Conversions.Select(conversion => (ToFilterBlocksCall)conversion.Map(map))] };
}

/// <summary>
/// dw [K, C, KH, KW] in float32 from x and dy in forms <see cref="ImageForm"/>: <see cref="Conv2dWeightGradientCall"/> of rounded
/// numbers.
/// </summary>
/// <param name="X">the image in its form</param>
/// <param name="Dy">the gradient in its form, whose border is zeros</param>
/// <param name="Dw">the result</param>
/// <param name="XForm">the form of <paramref name="X"/>, of <see cref="ChannelsLastGeometry.Forward"/></param>
/// <param name="DyForm">the form of <paramref name="Dy"/>, of <see cref="ChannelsLastGeometry.InputGradient"/></param>
/// <param name="G">the convolution</param>
/// <param name="Bias">the gradient of the bias as well, if given: of numbers that are not rounded</param>
internal sealed record ChannelsLastWeightGradientCall(
    DeviceSpan X, DeviceSpan Dy, DeviceSpan Dw, ImageForm XForm, ImageForm DyForm, ConvGeometry G, BiasGradient? Bias = null)
    : KernelCall<ChannelsLastWeightGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, Dy, Bias?.Dy);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Dw, Bias?.Db);

    private protected override long Flops => G.Flops;

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with
    {
        X = map(X), Dy = map(Dy), Dw = map(Dw), Bias = Bias is { } bias ? new(map(bias.Dy), map(bias.Db)) : null,
    };
}

/// <summary>db [K], the sum of dy [N, K, OH, OW] over images and pixels.</summary>
internal readonly record struct BiasGradient(DeviceSpan Dy, DeviceSpan Db);

/// <summary>
/// y [N, Filters, Results, Results] = image (<see cref="ImageForm"/>) * filters (<see cref="FilterForm"/>) + bias [Filters] (if given),
/// in float32: a convolution, or its data gradient, of rounded numbers.
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
