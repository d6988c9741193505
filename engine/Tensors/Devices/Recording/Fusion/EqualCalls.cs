namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// What is computed twice from the same values is computed once, such as the pair of pictures that a discriminator sees for its own loss
/// and for the generator's.
/// </summary>
internal static class EqualCalls
{
    public static void Apply(ValueGraph graph)
    {
        var made = new Dictionary<KernelCall, List<int>>();
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is not { Writes: [var y] } call
                || !y.IsWhole() || !graph.IsTemporary(y.Storage) || !graph.IsValue(y))
            {
                continue;
            }

            // A fill is told by its length alone.
            var key = call.Map(span => span == y ? default(DeviceSpan) with { Length = y.Length } : span);
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
