namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// Copies and sums that have nothing to do with one another become one call at the place of the last of them: the sums of gradients of a
/// network that a step uses twice, the parts of a concat, losses put side by side.
/// </summary>
internal static class CopyFusion
{
    public static void Apply(CallFlow flow, IKernels kernels)
    {
        var group = new List<(int Place, CopySlot Slot)>();
        for (var i = 0; i < flow.Count; i++)
        {
            if (SlotOf(flow[i]) is { } slot)
            {
                if (!group.TrueForAll(member => CanWait(flow, member, i, slot)))
                {
                    Join(flow, kernels, group);
                }

                group.Add((i, slot));
            }
        }

        Join(flow, kernels, group);
    }

    private static CopySlot? SlotOf(KernelCall? call) => call switch
    {
        CopyCall copy => new CopySlot(copy.X, copy.Y, Accumulate: false),
        AddScaledCall { Scale: 1 } add => new CopySlot(add.X, add.Y, Accumulate: true),
        _ => null,
    };

    /// <summary>Whether a copy can as well be made together with one at a later place.</summary>
    private static bool CanWait(CallFlow flow, (int Place, CopySlot Slot) member, int place, CopySlot other) =>
        flow.IsUntouched(member.Slot.Y, member.Place, place) && flow.IsUnchanged(member.Slot.X, member.Place, place)
        && CallFlow.IsApart(member.Slot.Y, other.X, other.Y) && CallFlow.IsApart(member.Slot.X, other.Y);

    private static void Join(CallFlow flow, IKernels kernels, List<(int Place, CopySlot Slot)> group)
    {
        if (group.Count > 1 && new CopyAllCall([.. group.Select(member => member.Slot)]) is var all && kernels.Fuses(all))
        {
            flow.Replace(group[^1].Place, all, [.. group.Select(member => member.Place)]);
        }

        group.Clear();
    }
}
