namespace IlgpuGan.Tensors.Devices;

/// <summary>Mean and biased variance of each group, numerically stable (no E[x²] − E[x]²).</summary>
internal sealed record MomentsCall(DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, NormGeometry G) : KernelCall<MomentsCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Mean, Variance];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), Mean = map(Mean), Variance = map(Variance) };
}

/// <summary>y = the <see cref="Normalization"/>.</summary>
internal sealed record NormalizeCall(Normalization Norm, DeviceSpan Y) : KernelCall<NormalizeCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(Norm.X, Norm.Mean, Norm.Variance, Norm.Weight, Norm.Bias);

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, Norm.X)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Norm = Norm.Map(map), Y = map(Y) };
}

/// <summary>
/// Gradients of <see cref="NormalizeCall"/> with mean and variance being functions of x. dx, dweight [Channels] and dbias [Channels] are
/// each written if given. The bias is not read.
/// </summary>
internal sealed record NormalizeGradientCall(Normalization Norm, DeviceSpan Dy, DeviceSpan? Dx, DeviceSpan? Dweight, DeviceSpan? Dbias)
    : KernelCall<NormalizeGradientCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(Norm.X, Norm.Mean, Norm.Variance, Norm.Weight, Dy);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Dx, Dweight, Dbias);

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            Norm = Norm.Map(map), Dy = map(Dy), Dx = Mapped(Dx, map), Dweight = Mapped(Dweight, map), Dbias = Mapped(Dbias, map),
        };
}

/// <summary>
/// Updates running statistics [Channels]: past = (1 − momentum)·past + momentum·present, the present variance multiplied by the correction;
/// and adds one to the number of batches [1], if given.
/// </summary>
internal sealed record TrackStatisticsCall(DeviceSpan Mean, DeviceSpan Variance, TrackedStatistics Past) : KernelCall<TrackStatisticsCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(Mean, Variance, Past.Mean, Past.Variance, Past.Batches);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Past.Mean, Past.Variance, Past.Batches);

    public override IReadOnlyList<KernelCall> Parts
    {
        get
        {
            List<KernelCall> parts =
            [
                new UnaryCall(UnaryFunction.Affine, 1 - Past.Momentum, 0, Past.Mean, Past.Mean),
                new AddScaledCall(Past.Momentum, Mean, Past.Mean),
                new UnaryCall(UnaryFunction.Affine, 1 - Past.Momentum, 0, Past.Variance, Past.Variance),
                new AddScaledCall(Past.Momentum * Past.Correction, Variance, Past.Variance),
            ];
            if (Past.Batches is { } count)
            {
                parts.Add(new UnaryCall(UnaryFunction.Affine, 1, 1, count, count));
            }

            return parts;
        }
    }

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Mean = map(Mean), Variance = map(Variance), Past = Past.Map(map) };
}

/// <summary>
/// <see cref="NormalizeCall"/> by given statistics, then + addend and the tail's activation if given, into y. A branch is another
/// activation of the same value. The tail has no padding.
/// </summary>
internal sealed record NormalizeToCall(Normalization Norm, DeviceSpan? Addend, DeviceSpan Y, NormBranch? Branch, NormTail Tail)
    : KernelCall<NormalizeToCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(Norm.X, Norm.Mean, Norm.Variance, Norm.Weight, Norm.Bias, Addend);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Y, Branch?.Y);

    public override IReadOnlyList<KernelCall> Parts
    {
        get
        {
            List<KernelCall> parts = [new NormalizeCall(Norm, Y)];
            if (Addend is { } other)
            {
                parts.Add(new AddScaledCall(1, other, Y));
            }

            if (Branch is { } another)
            {
                parts.Add(new UnaryCall(another.Activation, another.Slope, 0, Y, another.Y));
            }

            if (Tail.Activation is { } activation)
            {
                parts.Add(new UnaryCall(activation, Tail.Slope, 0, Y, Y));
            }

            return parts;
        }
    }

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, Norm.X)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Norm = Norm.Map(map), Addend = Mapped(Addend, map), Y = map(Y), Branch = Branch?.Map(map) };
}

