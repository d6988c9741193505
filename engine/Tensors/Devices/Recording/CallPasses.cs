using IlgpuGan.Tensors.Devices.Recording.Fusion;

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// The one place where recorded calls are replaced by others. Each pass leaves the same bits in all memory that is read after the list;
/// without any of them a replay is just slower.
/// </summary>
internal static class CallPasses
{
    /// <summary>The calls that a replay makes in place of those that were recorded.</summary>
    /// <param name="calls">the calls as recorded</param>
    /// <param name="isTemporary">whether a storage's content is dead after the last call</param>
    /// <param name="kernels">what will make the calls</param>
    public static ValueGraph Apply(IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary, IKernels kernels)
    {
        var graph = Fused(calls, isTemporary, kernels);
        Run(graph, nameof(ChainFusion), () => ChainFusion.Apply(graph, kernels));
        Run(graph, nameof(Forms), () => Forms.Apply(graph, kernels));
        Place(graph, kernels);
        return graph;
    }

    /// <summary>The same before small calls of any kind are chained, and before anything is decided about memory.</summary>
    public static ValueGraph Fused(IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary, IKernels kernels)
    {
        var graph = new ValueGraph(calls, isTemporary);
        Run(graph, nameof(WeightUpdateFusion), () => WeightUpdateFusion.Apply(graph, kernels));
        Run(graph, nameof(BiasGradientFusion), () => BiasGradientFusion.Apply(graph, kernels));
        Run(graph, nameof(ConstantFolding), () => ConstantFolding.Apply(graph));
        Run(graph, nameof(EqualCalls), () => EqualCalls.Apply(graph));
        Run(graph, nameof(ConcatFusion), () => ConcatFusion.Apply(graph));

        // Gradients of norms first: they no longer read what an activation left, so that the forward need not leave it.
        Run(graph, nameof(ConcatGradientFusion), () => ConcatGradientFusion.Apply(graph, kernels));
        Run(graph, nameof(NormGradientFusion), () => NormGradientFusion.Apply(graph, kernels));
        Run(graph, nameof(NormFusion), () => NormFusion.Apply(graph, kernels));
        PartPlaces.Choose(graph);
        Run(graph, nameof(CopyFusion), () => CopyFusion.Apply(graph, kernels));
        return graph;
    }

    /// <summary>What the calls need of memory: parts where they belong, and scratch where the device asks for it.</summary>
    private static void Place(ValueGraph graph, IKernels kernels)
    {
        PartPlaces.Apply(graph);
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is { } call && kernels.ScratchOf(call) is > 0 and var elements)
            {
                graph.GiveScratch(i, elements);
            }
        }
    }

    private static void Run(ValueGraph graph, string pass, Action apply)
    {
        graph.Pass = pass;
        apply();
    }
}
