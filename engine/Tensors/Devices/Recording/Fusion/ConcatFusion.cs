namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// A function of joined arrays, which alone reads them joined, is computed of each array straight into its part of the result, and nobody
/// joins them. What makes an array can then take the function in: a norm its (leaky) ReLU, and through a dropout its ReLU.
/// </summary>
internal static class ConcatFusion
{
    public static void Apply(CallFlow flow)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is UnaryCall function)
            {
                ApplyToParts(flow, i, function);
            }
        }

        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is UnaryCall { F: UnaryFunction.Relu } function)
            {
                ApplyBeforeDropout(flow, i, function);
            }
        }
    }

    private static void ApplyToParts(CallFlow flow, int place, UnaryCall function)
    {
        // From the end of the joined array to its start, each part by who wrote it last.
        var parts = new List<(int Place, CopyCall Copy)>();
        var start = function.X.Offset;
        for (var end = start + function.X.Length; end > start; end = parts[^1].Copy.Y.Offset)
        {
            var at = flow.LastWriter(function.X with { Offset = end - 1, Length = 1 }, place);
            if (at < 0 || flow[at] is not CopyCall copy || copy.Y.Offset < start || copy.Y.Offset + copy.Y.Length != end
                || flow.Readers(copy.Y, at) is not [var reader] || reader != place || flow.LastWriter(copy.Y, place) != at)
            {
                return;
            }

            parts.Add((at, copy));
        }

        int[] members = [.. parts.Select(part => part.Place)];
        if (parts.Count < 2 || !flow.IsUntouched(function.Y, members.Min(), place, members))
        {
            return;
        }

        foreach (var (_, copy) in parts)
        {
            if (!CallFlow.IsApart(function.Y, copy.X))
            {
                return;
            }
        }

        flow.Remove(place);
        foreach (var (at, copy) in parts)
        {
            flow.Replace(at, function with { X = copy.X, Y = ResultOf(copy) });
        }

        DeviceSpan ResultOf(CopyCall copy) =>
            function.Y with { Offset = function.Y.Offset + (copy.Y.Offset - function.X.Offset), Length = copy.Y.Length };
    }

    /// <summary>What ReLU makes of the numbers that dropout leaves is what dropout leaves of the numbers that ReLU makes.</summary>
    private static void ApplyBeforeDropout(CallFlow flow, int place, UnaryCall function)
    {
        var at = flow.LastWriter(function.X, place);
        if (at >= 0 && flow[at] is DropoutCall dropout && dropout.Y == function.X && flow.Readers(dropout.Y, at) is [var reader]
            && reader == place)
        {
            flow.Replace(at, function with { X = dropout.X, Y = dropout.Y });
            flow.Replace(place, dropout with { X = dropout.Y, Y = function.Y });
        }
    }
}