/// <summary>
/// <see cref="MomentsCall"/> and <see cref="NormalizeCall"/> of x, then + addend (of x's shape), the tail's activation and dropout if
/// given, into y; then y's planes padded into padded. One of y and padded may be left out. A branch is another activation of the same
/// value. Running statistics are updated if given; each channel must be a group then.
/// </summary>
internal sealed record NormToCall(
    Normalization Norm, DeviceSpan? Addend, DeviceSpan? Y, DeviceSpan? Padded, NormBranch? Branch, TrackedStatistics? Tracked,
    NormTail Tail)
    : KernelCall<NormToCall>
{
    public override IReadOnlyList<DeviceSpan> Reads =>
        Given(Norm.X, Norm.Weight, Norm.Bias, Addend, Tracked?.Mean, Tracked?.Variance, Tracked?.Batches);

    public override IReadOnlyList<DeviceSpan> Writes =>
        Given(Norm.Mean, Norm.Variance, Y, Padded, Branch?.Y, Tracked?.Mean, Tracked?.Variance, Tracked?.Batches);

    public override IReadOnlyList<KernelCall> Parts
    {
        get
        {
            var y = Y ?? ScratchOrNone();
            List<KernelCall> parts = [new MomentsCall(Norm.X, Norm.Mean, Norm.Variance, Norm.G)];
            if (Tracked is { } past)
            {
                parts.Add(new TrackStatisticsCall(Norm.Mean, Norm.Variance, past));
            }

            parts.Add(new NormalizeToCall(Norm, Addend, y, Branch, Tail));
            if (Tail.Dropout is { } dropout)
            {
                parts.Add(new DropoutCall(dropout.Key, dropout.P, y, y));
            }

            if (Tail.Pad is { } pad && Padded is { } destination)
            {
                parts.Add(new PadCall(Tail.PadMode, Tail.PadValue, y, destination, pad));
            }

            return parts;
        }
    }

    internal override long ScratchOfParts => Y is null ? Norm.X.Length : 0;

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace =>
        Padded is null && Y is { } y ? [(y, Norm.X)] : [];

    internal override KernelCall? Writing(DeviceSpan result, Form form, DeviceSpan y) =>
        result == Y && form is PlaneBorder border && Padded is null
        ? this with { Padded = y, Tail = Tail with { Pad = border.G, PadMode = border.Mode, PadValue = border.Value } }
        : null;

    internal override KernelCall? WithoutPlain() => Padded is null ? null : this with { Y = null };

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            Norm = Norm.Map(map), Addend = Mapped(Addend, map), Y = Mapped(Y, map), Padded = Mapped(Padded, map),
            Branch = Branch?.Map(map), Tracked = Tracked?.Map(map),
        };
}

/// <summary>
/// <see cref="NormalizeGradientCall"/> of x, where dy is the gradient of the result of <see cref="NormToCall"/> without addend: of padded
/// if the tail has a padding. A branch adds the gradient of the norm's second activation, and needs an activation in the tail. Where
/// others read the normalised value as well, the gradient of what they made of it is the addend, and sum receives the whole, if given.
/// </summary>
internal sealed record NormToGradientCall(
    Normalization Norm, DeviceSpan Dy, DeviceSpan Dx, DeviceSpan? Dweight, DeviceSpan? Dbias, NormTail Tail)
    : KernelCall<NormToGradientCall>
{
    /// <summary>The gradient of what others made of the normalised value; null where nobody else reads it.</summary>
    public DeviceSpan? Addend { get; init; }

    /// <summary>Receives the whole gradient of the normalised value, if given.</summary>
    public DeviceSpan? Sum { get; init; }

    public NormGradientBranch? Branch { get; init; }

    public override IReadOnlyList<DeviceSpan> Reads =>
        Given(Norm.X, Norm.Mean, Norm.Variance, Norm.Weight, Norm.Bias, Dy, Addend, Branch?.Dy);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Dx, Dweight, Dbias, Sum);

    public override IReadOnlyList<KernelCall> Parts
    {
        get
        {
            var (parts, behind) = (new List<KernelCall>(), Dy);
            if (Tail.Pad is { } pad)
            {
                parts.Add(new PadGradientCall(Tail.PadMode, Dy, ScratchOrNone(), pad));
                behind = ScratchOrNone();
            }

            if (Tail.Dropout is { } dropout)
            {
                parts.Add(new DropoutCall(dropout.Key, dropout.P, behind, ScratchOrNone()));
                behind = ScratchOrNone();
            }

            if (Tail.Activation is { } activation)
            {
                // The output is computed again where nothing is needed yet: dx may be dy until the gradient behind the activation is there.
                AddActivation(activation, Tail.Slope, behind == Dy ? ScratchOrNone() : Dx, behind, ScratchOrNone());
                behind = ScratchOrNone();
            }

            if (Branch is { } other)
            {
                AddActivation(other.Activation, other.Slope, Dx, other.Dy, Dx);
                parts.Add(new AddScaledCall(1, Dx, behind));
            }

            if (Addend is { } others)
            {
                var (all, shape) = (Sum ?? ScratchOrNone(), new Shape(checked((int)Norm.X.Length)));
                parts.Add(new BinaryCall(BinaryFunction.Add, others, shape, behind, shape, all, shape));
                behind = all;
            }

            parts.Add(new NormalizeGradientCall(Norm, behind, Dx, Dweight, Dbias));
            return parts;

            void AddActivation(UnaryFunction f, float slope, DeviceSpan output, DeviceSpan dy, DeviceSpan dx)
            {
                parts.Add(new NormalizeCall(Norm, output));
                parts.Add(new UnaryCall(f, slope, 0, output, output));
                parts.Add(new UnaryGradientCall(f, slope, 0, output, dy, dx));
            }
        }
    }

    internal override long ScratchOfParts => Tail == default && (Addend is null || Sum is not null) ? 0 : Norm.X.Length;

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => (Addend, Sum) switch
    {
        ({ } addend, { } sum) => [(sum, addend)],
        ({ } addend, null) => [(Dx, addend)],
        _ => Branch is null && Tail is { Activation: not null, Pad: null } ? [(Dx, Dy)] : [],
    };

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            Norm = Norm.Map(map), Dy = map(Dy), Addend = Mapped(Addend, map), Sum = Mapped(Sum, map), Dx = map(Dx),
            Dweight = Mapped(Dweight, map), Dbias = Mapped(Dbias, map), Branch = Branch?.Map(map),
        };
}

