namespace IlgpuGan.Tensors.Autodiff;

/// <summary>The tensors that an op's gradient reads: handles that keep memory and history alive until the backward pass.</summary>
public sealed class SavedTensors : IDisposable
{
    private readonly Tensor?[] _tensors;

    /// <param name="tensors">the tensors; the array is taken over, and its handles are replaced by new ones</param>
    internal SavedTensors(Tensor?[] tensors)
    {
        _tensors = tensors;
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = tensors[i]?.Share();
        }
    }

    /// <summary>A tensor that the op saved.</summary>
    /// <exception cref="AutodiffException">it was not saved</exception>
    public Tensor this[int index] => _tensors[index] ?? throw new AutodiffException($"saved tensor {index} was not kept");

    /// <summary>A tensor that may be absent, such as a bias; null if it is.</summary>
    public Tensor? Optional(int index) => index < _tensors.Length ? _tensors[index] : null;

    public void Dispose()
    {
        foreach (var tensor in _tensors)
        {
            tensor?.Dispose();
        }
    }
}
