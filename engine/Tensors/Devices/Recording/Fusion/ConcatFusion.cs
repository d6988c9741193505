namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// A function of joined arrays, which alone reads them joined, is computed of each array, and the results are joined, which costs nothing
/// where each is made in its place (<see cref="PartPlaces"/>). What makes an array can then take the function in: a norm its (leaky) ReLU,
/// and through a dropout its ReLU. A second function stays behind the concat, before which there is room for one.
/// </summary>
internal static class ConcatFusion
{
    public static void Apply(ValueGraph graph)
    {
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is UnaryCall function && graph.MakerOf(function.X, i) is (var at, ConcatCall { IsDense: true } concat)
                && concat.Y == function.X && graph.MadeAt(at, concat.Y).IsReadBy(i) && graph.IsValue(function.Y)
                && graph.HasRoomBefore(at, concat.Operands.Length))
            {
                ApplyToParts(graph, i, function, at, concat);
            }
        }

        for (var i = 0; i < graph.Count; i++)
        {
            // What ReLU makes of the numbers that dropout leaves is what dropout leaves of the numbers that ReLU makes.
            if (graph[i] is UnaryCall { F: UnaryFunction.Relu } function && graph.MakerOf(function.X, i) is (var at, DropoutCall dropout)
                && dropout.Y == function.X && graph.MadeAt(at, dropout.Y).IsReadBy(i))
            {
                graph.Replace(at, function with { X = dropout.X, Y = dropout.Y });
                graph.Replace(i, dropout with { X = dropout.Y, Y = function.Y });
            }
        }
    }

    private static void ApplyToParts(ValueGraph graph, int place, UnaryCall function, int joined, ConcatCall concat)
    {
        ConcatPart[] results = [.. concat.Operands.Select(part => part with { X = graph.NewValue(function.Y, part.X.Length) })];
        graph.Replace(joined, concat with { Operands = results, Y = function.Y }, place);
        graph.PutBefore(joined, [.. concat.Operands.Zip(results, (part, result) => function with { X = part.X, Y = result.X })]);
    }
}
