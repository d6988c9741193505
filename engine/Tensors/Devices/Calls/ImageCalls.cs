namespace IlgpuGan.Tensors.Devices;

/// <summary>y = x [planes, H, W] padded (negative amounts crop) to [planes, OH, OW].</summary>
internal sealed record PadCall(PadMode Mode, float Value, DeviceSpan X, DeviceSpan Y, PadGeometry G) : OneToOneCall<PadCall>(X, Y);

/// <summary>dx = the gradient of <see cref="PadCall"/>: every element of dy added to the element of x it was copied from.</summary>
internal sealed record PadGradientCall(PadMode Mode, DeviceSpan Dy, DeviceSpan Dx, PadGeometry G) : KernelCall<PadGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy), Dx = map(Dx) };
}

/// <summary>y [planes, H·scale, W·scale] from x [planes, H, W]; bilinear with half-pixel centres (align_corners = false).</summary>
internal sealed record UpsampleCall(UpsampleMode Mode, DeviceSpan X, DeviceSpan Y, UpsampleGeometry G) : OneToOneCall<UpsampleCall>(X, Y);

/// <summary>dx [planes, H, W] = the gradient of <see cref="UpsampleCall"/>.</summary>
internal sealed record UpsampleGradientCall(UpsampleMode Mode, DeviceSpan Dy, DeviceSpan Dx, UpsampleGeometry G)
    : KernelCall<UpsampleGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy), Dx = map(Dx) };
}

/// <summary>
/// y [planes, OH, OW]: mean of each window, finite where its numbers are; see <see cref="PoolGeometry.CountsPadding"/> for the divisor.
/// </summary>
internal sealed record AveragePoolCall(DeviceSpan X, DeviceSpan Y, PoolGeometry G) : OneToOneCall<AveragePoolCall>(X, Y);

/// <summary>dx = the gradient of <see cref="AveragePoolCall"/>.</summary>
internal sealed record AveragePoolGradientCall(DeviceSpan Dy, DeviceSpan Dx, PoolGeometry G) : KernelCall<AveragePoolGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy), Dx = map(Dx) };
}

/// <summary>y [planes, OH, OW]: maximum of each window; the first of equals counts; padding never wins.</summary>
internal sealed record MaxPoolCall(DeviceSpan X, DeviceSpan Y, PoolGeometry G) : OneToOneCall<MaxPoolCall>(X, Y);

/// <summary>dx: each dy added to its window's maximum, which is found again from x.</summary>
internal sealed record MaxPoolGradientCall(DeviceSpan X, DeviceSpan Dy, DeviceSpan Dx, PoolGeometry G) : KernelCall<MaxPoolGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Dy = map(Dy), Dx = map(Dx) };
}

/// <summary>
/// y [planes, OH, OW] = v at the place of each window's maximum of x: the gradient of <see cref="MaxPoolGradientCall"/>.
/// </summary>
internal sealed record MaxPoolGatherCall(DeviceSpan X, DeviceSpan V, DeviceSpan Y, PoolGeometry G) : KernelCall<MaxPoolGatherCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, V];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), V = map(V), Y = map(Y) };
}

/// <summary>
/// y [outer, outputs, inner] from x [outer, inputs, inner]: each element of y along the axis is the weighted sum of the elements of x that
/// its taps name, in float64 or compensated. The gradient is the same call with the transposed taps.
/// </summary>
internal sealed record ResampleCall(DeviceSpan X, DeviceSpan Y, int Outer, int Inner, ResampleTaps Taps) : OneToOneCall<ResampleCall>(X, Y);

/// <summary>
/// Exchanges an image with a pool of earlier ones, as a word of <see cref="Device.Numbers"/> says: 0 shows the image; 1 shows it and stores
/// it in slot s; 2 shows the content of slot s and stores the image there. s is the next word.
/// </summary>
/// <param name="Image">its elements</param>
/// <param name="Pool">slots of stride elements each, at least as many as an image or what is shown has</param>
/// <param name="Stride">elements from slot to slot</param>
/// <param name="Choice">the first of two words</param>
/// <param name="Shown">as many elements as what is shown has, which may be fewer or more than the image's</param>
internal sealed record ExchangeCall(DeviceSpan Image, DeviceSpan Pool, int Stride, int Choice, DeviceSpan Shown) : KernelCall<ExchangeCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [Image, Pool];

    public override IReadOnlyList<DeviceSpan> Writes => [Pool, Shown];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Image = map(Image), Pool = map(Pool), Shown = map(Shown) };
}

/// <summary>What an image pool does with a new image; see <see cref="ExchangeCall"/>.</summary>
internal enum ExchangeMode : uint
{
    /// <summary>Shows the new image and does not store it.</summary>
    PassOn,

    /// <summary>Shows the new image and stores it in a slot.</summary>
    Store,

    /// <summary>Shows the image of a slot and stores the new one in its place.</summary>
    Swap,
}
