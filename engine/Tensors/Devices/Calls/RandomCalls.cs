namespace IlgpuGan.Tensors.Devices;

// Philox4x32-10, the same on every device; see RandomKey for the counter.

/// <summary>y: uniform on [0, 1) with 24 bits.</summary>
internal sealed record UniformCall(RandomKey Key, DeviceSpan Y) : KernelCall<UniformCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}

/// <summary>y: standard normal deviates by Box–Muller.</summary>
internal sealed record NormalCall(RandomKey Key, DeviceSpan Y) : KernelCall<NormalCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}

/// <summary>
/// y = x · 1/(1 − p) where the element's uniform deviate is ≥ p, else 0. The backward is the same call on dy.
/// </summary>
internal sealed record DropoutCall(RandomKey Key, float P, DeviceSpan X, DeviceSpan Y) : OneToOneCall<DropoutCall>(X, Y)
{
    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [(Y, X)];
}
