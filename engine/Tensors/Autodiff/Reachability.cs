namespace IlgpuGan.Tensors.Autodiff;

/// <summary>Finds the values that depend on a target, so that a walk computes no other gradients.</summary>
internal sealed class Reachability
{
    private readonly Dictionary<Variable, bool> _known = [];

    // An explicit stack: graphs of deep networks with double backward are too deep for recursion.
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

    /// <summary>Decides a value if all of its inputs are decided; else pushes the undecided inputs.</summary>
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
