namespace IlgpuGan.Tensors.Devices;

/// <summary>Several copies and sums; no array is written by one of them and touched by another.</summary>
internal sealed record CopyAllCall(CopySlot[] Slots) : KernelCall<CopyAllCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Slots.SelectMany(s => s.Accumulate ? new[] { s.X, s.Y } : [s.X])];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.Select(s => s.Y)];

    public override IReadOnlyList<KernelCall> Parts =>
        [.. Slots.Select(s => s.Accumulate ? new AddScaledCall(1, s.X, s.Y) : (KernelCall)new CopyCall(s.X, s.Y))];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };
}

/// <summary>
/// Calls for which <see cref="IKernels.Chains"/> holds, one after the other; each may read the results of those before it. For arrays that
/// are all small, or that all have one length and overlap only where they are the same.
/// </summary>
internal sealed record ChainCall(KernelCall[] Links) : KernelCall<ChainCall>
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

    public override IReadOnlyList<KernelCall> Parts => Links;

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Links = [.. Links.Select(link => link.Map(map))] };

    private static bool Contains(DeviceSpan whole, DeviceSpan part) =>
        whole.Storage == part.Storage && whole.Offset <= part.Offset && part.Offset + part.Length <= whole.Offset + whole.Length;
}

/// <summary>One of several copies; see <see cref="CopyAllCall"/>.</summary>
/// <param name="X">source</param>
/// <param name="Y">destination, of the same length</param>
/// <param name="Accumulate">y += x instead of y = x</param>
internal readonly record struct CopySlot(DeviceSpan X, DeviceSpan Y, bool Accumulate)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal CopySlot Map(Func<DeviceSpan, DeviceSpan> map) => new(map(X), map(Y), Accumulate);
}
