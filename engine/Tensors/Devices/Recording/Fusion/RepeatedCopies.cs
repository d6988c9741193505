namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// A value that consists of copies, and of the same copies as an earlier one, is not made again: the pair of pictures that a discriminator
/// sees once for its own loss and once for the generator's.
/// </summary>
internal static class RepeatedCopies
{
    public static void Apply(CallFlow flow)
    {
        var made = new List<(int Place, CopyCall Copy)[]>();
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is not CopyCall copy || CopiesInto(flow, copy.Y.Storage) is not { } copies || copies[^1].Place != i)
            {
                continue;
            }

            if (made.Find(earlier => IsRepeated(flow, earlier, copies)) is { } first)
            {
                foreach (var (place, _) in copies)
                {
                    flow.Remove(place);
                }

                flow.Substitute(copy.Y.Storage, first[0].Copy.Y.Storage);
            }
            else
            {
                made.Add(copies);
            }
        }
    }

    /// <summary>The copies that make a value, in order; null if anything else writes to it, or it is no value of the list's own.</summary>
    private static (int Place, CopyCall Copy)[]? CopiesInto(CallFlow flow, Storage value)
    {
        var places = flow.WritersOf(value);
        return flow.IsTemporary(value) && places.TrueForAll(place => flow[place] is CopyCall)
            ? [.. places.Select(place => (place, (CopyCall)flow[place]!))]
            : null;
    }

    private static bool IsRepeated(CallFlow flow, (int Place, CopyCall Copy)[] earlier, (int Place, CopyCall Copy)[] later)
    {
        if (earlier.Length != later.Length || earlier[0].Copy.Y.Storage.Capacity != later[0].Copy.Y.Storage.Capacity)
        {
            return false;
        }

        for (var i = 0; i < earlier.Length; i++)
        {
            var (first, second) = (earlier[i].Copy, later[i].Copy);
            if (first.X != second.X || first.Y.Offset != second.Y.Offset
                || !flow.IsUnchanged(first.X, earlier[i].Place, later[i].Place))
            {
                return false;
            }
        }

        return true;
    }
}
