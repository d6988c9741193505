namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Counts how often a walk will still reach each leaf, and so tells when a leaf's gradient is complete.</summary>
internal sealed class LeafUses
{
    private readonly Dictionary<Variable, int> _left = [];

    /// <param name="root">where the walk starts</param>
    public LeafUses(Variable root)
    {
        var seen = new HashSet<Node>();
        var stack = new Stack<Node>();
        Meet(root);
        while (stack.TryPop(out var node))
        {
            foreach (var input in node.Inputs)
            {
                if (input is not null)
                {
                    Meet(input);
                }
            }
        }

        void Meet(Variable value)
        {
            if (value.Producer is not { } producer)
            {
                _left[value] = _left.GetValueOrDefault(value) + 1;
            }
            else if (seen.Add(producer))
            {
                stack.Push(producer);
            }
        }
    }

    /// <summary>Takes note that the walk reached a leaf; true if that was the last time.</summary>
    public bool ReachedLast(Variable leaf) => --_left[leaf] == 0;
}
