namespace IlgpuGan.Tensors.Devices;

/// <summary>Several copies, sums and zeros; no array is written by one of them and touched by another.</summary>
internal sealed record CopyAllCall(CopySlot[] Slots) : KernelCall<CopyAllCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Slots.SelectMany(s => Given(s.X, s.Addend))];

    public override IReadOnlyList<DeviceSpan> Writes => [.. Slots.Select(s => s.Y)];

    public override IReadOnlyList<KernelCall> Parts =>
    [
        .. Slots.Select(s => (s.X, s.Addend) switch
        {
            ({ } x, { } other) => new BinaryCall(BinaryFunction.Add, other, s.Shape, x, s.Shape, s.Y, s.Shape),
            ({ } x, null) => new CopyCall(x, s.Y),
            _ => (KernelCall)new FillCall(s.Y, 0),
        }),
    ];

    internal override IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace =>
        [.. Slots.Where(s => s.Addend is not null).SelectMany(s => new[] { (s.Y, s.Addend!.Value), (s.Y, s.X!.Value) })];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Slots = [.. Slots.Select(slot => slot.Map(map))] };
}

/// <summary>
/// Calls for which <see cref="IKernels.Chains"/> holds, one after the other; each may read the results of those before it. The arrays are
/// all small, or all have one length.
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
/// <param name="X">source; null for zeros</param>
/// <param name="Y">destination, of the same length</param>
/// <param name="Addend">what is added to the source, of the same length; null for a copy</param>
internal readonly record struct CopySlot(DeviceSpan? X, DeviceSpan Y, DeviceSpan? Addend = null)
{
    /// <summary>All elements in one row.</summary>
    internal Shape Shape => new(checked((int)Y.Length));

    /// <summary>The same with other memory in place of each array.</summary>
    internal CopySlot Map(Func<DeviceSpan, DeviceSpan> map) =>
        new(X is { } x ? map(x) : null, map(Y), Addend is { } other ? map(other) : null);
}
