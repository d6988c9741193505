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
            if (BothOf(graph[i]) is { } both
                && graph.Of(both.Dy, i).Readers.FirstOrDefault(at => at > i && IsOfBias(graph, at, both)) is > 0 and var reader
                && both with { Db = ((ReduceCall)graph[reader]!).Y } is var whole && kernels.Fuses(whole))
            {
                graph.Replace(i, whole, reader);
            }
        }
    }

    /// <summary>A weight gradient as the call that has the bias's as well, which is to be found.</summary>
    private static Conv2dWeightAndBiasGradientCall? BothOf(KernelCall? call) => call switch
    {
        Conv2dWeightGradientCall (var x, var dy, var dw, var g) => new(x, dy, dw, default, g),
        BorderedConv2dWeightGradientCall (var mode, var x, var dy, var dw, var g) => new(x, dy, dw, default, g, mode),
        _ => null,
    };

    private static bool IsOfBias(ValueGraph graph, int place, Conv2dWeightAndBiasGradientCall gradient) =>
        gradient.G is var g && graph[place] is ReduceCall { F: Reduction.Sum } sum && sum.X == gradient.Dy && graph.IsValue(sum.Y)
        && sum.XShape == new Shape(g.N, g.K, g.OutH, g.OutW) && sum.YShape == new Shape(1, g.K, 1, 1);
}
