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

    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        // Chains that go on, by the length of their arrays: 0 where all are small.
        var chains = new SortedDictionary<long, List<int>>();
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is not { } call || !kernels.Chains(call) || LengthOf(call) is not { } length)
            {
                continue;
            }

            var chain = chains.TryGetValue(length, out var begun) ? begun : chains[length] = [];
            int[] members = [.. chain];
            if (!chain.TrueForAll(member => CanWait(graph, member, i, members) && (length == 0 || AreAlike(graph[member]!, call))))
            {
                Join(graph, chain);
            }

            chain.Add(i);
        }

        foreach (var chain in chains.Values)
        {
            Join(graph, chain);
        }

        JoinEarlier(graph, kernels);
    }

    /// <summary>Large calls join an earlier one of the same length if they need nothing newer and none touches their results.</summary>
    private static void JoinEarlier(ValueGraph graph, IKernels kernels)
    {
        var earlier = new Dictionary<long, List<int>>();
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is not { } call || !LinksOf(call).TrueForAll(kernels.Chains) || LengthOf(call) is not (> 0 and var length))
            {
                continue;
            }

            var places = earlier.TryGetValue(length, out var known) ? known : earlier[length] = [];
            var least = Earliest(graph, i, call);
            var index = places.FindLastIndex(place => place >= least && AreAlike(graph[place]!, call));
            if (index >= 0)
            {
                graph.Replace(places[index], new ChainCall([.. LinksOf(graph[places[index]]!), .. LinksOf(call)]), i);
            }
            else
            {
                places.Add(i);
            }
        }
    }

    private static List<KernelCall> LinksOf(KernelCall call) => call is ChainCall chain ? [.. chain.Links] : [call];

    /// <summary>Place of the latest call that makes what this one reads; its own where it changes state, which can't be earlier.</summary>
    private static int Earliest(ValueGraph graph, int place, KernelCall call) => call.Writes.All(graph.IsValue)
        ? call.Reads.Select(read => graph.Of(read, place).Maker).DefaultIfEmpty(-1).Max()
        : place;

    /// <summary>0 if all arrays of a call are small, otherwise the length that they share; null if they do not.</summary>
    private static long? LengthOf(KernelCall call)
    {
        var lengths = call.Arrays.Select(span => span.Length).ToList();
        return lengths.Max() <= Small ? 0 : lengths.Min() == lengths.Max() ? lengths[0] : null;
    }

    /// <summary>Whether a call can as well be made at a later place, with the other members of its chain.</summary>
    private static bool CanWait(ValueGraph graph, int member, int place, int[] members)
    {
        var call = graph[member]!;
        return call.Writes.All(write => graph.IsValue(write)
                && graph.MadeAt(member, write).Readers.All(reader => reader >= place || members.Contains(reader)))
            && call.Reads.All(read => graph.IsSame(read, member, place));
    }

    /// <summary>Whether arrays of two calls are the same ones or share no element.</summary>
    private static bool AreAlike(KernelCall a, KernelCall b) =>
        a.Arrays.All(one => b.Arrays.All(other => one == other || !one.Overlaps(other)));

    private static void Join(ValueGraph graph, List<int> chain)
    {
        if (chain.Count > 1)
        {
            graph.Replace(chain[^1], new ChainCall([.. chain.Select(member => graph[member]!)]), [.. chain]);
        }

        chain.Clear();
    }
}
