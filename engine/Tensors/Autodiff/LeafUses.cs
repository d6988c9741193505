namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Counts how often a walk will still reach each leaf: at 0 the leaf's gradient is complete.</summary>
internal sealed class LeafUses
{
    private readonly Dictionary<Variable, int> _remaining = [];

    /// <param name="root">the variable at which the walk starts</param>
    public LeafUses(Variable root)
    {
        var seen = new HashSet<Node>();
        var stack = new Stack<Node>();
        Visit(root);
        while (stack.TryPop(out var node))
        {
            foreach (var input in node.Inputs)
            {
                if (input is not null)
                {
                    Visit(input);
                }
            }
        }

        void Visit(Variable value)
        {
            if (value.Producer is not { } producer)
            {
                _remaining[value] = _remaining.GetValueOrDefault(value) + 1;
            }
            else if (seen.Add(producer))
            {
                stack.Push(producer);
            }
        }
    }

    /// <summary>Counts a visit of a leaf; true if it was the last one.</summary>
    public bool ReachedLast(Variable leaf) => --_remaining[leaf] == 0;
}
