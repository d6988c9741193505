namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of a bias, which is a sum of what a weight gradient reads, goes with it, where the device gains by that.
/// </summary>
internal static class BiasGradientFusion
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is Conv2dWeightGradientCall gradient
                && graph.Of(gradient.Dy, i).Readers.FirstOrDefault(at => at > i && IsOfBias(graph, at, gradient)) is > 0 and var reader
                && graph[reader] is ReduceCall sum
                && new Conv2dWeightAndBiasGradientCall(gradient.X, gradient.Dy, gradient.Dw, sum.Y, gradient.G) is var both
                && kernels.Fuses(both))
            {
                graph.Replace(i, both, reader);
            }
        }
    }

    private static bool IsOfBias(ValueGraph graph, int place, Conv2dWeightGradientCall gradient) =>
        gradient.G is var g && graph[place] is ReduceCall { F: Reduction.Sum } sum && sum.X == gradient.Dy && graph.IsValue(sum.Y)
        && sum.XShape == new Shape(g.N, g.K, g.OutH, g.OutW) && sum.YShape == new Shape(1, g.K, 1, 1);
}
