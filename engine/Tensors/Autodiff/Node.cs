using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Autodiff;

/// <summary>One recorded application of an op: its inputs' variables, and the tensors that its gradient needs.</summary>
internal sealed class Node
{
    /// <summary>Order of recording: a node's inputs always have smaller numbers, so descending order is a topological order.</summary>
    public required long Sequence { get; init; }

    /// <summary>The applied op. Settable, so that mutation tests can replace it with an op of a wrong gradient.</summary>
    public required Op Op { get; set; }

    /// <summary>One entry per input; null where no gradient is needed.</summary>
    public required Variable?[] Inputs { get; init; }

    /// <summary>Whether gradients may have the output's shape, and are summed to that of their input.</summary>
    public bool Broadcasts { get; init; }

    /// <summary>The layer in which the op ran, for a profile of its gradient; null without a profile.</summary>
    public string? Layer { get; init; }

    /// <summary>The variable of the node's result.</summary>
    public Variable Output { get; private set; } = null!;

    private SavedTensors? _saved;

    /// <summary>Creates the variable of the node's result.</summary>
    public Variable Produce(Shape shape) => Output = Variable.ProducedBy(this, shape);

    /// <summary>Keeps handles of the tensors that the gradient reads; takes over the array.</summary>
    public void Save(Tensor?[] tensors) => _saved = new SavedTensors(Op, tensors);

    public SavedTensors Saved => _saved ?? throw new AutodiffException(
        $"{Op.Name}: its saved tensors were released by an earlier backward; pass retainGraph (or createGraph) to that one");

    /// <summary>Disposes the saved tensors; their memory returns to the pool when no other handle shares it.</summary>
    public void Release()
    {
        _saved?.Dispose();
        _saved = null;
    }
}