/// <summary>
/// (x − mean) / √(variance + ε) · weight + bias, where x is [Outer, Channels, Inner] and statistics are taken over Inner, and over Outer
/// too for batch norm.
/// </summary>
/// <param name="X">what is normalised</param>
/// <param name="Mean">mean of each group</param>
/// <param name="Variance">biased variance of each group</param>
/// <param name="Weight">[Channels]; null for 1</param>
/// <param name="Bias">[Channels]; null for 0</param>
/// <param name="G">geometry</param>
/// <param name="Epsilon">ε</param>
internal readonly record struct Normalization(
    DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias, NormGeometry G, float Epsilon)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal Normalization Map(Func<DeviceSpan, DeviceSpan> map) => this with
    {
        X = map(X), Mean = map(Mean), Variance = map(Variance), Weight = Weight is { } w ? map(w) : null,
        Bias = Bias is { } b ? map(b) : null,
    };
}

/// <summary>
/// Running statistics of batch normalisation: arguments of <see cref="TrackStatisticsCall"/>.
/// </summary>
/// <param name="Mean">running mean, [Channels]</param>
/// <param name="Variance">running variance, [Channels]</param>
/// <param name="Batches">number of batches so far, [1]; null if it is not counted</param>
/// <param name="Momentum">weight of the present batch</param>
/// <param name="Correction">factor of the present variance</param>
internal readonly record struct TrackedStatistics(
    DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Batches, float Momentum, float Correction)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal TrackedStatistics Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Mean = map(Mean), Variance = map(Variance), Batches = Batches is { } b ? map(b) : null };
}

/// <summary>The epilogue of a norm: activation, dropout and padding of the normalised value; see <see cref="NormToCall"/>.</summary>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/>; null for none</param>
/// <param name="Slope">p of the activation, at least 0</param>
/// <param name="Pad">padding of its planes; null for none</param>
/// <param name="PadMode">content of the padding</param>
/// <param name="PadValue">the constant of constant padding</param>
/// <param name="Dropout">between activation and padding; null for none</param>
internal readonly record struct NormTail(
    UnaryFunction? Activation, float Slope = 0, PadGeometry? Pad = null, PadMode PadMode = PadMode.Constant, float PadValue = 0,
    NormDropout? Dropout = null);

/// <summary>A dropout after a norm's activation; see <see cref="DropoutCall"/>.</summary>
/// <param name="Key">key of the uniform deviates</param>
/// <param name="P">probability that an element becomes 0</param>
internal readonly record struct NormDropout(RandomKey Key, float P);

/// <summary>
/// A second output of a norm, as for a skip connection: another activation of the same value; see <see cref="NormToCall"/>.
/// </summary>
/// <param name="Y">destination of the activated value, of the norm's size</param>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/></param>
/// <param name="Slope">p of the activation, at least 0</param>
internal readonly record struct NormBranch(DeviceSpan Y, UnaryFunction Activation, float Slope)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal NormBranch Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}

/// <summary>
/// The gradient of a norm's second output, its <see cref="NormBranch"/>; see <see cref="NormToGradientCall"/>.
/// </summary>
/// <param name="Dy">gradient of the activated value, of the norm's size</param>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/></param>
/// <param name="Slope">p of the activation, at least 0</param>
internal readonly record struct NormGradientBranch(DeviceSpan Dy, UnaryFunction Activation, float Slope)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal NormGradientBranch Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy) };
}
