namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Tells which values lie on a path to one of the targets, so that a walk computes no gradient in vain.</summary>
internal sealed class Reachability
{
    private readonly Dictionary<Variable, bool> _known = [];

    // An explicit stack: graphs of deep networks with gradients of gradients exceed what recursion can hold.
    private readonly Stack<Variable> _stack = [];

    public Reachability(IEnumerable<Variable> targets)
    {
        foreach (var target in targets)
        {
            _known[target] = true;
        }
    }

    public bool Contains(Variable variable)
    {
        if (_known.TryGetValue(variable, out var answer))
        {
            return answer;
        }

        _stack.Push(variable);
        while (_stack.TryPeek(out var current))
        {
            if (_known.ContainsKey(current) || TryDecide(current))
            {
                _stack.Pop();
            }
        }

        return _known[variable];
    }

    /// <summary>Decides a value whose inputs are all decided; else puts those that are not on the stack.</summary>
    private bool TryDecide(Variable value)
    {
        var (reaches, decided) = (false, true);
        foreach (var input in value.Producer?.Inputs ?? [])
        {
            if (input is null)
            {
                continue;
            }

            if (_known.TryGetValue(input, out var known))
            {
                reaches |= known;
            }
            else
            {
                _stack.Push(input);
                decided = false;
            }
        }

        if (decided)
        {
            _known.Add(value, reaches);
        }

        return decided;
    }
}
