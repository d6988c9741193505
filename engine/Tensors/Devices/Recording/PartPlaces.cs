namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// A concat in place: where all operands are values of the step that lie in the result in one piece, each is made where it belongs, and
/// nobody copies it.
/// </summary>
internal static class PartPlaces
{
    /// <summary>Decides which values become parts of others. The last concat has its choice first.</summary>
    public static void Choose(ValueGraph graph)
    {
        for (var i = graph.Count - 1; i >= 0; i--)
        {
            if (graph[i] is ConcatCall { IsDense: true } concat && graph.IsValue(concat.Y) && Fit(graph, concat, i))
            {
                for (var k = 0; k < concat.Operands.Length; k++)
                {
                    graph.Parts.Add(concat.Operands[k].X.Storage, concat.PlaceOf(k));
                }
            }
        }
    }

    /// <summary>Whether the operands of a concat are parts of its result.</summary>
    public static bool AreChosen(ValueGraph graph, ConcatCall concat) =>
        graph.Parts.TryGetValue(concat.Operands[0].X.Storage, out var part) && part.Storage == concat.Y.Storage;

    /// <summary>Puts the parts where they belong; the calls are on spans of the whole values from here on.</summary>
    public static void Apply(ValueGraph graph)
    {
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is ConcatCall concat && AreChosen(graph, concat))
            {
                graph.Remove(i);
            }
        }

        foreach (var part in graph.Parts.Keys)
        {
            graph.Use(part, Placed);
        }

        // A whole may be a part itself.
        DeviceSpan Placed(DeviceSpan span) => graph.Parts.TryGetValue(span.Storage, out var place)
            ? Placed(place with { Offset = place.Offset + span.Offset, Length = span.Length })
            : span;
    }

    private static bool Fit(ValueGraph graph, ConcatCall concat, int place)
    {
        for (var k = 0; k < concat.Operands.Length; k++)
        {
            var x = concat.Operands[k].X;
            if (!x.IsWhole() || !graph.IsTemporary(x.Storage) || !graph.IsValue(x) || graph.Of(x, place).Part is not null
                || Array.FindIndex(concat.Operands, operand => operand.X.Storage == x.Storage) != k)
            {
                return false;
            }
        }

        return true;
    }
}
