namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// Copies and sums that have nothing to do with one another become one call at the place of the last of them: the sums of gradients of a
/// network that a step uses twice, the parts of a concat that is not made in place, losses put side by side. A sum of two numbers is left
/// to the chain of its loss.
/// </summary>
internal static class CopyFusion
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        var group = new List<(int Place, CopySlot[] Slots)>();
        for (var i = 0; i < graph.Count; i++)
        {
            if (SlotsOf(graph, graph[i]) is { } slots)
            {
                if (!group.TrueForAll(member => CanWait(graph, member.Place, i)))
                {
                    Join(graph, kernels, group);
                }

                group.Add((i, slots));
            }
        }

        Join(graph, kernels, group);
    }

    private static CopySlot[]? SlotsOf(ValueGraph graph, KernelCall? call) => call switch
    {
        CopyCall copy => [new CopySlot(copy.X, copy.Y)],
        BinaryCall { F: BinaryFunction.Add, Y.Length: > 1 } add when add.IsOfOneShape() => [new CopySlot(add.B, add.Y, add.A)],
        ConcatCall { IsDense: true } concat when !PartPlaces.AreChosen(graph, concat) =>
            [.. concat.Operands.Select((part, i) => new CopySlot(part.X, concat.PlaceOf(i)))],
        EmbedCall { G: { Outer: 1, YStep: 1 } } embed => SlotsOf(embed),
        _ => null,
    };

    /// <summary>Zeros, what is embedded, and zeros again.</summary>
    private static CopySlot[] SlotsOf(EmbedCall embed)
    {
        var (y, before) = (embed.Y, (long)embed.G.YStart * embed.G.Inner);
        var behind = before + embed.X.Length;
        return Array.FindAll(
            [Of(null, 0, before), Of(embed.X, before, embed.X.Length), Of(null, behind, y.Length - behind)], slot => slot.Y.Length > 0);

        CopySlot Of(DeviceSpan? x, long first, long length) => new(x, y with { Offset = y.Offset + first, Length = length });
    }

    /// <summary>Whether a call can as well be made with one at a later place: of what is there then, and nobody reads it before.</summary>
    private static bool CanWait(ValueGraph graph, int member, int place) =>
        graph[member]!.Writes.All(write => graph.MayChangeAt(member, write, place + 1))
        && graph[member]!.Reads.All(read => graph.IsSame(read, member, place + 1));

    private static void Join(ValueGraph graph, IKernels kernels, List<(int Place, CopySlot[] Slots)> group)
    {
        if (group.SelectMany(member => member.Slots).ToArray() is { Length: > 1 } slots && new CopyAllCall(slots) is var all
            && kernels.Fuses(all))
        {
            graph.Replace(group[^1].Place, all, [.. group.Select(member => member.Place)]);
        }

        group.Clear();
    }
}
