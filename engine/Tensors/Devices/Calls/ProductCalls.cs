namespace IlgpuGan.Tensors.Devices;

// Convolutions, whose weights are [K, C / groups, KH, KW], and matrix products.

/// <summary>y [N, K, OH, OW] = x [N, C, H, W] * w + bias [K] (if given). A cross-correlation, as everywhere in the field.</summary>
internal sealed record Conv2dCall(DeviceSpan X, DeviceSpan W, DeviceSpan? Bias, DeviceSpan Y, ConvGeometry G) : KernelCall<Conv2dCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, W, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    private protected override long Flops => G.Flops;

    internal override KernelCall Reading(IReadOnlyList<Form> forms, IReadOnlyList<DeviceSpan> operands) =>
        new ChannelsLastConv2dCall(operands[0], operands[1], Bias, Y, ChannelsLastGeometry.Forward(G, ((ImageForm)forms[0]).Type));

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), W = map(W), Bias = Mapped(Bias, map), Y = map(Y) };
}

/// <summary>
/// <see cref="Conv2dCall"/> with reflected or replicated borders instead of zeros. A device without a kernel for that reads x in a form
/// with the border (<see cref="IKernels.Reads"/>), of which this is <see cref="Conv2dCall"/>.
/// </summary>
internal sealed record BorderedConv2dCall(PadMode Mode, DeviceSpan X, DeviceSpan W, DeviceSpan? Bias, DeviceSpan Y, ConvGeometry G)
    : KernelCall<BorderedConv2dCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, W, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    public override IReadOnlyList<KernelCall> Parts =>
        [new PadCall(Mode, 0, X, ScratchOrNone(), G.Border()), new Conv2dCall(ScratchOrNone(), W, Bias, Y, G.OfPadded())];

    internal override long ScratchOfParts => G.Border().Count();

    private protected override long Flops => G.Flops;

    internal override KernelCall Reading(IReadOnlyList<Form> forms, IReadOnlyList<DeviceSpan> operands) => forms[0] is PlaneBorder
        ? new Conv2dCall(operands[0], W, Bias, Y, G.OfPadded())
        : new ChannelsLastConv2dCall(operands[0], operands[1], Bias, Y, ChannelsLastGeometry.Forward(G, ((ImageForm)forms[0]).Type));

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), W = map(W), Bias = Mapped(Bias, map), Y = map(Y) };
}

/// <summary>
/// dx [N, C, H, W] from dy [N, K, OH, OW] and w, plus bias [C] (if given): the data gradient of <see cref="Conv2dCall"/>, and the forward
/// of a transposed convolution whose weight [in = K, out / groups = C / groups, KH, KW] this is.
/// </summary>
internal sealed record Conv2dInputGradientCall(DeviceSpan Dy, DeviceSpan W, DeviceSpan? Bias, DeviceSpan Dx, ConvGeometry G)
    : KernelCall<Conv2dInputGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(Dy, W, Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Dx];

    private protected override long Flops => G.Flops;

    internal override KernelCall Reading(IReadOnlyList<Form> forms, IReadOnlyList<DeviceSpan> operands) =>
        new ChannelsLastConv2dCall(operands[0], operands[1], Bias, Dx, ChannelsLastGeometry.InputGradient(G, ((ImageForm)forms[0]).Type));

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Dy = map(Dy), W = map(W), Bias = Mapped(Bias, map), Dx = map(Dx) };
}

/// <summary>dw [K, C / groups, KH, KW] from x [N, C, H, W] and dy [N, K, OH, OW].</summary>
internal sealed record Conv2dWeightGradientCall(DeviceSpan X, DeviceSpan Dy, DeviceSpan Dw, ConvGeometry G)
    : KernelCall<Conv2dWeightGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dw];

    private protected override long Flops => G.Flops;

    internal override KernelCall Reading(IReadOnlyList<Form> forms, IReadOnlyList<DeviceSpan> operands) =>
        new ChannelsLastWeightGradientCall(operands[0], operands[1], Dw, (ImageForm)forms[0], (ImageForm)forms[1], G);

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Dy = map(Dy), Dw = map(Dw) };
}

