namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// Calls that have little to do each become one at the place of the last of them: what a loss computes of a discriminator's few results,
/// and the functions of single elements, one after the other, that its gradient with respect to a picture is made of. What could be
/// computed long before it is, such as a second function of an array, goes to the place of an earlier call.
/// </summary>
internal static class ChainFusion
{
    /// <summary>Elements of an array up to which one group of threads is soon done with it.</summary>
    private const int Small = 4096;

    public static void Apply(CallFlow flow, IKernels kernels)
    {
        // Chains that go on, by the length of their arrays: 0 where all are small.
        var chains = new SortedDictionary<long, List<int>>();
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is not { } call || !kernels.Chains(call) || LengthOf(call) is not { } length)
            {
                continue;
            }

            if (!chains.TryGetValue(length, out var chain))
            {
                chains.Add(length, chain = []);
            }

            int[] members = [.. chain];
            if (!chain.TrueForAll(member => CanWait(flow, member, i, members) && (length == 0 || AreAlike(flow[member]!, call))))
            {
                Join(flow, chain);
            }

            chain.Add(i);
        }

        foreach (var chain in chains.Values)
        {
            Join(flow, chain);
        }

        JoinEarlier(flow, kernels);
    }

    /// <summary>Large calls join an earlier one of the same length if they need nothing newer and none touches their results.</summary>
    private static void JoinEarlier(CallFlow flow, IKernels kernels)
    {
        var earlier = new Dictionary<long, List<int>>();
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is not { } call || !LinksOf(call).TrueForAll(kernels.Chains) || LengthOf(call) is not (> 0 and var length))
            {
                continue;
            }

            if (!earlier.TryGetValue(length, out var places))
            {
                earlier.Add(length, places = []);
            }

            var least = Earliest(flow, i, call);
            var index = places.FindLastIndex(place => place >= least && AreAlike(flow[place]!, call));
            if (index >= 0)
            {
                flow.Replace(places[index], new ChainCall([.. LinksOf(flow[places[index]]!), .. LinksOf(call)]), i);
            }
            else
            {
                places.Add(i);
            }
        }
    }

    private static List<KernelCall> LinksOf(KernelCall call) => call is ChainCall chain ? [.. chain.Links] : [call];

    /// <summary>Place of the latest call that writes what this one reads, or touches what it writes; −1 if there is none.</summary>
    private static int Earliest(CallFlow flow, int place, KernelCall call)
    {
        var least = -1;
        foreach (var span in call.Reads)
        {
            least = Math.Max(least, flow.LastWriter(span, place));
        }

        foreach (var span in call.Writes)
        {
            least = Math.Max(least, flow.LastAccess(span, place));
        }

        return least;
    }

    /// <summary>0 if all arrays of a call are small, otherwise the length that they share; null if they do not.</summary>
    private static long? LengthOf(KernelCall call)
    {
        var (least, most) = (long.MaxValue, 0L);
        foreach (var span in call.Reads.Concat(call.Writes))
        {
            (least, most) = (Math.Min(least, span.Length), Math.Max(most, span.Length));
        }

        return most <= Small ? 0 : least == most ? most : null;
    }

    /// <summary>Whether a call can as well be made at a later place, with the other members of its chain.</summary>
    private static bool CanWait(CallFlow flow, int member, int place, int[] members)
    {
        var call = flow[member]!;
        foreach (var span in call.Writes)
        {
            if (!flow.IsUntouched(span, member, place, members))
            {
                return false;
            }
        }

        foreach (var span in call.Reads)
        {
            if (!flow.IsUnchanged(span, member, place, members))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether arrays of two calls are the same ones or share no element.</summary>
    private static bool AreAlike(KernelCall a, KernelCall b)
    {
        foreach (var one in a.Reads.Concat(a.Writes))
        {
            foreach (var other in b.Reads.Concat(b.Writes))
            {
                if (one != other && !CallFlow.IsApart(one, other))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static void Join(CallFlow flow, List<int> chain)
    {
        if (chain.Count > 1)
        {
            flow.Replace(chain[^1], new ChainCall([.. chain.Select(member => flow[member]!)]), [.. chain]);
        }

        chain.Clear();
    }
}
