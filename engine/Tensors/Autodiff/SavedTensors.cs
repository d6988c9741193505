namespace IlgpuGan.Tensors.Autodiff;

/// <summary>What an op's gradient reads: handles that keep memory and history alive until the backward has passed.</summary>
public sealed class SavedTensors : IDisposable
{
    private readonly Tensor?[] _tensors;

    /// <param name="tensors">whose handles are replaced by own ones; the array is not to be used further</param>
    internal SavedTensors(Tensor?[] tensors)
    {
        _tensors = tensors;
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = tensors[i]?.Share();
        }
    }

    /// <summary>A tensor that the op said it needs.</summary>
    public Tensor this[int index] => _tensors[index] ?? throw new AutodiffException($"saved tensor {index} was not kept");

    /// <summary>A tensor that may not have been given, such as a bias.</summary>
    public Tensor? Optional(int index) => index < _tensors.Length ? _tensors[index] : null;

    public void Dispose()
    {
        foreach (var tensor in _tensors)
        {
            tensor?.Dispose();
        }
    }
}