/// <summary><see cref="Conv2dWeightGradientCall"/> of <see cref="BorderedConv2dCall"/>.</summary>
internal sealed record BorderedConv2dWeightGradientCall(PadMode Mode, DeviceSpan X, DeviceSpan Dy, DeviceSpan Dw, ConvGeometry G)
    : KernelCall<BorderedConv2dWeightGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dw];

    public override IReadOnlyList<KernelCall> Parts =>
        [new PadCall(Mode, 0, X, ScratchOrNone(), G.Border()), new Conv2dWeightGradientCall(ScratchOrNone(), Dy, Dw, G.OfPadded())];

    internal override long ScratchOfParts => G.Border().Count();

    private protected override long Flops => G.Flops;

    internal override KernelCall Reading(IReadOnlyList<Form> forms, IReadOnlyList<DeviceSpan> operands) => forms[0] is ImageForm image
        ? new ChannelsLastWeightGradientCall(operands[0], operands[1], Dw, image, (ImageForm)forms[1], G)
        : new Conv2dWeightGradientCall(operands[0], Dy, Dw, G.OfPadded());

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Dy = map(Dy), Dw = map(Dw) };
}

/// <summary>c [B, M, N] = a [B, M, K] · b [B, K, N], where a is stored [B, K, M] if transposed and b [B, N, K] if transposed.</summary>
internal sealed record MatMulCall(DeviceSpan A, DeviceSpan B, DeviceSpan C, MatMulGeometry G) : KernelCall<MatMulCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [A, B];

    public override IReadOnlyList<DeviceSpan> Writes => [C];

    private protected override long Flops => 2L * G.Batch * G.M * G.N * G.K;

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { A = map(A), B = map(B), C = map(C) };
}

/// <summary><see cref="Conv2dWeightGradientCall"/>, then <see cref="AdamCall"/> with that gradient, which nobody else sees.</summary>
internal sealed record Conv2dWeightGradientToAdamCall(
    DeviceSpan X, DeviceSpan Dy, DeviceSpan Weight, DeviceSpan FirstMoment, DeviceSpan SecondMoment, ConvGeometry G, AdamSettings Settings)
    : KernelCall<Conv2dWeightGradientToAdamCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy, Weight, FirstMoment, SecondMoment];

    public override IReadOnlyList<DeviceSpan> Writes => [Weight, FirstMoment, SecondMoment];

    public override IReadOnlyList<KernelCall> Parts =>
    [
        new Conv2dWeightGradientCall(X, Dy, ScratchOrNone(), G),
        new AdamCall([new AdamSlot(Weight, ScratchOrNone(), FirstMoment, SecondMoment)], Settings),
    ];

    internal override long ScratchOfParts => Weight.Length;

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            X = map(X), Dy = map(Dy), Weight = map(Weight), FirstMoment = map(FirstMoment), SecondMoment = map(SecondMoment),
        };
}

/// <summary>
/// <see cref="Conv2dWeightGradientCall"/> or, with reflected or replicated borders, <see cref="BorderedConv2dWeightGradientCall"/>; and
/// db [K], the sum of dy [N, K, OH, OW] over images and pixels, with the bits of <see cref="ReduceCall"/>.
/// </summary>
internal sealed record Conv2dWeightAndBiasGradientCall(
    DeviceSpan X, DeviceSpan Dy, DeviceSpan Dw, DeviceSpan Db, ConvGeometry G, PadMode Mode = PadMode.Constant)
    : KernelCall<Conv2dWeightAndBiasGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dw, Db];

    public override IReadOnlyList<KernelCall> Parts =>
    [
        Mode == PadMode.Constant
            ? new Conv2dWeightGradientCall(X, Dy, Dw, G)
            : new BorderedConv2dWeightGradientCall(Mode, X, Dy, Dw, G) { Scratch = Scratch },
        new ReduceCall(Reduction.Sum, Dy, new Shape(G.N, G.K, G.OutH, G.OutW), Db, new Shape(1, G.K, 1, 1)),
    ];

    internal override long ScratchOfParts => Mode == PadMode.Constant ? 0 : G.Border().Count();

    internal override KernelCall Reading(IReadOnlyList<Form> forms, IReadOnlyList<DeviceSpan> operands) =>
        forms[0] is ImageForm image
        ? new ChannelsLastWeightGradientCall(operands[0], operands[1], Dw, image, (ImageForm)forms[1], G, new(Dy, Db))
        : this with { Mode = PadMode.Constant, X = operands[0], G = G.OfPadded() };

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), Dy = map(Dy), Dw = map(Dw), Db = map(Db) };
}
