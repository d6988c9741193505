namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// What is joined or copied twice from the same values is made once: the pair of pictures that a discriminator sees for its own loss and
/// for the generator's.
/// </summary>
internal static class EqualCalls
{
    public static void Apply(ValueGraph graph)
    {
        var made = new Dictionary<KernelCall, List<int>>();
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is not (ConcatCall or CopyCall) || graph[i] is not { } call
                || !call.Writes[0].IsWhole() || !graph.IsTemporary(call.Writes[0].Storage) || !graph.IsValue(call.Writes[0]))
            {
                continue;
            }

            var y = call.Writes[0];
            var key = call.Map(span => span == y ? default : span);
            var earlier = made.TryGetValue(key, out var places) ? places : made[key] = [];
            if (earlier.FindIndex(place => call.Reads.All(read => graph.IsSame(read, place, i))) is >= 0 and var index)
            {
                graph.Remove(i);
                graph.Use(y.Storage, span => span with { Storage = graph[earlier[index]]!.Writes[0].Storage });
            }
            else
            {
                earlier.Add(i);
            }
        }
    }
}
