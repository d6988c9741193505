using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>A look at what was recorded.</summary>
internal static class Graph
{
    /// <summary>All nodes that a tensor was computed by, newest first.</summary>
    public static IReadOnlyList<Node> Nodes(Tensor tensor)
    {
        var seen = new HashSet<Node>();
        var open = new Stack<Variable>();
        if (tensor.Variable is { } root)
        {
            open.Push(root);
        }

        while (open.TryPop(out var variable))
        {
            if (variable.Producer is { } node && seen.Add(node))
            {
                foreach (var input in node.Inputs)
                {
                    if (input is not null)
                    {
                        open.Push(input);
                    }
                }
            }
        }

        return [.. seen.OrderByDescending(n => n.Sequence)];
    }
}
