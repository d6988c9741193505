namespace IlgpuGan.Tensors.Devices;

// Optimisers, for all parameters in one call.

/// <summary>
/// One Adam step (Kingma and Ba 2015, with √v̂ + ε outside the bias correction's root as in PyTorch); see <see cref="AdamCoefficients"/>.
/// </summary>
internal sealed record AdamCall(AdamSlot[] Slots, AdamSettings Settings) : KernelCall<AdamCall>
{
    public override IReadOnlyList<DeviceSpan> Reads =>
        [.. Slots.SelectMany(s => new[] { s.Weight, s.Gradient, s.FirstMoment, s.SecondMoment })];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.SelectMany(s => new[] { s.Weight, s.FirstMoment, s.SecondMoment })];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };
}

/// <summary>
/// One step of gradient descent with momentum: v = momentum·v + g, w −= lr·v (v may be null for momentum 0), where lr is the word
/// learningRate of <see cref="Device.Numbers"/>; with Nesterov's momentum w −= lr·(momentum·v + g).
/// </summary>
internal sealed record SgdCall(SgdSlot[] Slots, int LearningRate, float Momentum, float WeightDecay, bool Nesterov = false)
    : KernelCall<SgdCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Slots.SelectMany(s => Given(s.Weight, s.Gradient, s.Velocity))];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.SelectMany(s => Given(s.Weight, s.Velocity))];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };
}

/// <summary>One step of RMSProp; see <see cref="RmsPropFactors"/>.</summary>
internal sealed record RmsPropCall(RmsPropSlot[] Slots, RmsPropSettings Settings) : KernelCall<RmsPropCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Slots.SelectMany(s => Given(s.Weight, s.Gradient, s.MeanSquare, s.Velocity))];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.SelectMany(s => Given(s.Weight, s.MeanSquare, s.Velocity))];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };
}

/// <summary>y += weight·(x − y), the weight being a word of <see cref="Device.Numbers"/>.</summary>
internal sealed record LerpCall(DeviceSpan X, int Weight, DeviceSpan Y) : OneToOneCall<LerpCall>(X, Y)
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Y];
}
