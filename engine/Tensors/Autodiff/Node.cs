using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Autodiff;

/// <summary>One recorded application of an op: where its inputs came from, and only what its gradient needs.</summary>
internal sealed class Node
{
    /// <summary>Order of recording: a node's inputs always have smaller numbers, so descending order is a topological order.</summary>
    public required long Sequence { get; init; }

    /// <summary>What was applied. Settable so that tests can put a wrong gradient in its place and see whether they notice.</summary>
    public required Op Op { get; set; }

    /// <summary>One entry an input; null where no gradient is wanted.</summary>
    public required Variable?[] Inputs { get; init; }

    /// <summary>The shape of each input, to which its gradient is summed back, where the op broadcast one; else null.</summary>
    public Shape[]? BroadcastInputs { get; init; }

    /// <summary>Where the op ran, for a profile of its gradient; null where none was taken.</summary>
    public string? Layer { get; init; }

    /// <summary>The place of the value that the node made.</summary>
    public Variable Output { get; private set; } = null!;

    private SavedTensors? _saved;

    /// <summary>Makes the place of the node's value.</summary>
    public Variable Produce() => Output = Variable.ProducedBy(this);

    /// <summary>Keeps handles of its own of what the gradient reads, in the array given.</summary>
    public void Save(Tensor?[] tensors) => _saved = new SavedTensors(tensors);

    public SavedTensors Saved => _saved ?? throw new AutodiffException(
        $"{Op.Name}: its saved tensors were released by an earlier backward; pass retainGraph (or createGraph) to that one");

    /// <summary>Lets go of the saved tensors, whose memory returns to the pool as soon as nobody else holds it.</summary>
    public void Release()
    {
        _saved?.Dispose();
        _saved = null;
    }
}
