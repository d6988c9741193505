using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Autodiff;

/// <summary>
/// The tensors that an op's gradient reads: handles that keep memory and history alive until the backward pass. For one thread at a time,
/// that of its device.
/// </summary>
public sealed class SavedTensors : IDisposable
{
    private readonly Op _op;
    private readonly Tensor?[] _tensors;

    /// <param name="op">the op whose gradient reads them</param>
    /// <param name="tensors">the tensors; the array is taken over, and its handles are replaced by new ones</param>
    internal SavedTensors(Op op, Tensor?[] tensors)
    {
        (_op, _tensors) = (op, tensors);
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = tensors[i]?.Share();
        }
    }

    /// <summary>A tensor that the op saved.</summary>
    /// <exception cref="AutodiffException">it was not saved, or its numbers were overwritten since</exception>
    public Tensor this[int index] => Optional(index) ?? throw new AutodiffException($"saved tensor {index} was not kept");

    /// <summary>A tensor that may be absent, such as a bias; null if it is.</summary>
    /// <exception cref="AutodiffException">its numbers were overwritten since</exception>
    public Tensor? Optional(int index)
    {
        var tensor = index < _tensors.Length ? _tensors[index] : null;
        return tensor?.Overwriter is { } writer
            ? throw new AutodiffException(
                $"{_op.Name}: the tensor {tensor.Shape} that its gradient needs was overwritten by {writer} after the op had read it; " +
                    "differentiate before that, or compute the op again after it")
            : tensor;
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors)
        {
            tensor?.Dispose();
        }
    }
}
