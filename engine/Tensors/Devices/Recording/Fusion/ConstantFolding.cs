namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// Multiples of a constant are filled in instead of computed, and what nobody reads any more is not: a loss's weight and the number of its
/// terms, which come to its gradient one after the other.
/// </summary>
internal static class ConstantFolding
{
    public static void Apply(ValueGraph graph)
    {
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is UnaryCall { F: UnaryFunction.Affine, Q: 0 } multiple && ConstantIn(graph, multiple.X, i) is { } factor)
            {
                // Without q all devices round p · x alike; a zero becomes a positive one.
                graph.Replace(i, new FillCall(multiple.Y, (multiple.P * factor) + 0));
            }
            else if (graph[i] is ExpandCall expanded && ConstantIn(graph, expanded.X, i) is { } value)
            {
                graph.Replace(i, new FillCall(expanded.Y, value));
            }
        }

        for (var i = graph.Count - 1; i >= 0; i--)
        {
            if (graph[i] is FillCall fill && graph.MadeAt(i, fill.Y) is { IsKept: false, Readers: [] })
            {
                graph.Remove(i);
            }
        }
    }

    /// <summary>The number that all of a span holds; null if none is known.</summary>
    private static float? ConstantIn(ValueGraph graph, DeviceSpan span, int place) =>
        graph.MakerOf(span, place).Call is FillCall fill && fill.Y == span ? fill.Value : null;
}
