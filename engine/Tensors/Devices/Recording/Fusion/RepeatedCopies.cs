namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// A copy of numbers that lie there already is not made again: a pair of pictures that a discriminator is shown twice, where the pool hands
/// the second concat the block of the first.
/// </summary>
internal static class RepeatedCopies
{
    public static void Apply(CallFlow flow)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is CopyCall copy && flow.LastWriter(copy.Y, i) is >= 0 and var before && copy == flow[before] as CopyCall
                && flow.IsUnchanged(copy.X, before, i))
            {
                flow.Remove(i);
            }
        }
    }
}
