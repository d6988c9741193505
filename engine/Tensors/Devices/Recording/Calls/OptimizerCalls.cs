namespace IlgpuGan.Tensors.Devices.Recording;

// Optimisers. See IKernels for what the arguments are.

public sealed record AdamCall(AdamSlot[] Slots, AdamSettings Settings) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads =>
        [.. Slots.SelectMany(s => new[] { s.Weight, s.Gradient, s.FirstMoment, s.SecondMoment })];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.SelectMany(s => new[] { s.Weight, s.FirstMoment, s.SecondMoment })];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };

    public override void Run(IKernels kernels) => kernels.Adam(Slots, Settings);
}

public sealed record SgdCall(SgdSlot[] Slots, int LearningRate, float Momentum, float WeightDecay, bool Nesterov) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Slots.SelectMany(s => Given(s.Weight, s.Gradient, s.Velocity))];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.SelectMany(s => Given(s.Weight, s.Velocity))];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };

    public override void Run(IKernels kernels) => kernels.Sgd(Slots, LearningRate, Momentum, WeightDecay, Nesterov);
}

public sealed record RmsPropCall(RmsPropSlot[] Slots, RmsPropSettings Settings) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Slots.SelectMany(s => Given(s.Weight, s.Gradient, s.MeanSquare, s.Velocity))];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.SelectMany(s => Given(s.Weight, s.MeanSquare, s.Velocity))];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };

    public override void Run(IKernels kernels) => kernels.RmsProp(Slots, Settings);
}

public sealed record LerpCall(DeviceSpan X, int Weight, DeviceSpan Y) : KernelCall
{
    public override IReadOnlyList<DeviceSpan> Reads => [X, Y];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };

    public override void Run(IKernels kernels) => kernels.Lerp(X, Weight, Y);
}
