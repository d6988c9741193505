namespace IlgpuGan.Tensors.Devices.Recording;

// Fused kernels. See IKernels for what the arguments are.

public sealed record CopyAllCall(CopySlot[] Slots) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Slots.SelectMany(s => s.Accumulate ? new[] { s.X, s.Y } : [s.X])];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.Select(s => s.Y)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };

    public override void Run(IKernels kernels) => kernels.CopyAll(Slots);
}

public sealed record ChainCall(KernelCall[] Links) : KernelCall
{
    /// <summary>What a link reads that no link before it wrote.</summary>
    public override IReadOnlyList<DeviceSpan> Reads
    {
        get
        {
            var (reads, written) = (new List<DeviceSpan>(), new List<DeviceSpan>());
            foreach (var link in Links)
            {
                reads.AddRange(link.Reads.Where(read => !reads.Contains(read) && !written.Exists(w => Contains(w, read))));
                written.AddRange(link.Writes);
            }

            return reads;
        }
    }

    public override IReadOnlyList<DeviceSpan> Writes => [.. Links.SelectMany(link => link.Writes).Distinct()];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Links = [.. Links.Select(link => link.Map(map))] };

    public override void Run(IKernels kernels) => kernels.Chain(Links);

    private static bool Contains(DeviceSpan whole, DeviceSpan part) =>
        whole.Storage == part.Storage && whole.Offset <= part.Offset && part.Offset + part.Length <= whole.Offset + whole.Length;
}

public sealed record NormToCall(
    DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias, DeviceSpan? Addend,
    DeviceSpan Y, bool KeepY, DeviceSpan? Padded, NormBranch? Branch, TrackedStatistics? Tracked, NormGeometry G, float Epsilon,
    NormTail Tail)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, Weight, Bias, Addend, Tracked?.Mean, Tracked?.Variance, Tracked?.Batches);

    public override IReadOnlyList<DeviceSpan> Writes =>
        Given(Mean, Variance, Y, Padded, Branch?.Y, Tracked?.Mean, Tracked?.Variance, Tracked?.Batches);

    public override IReadOnlyList<DeviceSpan> Working => Padded is null || KeepY ? [] : [Y];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => Padded is null ? [(Y, X)] : [];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            X = map(X), Mean = map(Mean), Variance = map(Variance), Weight = Mapped(Weight, map), Bias = Mapped(Bias, map),
            Addend = Mapped(Addend, map), Y = map(Y), Padded = Mapped(Padded, map), Branch = Branch?.Map(map), Tracked = Tracked?.Map(map),
        };

    public override void Run(IKernels kernels) =>
        kernels.NormTo(X, Mean, Variance, Weight, Bias, Addend, Y, KeepY, Padded, Branch, Tracked, G, Epsilon, Tail);
}

public sealed record NormalizeToCall(
    DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias, DeviceSpan? Addend,
    DeviceSpan Y, NormBranch? Branch, NormGeometry G, float Epsilon, NormTail Tail)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, Mean, Variance, Weight, Bias, Addend);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Y, Branch?.Y);

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, X)];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            X = map(X), Mean = map(Mean), Variance = map(Variance), Weight = Mapped(Weight, map), Bias = Mapped(Bias, map),
            Addend = Mapped(Addend, map), Y = map(Y), Branch = Branch?.Map(map),
        };

    public override void Run(IKernels kernels) => kernels.NormalizeTo(X, Mean, Variance, Weight, Bias, Addend, Y, Branch, G, Epsilon, Tail);
}

public sealed record NormToGradientCall(
    DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias, DeviceSpan Dy, DeviceSpan? Sum,
    DeviceSpan? Dz,
    DeviceSpan Dx, DeviceSpan? Dweight, DeviceSpan? Dbias, NormGradientBranch? Branch, NormGeometry G, float Epsilon, NormTail Tail)
    : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => Given(X, Mean, Variance, Weight, Bias, Dy, Sum, Branch?.Dy);

    public override IReadOnlyList<DeviceSpan> Writes => Given(Dz, Dx, Dweight, Dbias, Sum);

    /// <summary>With a sum dz may be where the result comes to lie.</summary>
    public override IReadOnlyList<DeviceSpan> Working => Dz == Dx ? [] : Given(Dz);

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace =>
        Sum is null && Branch is null && Tail is { Activation: not null, Pad: null } ? [(Dx, Dy)] : [];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with
        {
            X = map(X), Mean = map(Mean), Variance = map(Variance), Weight = Mapped(Weight, map), Bias = Mapped(Bias, map), Dy = map(Dy),
            Sum = Mapped(Sum, map), Dz = Mapped(Dz, map), Dx = map(Dx), Dweight = Mapped(Dweight, map), Dbias = Mapped(Dbias, map),
            Branch = Branch?.Map(map),
        };

    public override void Run(IKernels kernels) =>
        kernels.NormToGradient(X, Mean, Variance, Weight, Bias, Dy, Sum, Dz, Dx, Dweight, Dbias, Branch, G, Epsilon, Tail);
}

public sealed record Conv2dWeightGradientToAdamCall(
    DeviceSpan X, DeviceSpan Dy, AdamSlot Slot, ConvGeometry G, AdamSettings Settings) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy, Slot.Weight, Slot.FirstMoment, Slot.SecondMoment];

    public override IReadOnlyList<DeviceSpan> Writes => [Slot.Gradient, Slot.Weight, Slot.FirstMoment, Slot.SecondMoment];

    public override IReadOnlyList<DeviceSpan> Working => [Slot.Gradient];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Dy = map(Dy), Slot = Slot.Map(map) };

    public override void Run(IKernels kernels) => kernels.Conv2dWeightGradientToAdam(X, Dy, Slot, G, Settings);
}

public sealed record Conv2dWeightAndBiasGradientCall(DeviceSpan X, DeviceSpan Dy, DeviceSpan Dw, DeviceSpan Db, ConvGeometry G) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Dy];

    public override IReadOnlyList<DeviceSpan> Writes => [Dw, Db];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { X = map(X), Dy = map(Dy), Dw = map(Dw), Db = map(Db) };

    public override void Run(IKernels kernels) => kernels.Conv2dWeightAndBiasGradient(X, Dy, Dw, Db, G);
}
