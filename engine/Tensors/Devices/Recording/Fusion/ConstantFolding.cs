namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// Multiples of a constant are filled in instead of computed, and what nobody reads any more is not: a loss's weight and the number of its
/// terms, which come to its gradient one after the other.
/// </summary>
internal static class ConstantFolding
{
    public static void Apply(CallFlow flow)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is UnaryCall { F: UnaryFunction.Affine, Q: 0 } multiple && ConstantIn(flow, multiple.X, i) is { } factor)
            {
                // Without q all devices round p · x alike; a zero becomes a positive one.
                flow.Replace(i, new FillCall(multiple.Y, (multiple.P * factor) + 0));
            }
            else if (flow[i] is ExpandCall expanded && ConstantIn(flow, expanded.X, i) is { } value)
            {
                flow.Replace(i, new FillCall(expanded.Y, value));
            }
        }

        for (var i = flow.Count - 1; i >= 0; i--)
        {
            if (flow[i] is FillCall fill && flow.Readers(fill.Y, i) is [])
            {
                flow.Remove(i);
            }
        }
    }

    /// <summary>The number that all of a span holds; null if none is known.</summary>
    private static float? ConstantIn(CallFlow flow, DeviceSpan span, int place)
    {
        var writer = flow.LastWriter(span, place);
        return writer >= 0 && flow[writer] is FillCall fill && fill.Y == span ? fill.Value : null;
    }
}
