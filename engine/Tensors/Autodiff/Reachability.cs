namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Tells which values lie on a path to one of the targets, so that a walk computes no gradient in vain.</summary>
internal sealed class Reachability
{
    private readonly Dictionary<Variable, bool> _known = [];

    public Reachability(IEnumerable<Variable> targets)
    {
        foreach (var target in targets)
        {
            _known[target] = true;
        }
    }

    public bool Contains(Variable variable)
    {
        // An explicit stack: graphs of deep networks with gradients of gradients exceed what recursion can hold.
        var stack = new Stack<Variable>();
        stack.Push(variable);
        while (stack.TryPeek(out var current))
        {
            if (_known.ContainsKey(current))
            {
                stack.Pop();
                continue;
            }

            var (reaches, waiting) = (false, false);
            foreach (var input in current.Producer?.Inputs ?? [])
            {
                if (input is null)
                {
                    continue;
                }

                if (!_known.TryGetValue(input, out var known))
                {
                    stack.Push(input);
                    waiting = true;
                }

                reaches |= known;
            }

            if (!waiting)
            {
                _known[current] = reaches;
                stack.Pop();
            }
        }

        return _known[variable];
    }
}
